"""The stand-in has the cards of a simulated province, and is started beside a demo house."""

from __future__ import annotations

import csv
from datetime import date

from sosuckhoe.exchange.bhxh.stub import Cards
from sosuckhoe.simulation.life import Life
from sosuckhoe.simulation.province import Plan
from sosuckhoe.simulation.writing import PEOPLE, people_rows
from sosuckhoe.site import stubs


def people(place, **told):
    row = dict.fromkeys(PEOPLE, "") | {"name": "Nguyễn Thị Lan", "sex": "F", "birth": "196105020815", **told}
    with place.open("w", encoding="utf-8", newline="") as out:
        rows = csv.DictWriter(out, PEOPLE)
        rows.writeheader()
        rows.writerow(row)
    return place


def test_a_provinces_people_have_their_cards(tmp_path):
    place = people(tmp_path / "people.csv", card="HT2797912345678", social="7912345678")
    cards = Cards.of_province(place, date(2026, 11, 22))
    token = cards.sign_in()["APIKey"]["access_token"]
    for number in ("HT2797912345678", "7912345678"):
        ask = {"maThe": number, "hoTen": "nguyen thi lan", "ngaySinh": "02/05/1961", "token": token}
        told = cards.answer(ask, "well")
        assert (told["maKetQua"], told["gtTheDen"], told["gioiTinh"]) == ("000", "31/12/2026", "Nữ")
        assert cards.answer({**ask, "hoTen": "Người Khác"}, "well")["maKetQua"] == "060"
        assert cards.answer({**ask, "ngaySinh": "03/05/1961"}, "well")["maKetQua"] == "070"
        assert cards.answer({**ask, "token": "old"}, "well")["maKetQua"] == "401"


def test_who_has_died_or_has_no_card(tmp_path):
    place = people(tmp_path / "people.csv", card="HT2797912345678", died="202603010000")
    assert Cards.of_province(place, date(2026, 11, 22)).cards["HT2797912345678"]["gtTheDen"] == "01/03/2026"
    assert Cards.of_province(people(place), date(2026, 11, 22)).cards == {}


def test_it_tells_the_visits_that_hospitals_sent_and_one_that_they_did_not(tmp_path):
    sent = [f"25001:2026{month:02}050800:2026{month:02}051030" for month in range(1, 13)]
    place = people(tmp_path / "people.csv", card="HT2797912345678", person="4", seen=" ".join(sent[:3]))

    def told():
        found = Cards.of_province(place, date(2026, 11, 22)).cards["HT2797912345678"]["dsLichSuKCB2018"]
        return [(one["maCSKCB"], one["ngayVao"], one["ngayRa"]) for one in found]

    assert told() == [tuple(one.split(":")) for one in sent[:3]]
    people(place, card="HT2797912345678", person="3", key="grandmother", seen=" ".join(sent))
    assert told()[0] == ("25001", "202601050800", "202601061030"), "one ends on another day"
    assert told()[1:12] == [tuple(one.split(":")) for one in sent[1:]]
    assert told()[12] == ("01001", "202610130830", "202610131015"), "one is of a hospital that sends nothing here"
    people(place, card="HT2797912345678", person="3")
    assert told() == []


def test_a_province_remembers_the_newest_visits_that_it_sent():
    life = Life(Plan(60, 0.4, 5, date(2026, 11, 22)))
    sent = {(one.facility, row["NGAY_VAO"]) for one in life.packages() for row in one.package.tables["XML1"]}
    rows = [dict(zip(PEOPLE, row, strict=True)) for row in people_rows(life)]
    seen = {tuple(one.split(":")[:2]) for row in rows for one in str(row["seen"]).split()}
    assert len(seen) > 20
    assert len(seen - sent) <= 3, "those whose package is still on its way"


def test_a_demo_house_starts_it_unless_a_setting_names_the_real_one(tmp_path, monkeypatch):
    for setting in stubs.SETTINGS.values():
        monkeypatch.setenv(setting, "http://there")
    assert list(stubs.stand_ins(tmp_path)) == []
    monkeypatch.delenv("SOSUCKHOE_BHXH")
    (one,) = stubs.stand_ins(tmp_path)
    assert one.words[:2] == ["stub", "bhxh"]
