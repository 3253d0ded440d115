"""The analytical copy of a lived province: what is in it, what is not, and that its views count what is counted."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import duckdb
import orjson
import pytest

from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.base import clock
from sosuckhoe.base import db as database
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import actions as clinical
from sosuckhoe.clinical import codec
from sosuckhoe.clinical.search.parameters import number_of
from sosuckhoe.exchange.actions import file
from sosuckhoe.exchange.actions.receive import Parcel, receive_all
from sosuckhoe.exchange.xml130.write import write_envelope
from sosuckhoe.insight import queries
from sosuckhoe.insight.actions.copy import WHOLE_AFTER, copy
from sosuckhoe.insight.actions.count import count
from sosuckhoe.insight.copied import place, run, shipped
from sosuckhoe.insight.views import definition, rows
from sosuckhoe.simulation.life import Life
from sosuckhoe.simulation.province import Plan
from tests.clinical.made import observation, patient

NOW = clock.now()
"""The house stores by its own clock, and a copy reads what was stored since."""


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "analytics"


def table(folder, name):
    """The rows of a shipped view, as dicts."""
    ready = rows.plan(definition.read(shipped.body(name)))
    names = [one.name for one in ready.columns]
    return [dict(zip(names, row, strict=True)) for row in run.run(folder, ready)]


def bodies(type_name):
    """What is stored of a type without a sensitive label."""
    found = database.tuples(
        "select codec, rid, body from clinical_resource where type = %s and label = 0 and body is not null",
        (number_of()[type_name],),
        binary=True,
    )
    return [orjson.loads(codec.unpacked(*row)) for row in found]


@pytest.fixture
def province(db):
    """Sixty people's year, sent, filed and counted."""
    life = Life(Plan(60, 1, 11, date(2026, 6, 30)))
    parcels = [
        Parcel(
            sent.facility, "records", write_envelope([sent.package], sent.facility, f"{sent.sent:%Y%m%d}", sent.edition)
        )
        for sent in life.packages()
    ]
    receive_all(PROGRAM, parcels, "import", NOW)
    while file.drain(NOW):
        pass
    while count(NOW):
        pass
    return life


def parcel(sent):
    content = write_envelope([sent.package], sent.facility, f"{sent.sent:%Y%m%d}", sent.edition)
    return Parcel(sent.facility, "records", content)


def test_the_views_count_what_is_counted(province, folder):
    copy(PROGRAM, folder, clock.now())
    visits = table(folder, "encounters")
    labelled = database.value(
        "select count(*) from clinical_resource where type = %s and label <> 0", (number_of()["Encounter"],)
    )
    assert len(visits) == len(bodies("Encounter")) > 100
    assert len(visits) + labelled == database.value("select count(*) from exchange_episode where version > 0")
    for year in queries.years():
        rolled = queries.parts("year", "", date(year, 1, 1))[""].total
        hidden = sum(one["period"]["start"][:4] == str(year) for one in bodies_with_labels("Encounter"))
        assert sum(one["start"][:4] == str(year) for one in visits) + hidden == rolled
    kinds = Counter(one["kind"] for one in visits)
    assert kinds == Counter(kind_of(one) for one in bodies("Encounter"))
    by_day = Counter((one["facility_id"], one["start"][:10]) for one in visits)
    told = Counter(
        (one["serviceProvider"]["reference"].partition("/")[2], one["period"]["start"][:10])
        for one in bodies("Encounter")
    )
    assert by_day == told


def test_the_other_views_have_a_row_of_each(province, folder):
    copy(PROGRAM, folder, clock.now())
    icd = Counter(one["icd10"] for one in table(folder, "conditions"))
    assert icd == Counter(code_of(one["code"], "http://hl7.org/fhir/sid/icd-10") for one in bodies("Condition"))
    medicines = table(folder, "medications")
    assert Counter(one["medicine"] for one in medicines) == Counter(
        code_of(one["medicationCodeableConcept"], "urn:sosuckhoe:cs:ma-thuoc") for one in bodies("MedicationRequest")
    )
    results = table(folder, "observations")
    assert len(results) == sum(
        len(one.get("component", ())) + (not one.get("component") or any(key.startswith("value") for key in one))
        for one in bodies("Observation")
    )
    referrals = [one for one in bodies("ServiceRequest") if code_of(one["code"], "urn:sosuckhoe:cs:paper") == "XML13"]
    assert len(table(folder, "referrals")) == len(referrals)
    assert {one["gender"] for one in table(folder, "patients")} <= {"male", "female", "unknown", "other", None}
    people = {one["id"] for one in table(folder, "patients")}
    assert {one["patient_id"] for one in medicines} <= people, "keys of people join"


def bodies_with_labels(type_name):
    found = database.tuples(
        "select codec, rid, body from clinical_resource where type = %s and label <> 0 and body is not null",
        (number_of()[type_name],),
        binary=True,
    )
    return [orjson.loads(codec.unpacked(*row)) for row in found]


def kind_of(encounter):
    return next(code for one in encounter["type"] if (code := code_of(one, "urn:sosuckhoe:cs:loai-kcb")))


def code_of(concept, system):
    return next((one["code"] for one in concept.get("coding", ()) if one.get("system") == system), None)


def test_no_word_of_a_person_is_in_the_copy(province, folder):
    made = copy(PROGRAM, folder, clock.now())
    words = {word for one in bodies("Patient") for word in secrets_of(one)}
    assert len(words) > 100
    text = "\n".join(
        body
        for one in sorted(made.folder.glob("*.parquet"))
        for (body,) in duckdb.read_parquet(str(one)).project("body").fetchall()
    )
    assert text
    assert not [word for word in words if word in text]


def secrets_of(one):
    """Names, numbers, days of birth, ids."""
    yield one["id"]
    if len(one.get("birthDate", "")) > 4:
        yield f'"{one["birthDate"]}"'
    yield from (name["text"] for name in one.get("name", ()) if "text" in name)
    yield from (number["value"] for number in one.get("identifier", ()))
    yield from (address["text"] for address in one.get("address", ()) if "text" in address)


def test_a_copy_follows_what_changes(db, folder):
    clinical.put_many([patient(), observation("a"), observation("b")], clock.now())
    first = copy(PROGRAM, folder, clock.now())
    assert first.counts == {"Patient": 1, "Observation": 2}
    key = {one["value"]: one["id"] for one in table(folder, "observations")}
    clinical.put_many([observation("a", valueQuantity={"value": 99.5})], clock.now())
    second = copy(PROGRAM, folder, clock.now())
    assert second.folder != first.folder
    assert place.current(folder) == second
    assert sorted(one["value"] for one in table(folder, "observations")) == [13.5, 99.5]
    assert {one["id"] for one in table(folder, "observations")} == {*key.values(), *ids(folder)}
    assert second.whole == first.whole


def ids(folder):
    return [one["id"] for one in table(folder, "observations")]


def test_what_was_deleted_leaves_the_copy(db, folder):
    kept, gone = observation("a"), observation("b")
    clinical.put_many([patient(), kept, gone], clock.now())
    copy(PROGRAM, folder, clock.now())
    assert len(ids(folder)) == 2
    clinical.put_many([], clock.now(), {}, complete=[gone.key])
    assert copy(PROGRAM, folder, clock.now()).counts["Observation"] == 1
    assert len(ids(folder)) == 1


def test_everything_is_read_anew_now_and_then(db, folder):
    clinical.put_many([patient()], clock.now())
    now = clock.now()
    copy(PROGRAM, folder, now)
    database.execute("delete from clinical_resource")
    assert copy(PROGRAM, folder, now + timedelta(hours=1)).counts == {"Patient": 1}, "it left no mark"
    later = copy(PROGRAM, folder, now + WHOLE_AFTER + timedelta(hours=1))
    assert later.counts == {}
    assert table(folder, "patients") == []


def test_a_copy_that_fails_leaves_the_old_one(db, folder, monkeypatch):
    clinical.put_many([patient()], clock.now())
    made = copy(PROGRAM, folder, clock.now())

    def broken(*_given):
        raise OSError

    monkeypatch.setattr(place, "swap_in", broken)
    with pytest.raises(OSError, match=r"^$"):
        copy(PROGRAM, folder, clock.now())
    assert place.current(folder) == made
    assert [one for one in folder.iterdir() if one.is_dir() and not one.is_symlink()] == [made.folder]


def test_sensitive_resources_are_not_copied(db, folder):
    label = [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"}]
    clinical.put_many([patient(), observation("a", meta={"security": label}), observation("b")], clock.now())
    assert copy(PROGRAM, folder, clock.now()).counts["Observation"] == 1


def test_only_who_may_export_everything_makes_a_copy(db, folder):
    for role in ("citizen", "officer", "doctor"):
        with pytest.raises(Problem):
            copy(Actor(1, "x", role, person=4711, purpose="own"), folder, clock.now())


def test_without_a_copy_no_view_runs(folder):
    with pytest.raises(Problem, match="SSK-5021"):
        table(folder, "patients")
