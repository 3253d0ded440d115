"""The small province and its cast: the stories are there on whatever day somebody looks first."""

import re
from datetime import date, timedelta

import pytest
import yaml

from sosuckhoe.simulation import demo
from sosuckhoe.simulation.facts import table
from sosuckhoe.simulation.life import Life

DAYS = [date(2026, 7, 1), date(2026, 11, 22), date(2027, 3, 8)]


@pytest.fixture(scope="module", params=DAYS, ids=str)
def lived(request) -> tuple[Life, list, dict]:
    life = demo.demo_province(request.param)
    packages = list(life.packages())
    return life, packages, {one.key: one for one in life.people if one.key}


def of(packages, person):
    return [sent for sent in packages if sent.truth[0].person == person.number]


def test_the_cast_can_sign_in():
    cast = {member.key: member for member in demo.cast()}
    assert [member.role for member in demo.cast()].count("citizen") >= 3
    assert {"doctor", "nurse", "clerk", "officer"} <= {member.role for member in cast.values()}
    assert len({member.cccd for member in cast.values()}) == len(cast)
    for member in cast.values():
        assert re.fullmatch(r"\d{12}", member.cccd)
        assert member.name
        assert (member.facility != "") == (member.role in ("doctor", "nurse", "clerk"))
        assert (member.area != "") == (member.role in ("officer", "steward"))
    assert cast["doctor"].facility == cast["clerk"].facility == demo.facility_of("district").code
    assert cast["doctor"].name in {doctor.name for doctor in demo.facility_of("district").doctors}


def test_members_numbers_say_their_birth_and_sex():
    for household in table("demo")["households"]:
        for member in household["members"]:
            year = member["born"].year
            digit = (year // 100 - 19) * 2 + (member["sex"] == "F")
            assert member["cccd"][3:6] == f"{digit}{year % 100:02d}", member["key"]


def test_it_is_small_enough_for_a_first_look(lived):
    life, packages, _ = lived
    assert 380 <= life.plan.people <= 420
    assert 1500 < len(packages) < 3500


def test_grandmother_has_a_long_course(lived):
    _, packages, cast = lived
    own = of(packages, cast["grandmother"])
    rows = [row for sent in own for row in sent.package.tables.get("XML4", [])]
    assert sum(row["TEN_CHI_SO"] == "HbA1c" for row in rows) >= 5
    assert sum(row["TEN_CHI_SO"] == "Glucose" for row in rows) >= 18
    notes = [row["DIEN_BIEN_LS"] for sent in own for row in sent.package.tables.get("XML5", [])]
    assert sum("CSST<" in note and "HA1" in note for note in notes) >= 18
    assert {"I10"} <= {sent.package.summary["MA_BENH_CHINH"] for sent in own}
    assert any("E11" in sent.package.summary.get("MA_BENH_KT", "") for sent in own)
    assert {sent.truth[0].cccd for sent in own if sent.facility == demo.facility_of("district").code} == {
        cast["grandmother"].cccd
    }


def test_mother_has_a_newborn_and_an_older_child(lived):
    life, packages, cast = lived
    births = [sent for sent in of(packages, cast["mother"]) if "XML9" in sent.package.tables]
    assert len(births) == 1
    (newborn,) = [truth for truth in births[0].truth if truth.role == "newborn"]
    child = next(one for one in life.people if one.number == newborn.person)
    assert 15 < (life.end - child.born) / 1440 < 60
    assert (child.mother, child.father) == (cast["mother"], cast["father"])
    assert len(of(packages, cast["older_child"])) >= 4


def test_somebody_was_referred_operated_and_has_an_appointment(lived):
    life, packages, cast = lived
    own = of(packages, cast["referred"])
    tables = [sent.package.tables for sent in own[-2:]]
    assert "XML13" in tables[0]
    assert {"XML7", "XML8", "XML14"} <= tables[1].keys()
    assert tables[1]["XML1"][0]["MA_NOI_DI"] == own[-2].facility
    appointment = tables[1]["XML14"][0]["NGAY_HEN_KL"]
    assert appointment[:8] > f"{life.plan.until:%Y%m%d}"
    assert appointment[:8] < f"{life.plan.until + timedelta(days=30):%Y%m%d}"


def test_somebody_of_the_cast_is_waiting_today(lived):
    life, _, cast = lived
    today = f"{life.plan.until:%Y%m%d}"
    names = {row["HO_TEN"] for _, _, row in life.arrivals if row["NGAY_VAO"].startswith(today)}
    assert cast["older_child"].name.full in names


def test_both_sides_of_the_reform_are_seen():
    life = demo.demo_province(date(2026, 11, 22))
    districts = {sent.package.summary.get("MAHUYEN_CU_TRU", "") != "" for sent in life.packages()}
    assert districts == {True, False}


def test_every_story_has_its_teller():
    fact = table("demo")
    keys = {member["key"] for household in fact["households"] for member in household["members"]}
    assert {story["who"] for story in fact["stories"]} <= keys
    assert yaml.safe_dump(fact["plan"])
