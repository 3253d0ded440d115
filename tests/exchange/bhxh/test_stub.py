"""The stand-in has the cards of a simulated province, and is started beside a demo house."""

from __future__ import annotations

import csv
from datetime import date

from sosuckhoe.exchange.bhxh.stub import Cards
from sosuckhoe.simulation.writing import PEOPLE
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


def test_a_demo_house_starts_it_unless_a_setting_names_the_real_one(tmp_path, monkeypatch):
    for setting in stubs.SETTINGS.values():
        monkeypatch.setenv(setting, "http://there")
    assert list(stubs.stand_ins(tmp_path)) == []
    monkeypatch.delenv("SOSUCKHOE_BHXH")
    (one,) = stubs.stand_ins(tmp_path)
    assert one.words[:2] == ["stub", "bhxh"]
