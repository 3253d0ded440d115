"""Places by code and date; the lists are closed against each other."""

import csv
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from sosuckhoe.base.facts import BadFact, demand_source
from sosuckhoe.identity import places

BEFORE = date(2025, 6, 30)
AFTER = date(2025, 7, 1)
LISTS = ("provinces_63.csv", "provinces_34.csv", "districts_63.csv", "communes_63.csv", "communes_34.csv")
DATA = Path(places.__file__).parent / "data"


def rows(file):
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_country_before_and_after():
    assert len(places.provinces(BEFORE)) == 63
    assert len(places.provinces(AFTER)) == 34
    assert sum(len(places.communes(place.code, BEFORE)) for place in places.provinces(BEFORE)) == 10_595
    assert sum(len(places.communes(place.code, AFTER)) for place in places.provinces(AFTER)) == 3_321
    assert len(rows("districts_63.csv")) == 705


@pytest.mark.parametrize(
    ("code", "on", "name", "district", "province"),
    [
        ("00004", BEFORE, "Phường Trúc Bạch", "001", "01"),
        ("00004", AFTER, "Phường Ba Đình", None, "01"),
        ("06978", AFTER, "Xã Ba Chẽ", None, "22"),
        ("99999", BEFORE, None, None, None),
        ("99999", AFTER, None, None, None),
    ],
)
def test_one_code_names_two_places_by_date(code, on, name, district, province):
    assert places.commune_name(code, on) == name
    assert places.district_of(code, on) == district
    assert places.province_of(code, on) == province


def test_districts_end_with_the_reform():
    assert places.district_name("001", BEFORE) == "Quận Ba Đình"
    assert places.district_name("001", AFTER) is None


def test_old_to_new():
    assert places.commune_now("00001") == "00097"
    assert places.commune_now("00007") is None, "Cống Vị was divided"
    assert places.successors("00007") == ("00025", "00008")
    assert places.commune_now("99999") is None
    assert places.successors("99999") == ()
    assert "00001" in places.predecessors("00097")


def test_every_province_went_whole_into_one():
    news = {places.province_now(place.code) for place in places.provinces(BEFORE)}
    assert news == {place.code for place in places.provinces(AFTER)}
    assert places.province_now("99") is None


def test_the_map_leads_only_to_communes_of_the_new_list_and_to_all_of_them():
    new = {row["code"] for row in rows("communes_34.csv")}
    assert {row["new"] for row in rows("commune_map.csv")} == new


def test_a_commune_with_several_successors_is_divided_and_none_else():
    lines = [row for row in rows("commune_map.csv") if row["old"]]
    several = {row["old"] for row in lines if len(places.successors(row["old"])) > 1}
    assert several == {row["old"] for row in lines if row["divided"] == "1"}


def test_a_moved_commune_stays_inside_its_province():
    for row in rows("commune_map.csv"):
        if row["old"] and (old := places.province_of(row["old"], BEFORE)):
            assert places.province_now(old) == places.province_of(row["new"], AFTER)


@pytest.mark.parametrize(
    ("code", "on", "name"),
    [
        ("46", date(2019, 5, 1), "Tỉnh Thừa Thiên Huế"),
        ("46", date(2024, 12, 31), "Tỉnh Thừa Thiên Huế"),
        ("46", date(2025, 1, 1), "Thành phố Huế"),
        ("46", date(2025, 6, 30), "Thành phố Huế"),
        ("46", AFTER, "Thành phố Huế"),
        ("00004", date(1990, 1, 1), "Phường Trúc Bạch"),
        ("00004", date(2030, 1, 1), "Phường Ba Đình"),
        ("001", date(2025, 6, 30), "Quận Ba Đình"),
    ],
)
def test_a_place_has_dates_of_its_own(code, on, name):
    assert places.place(code, on).name == name


def test_every_code_means_one_thing_a_day_and_no_day_is_missing_in_between():
    for code in {row["code"] for file in LISTS for row in rows(file)}:
        meanings = places.history(code)
        assert all(one.valid_from <= one.valid_until for one in meanings), code
        for one, following in pairwise(meanings):
            assert following.valid_from - one.valid_until == timedelta(days=1), code


@pytest.mark.parametrize("on", [date(2019, 1, 1), date(2025, 1, 1), BEFORE, AFTER, date(2026, 11, 22)])
def test_every_place_lies_in_one_that_is_there_on_the_same_day(on):
    found = [one for level in ("district", "commune") for one in places.all_on(level, on)]
    assert all(places.place(one.parent, on) for one in found)
    assert all(places.province_name(places.province_of(one.code, on), on) for one in found)


def test_every_change_is_of_a_place_that_was_there_the_day_before():
    for row in rows("place_changes.csv"):
        since = date.fromisoformat(row["valid_from"])
        before, after = places.place(row["code"], since - timedelta(days=1)), places.place(row["code"], since)
        assert (after.name, before.name != after.name) == (row["name"], True)


def test_the_map_closes_both_ways():
    for old in places.all_on("commune", BEFORE):
        assert all(old.code in places.predecessors(new) for new in places.successors(old.code)), old.code
    for new in places.all_on("commune", AFTER):
        assert all(new.code in places.successors(old) for old in places.predecessors(new.code)), new.code


def test_what_went_whole_comes_back_and_what_was_divided_stays_as_written():
    for old in places.all_on("commune", BEFORE):
        new = places.now(old.code, BEFORE, AFTER)
        assert (new is None) == (places.is_divided(old.code) or not places.successors(old.code))
        if new is not None and places.predecessors(new) == (old.code,):
            assert places.now(new, AFTER, BEFORE) == old.code
    for new in places.all_on("commune", AFTER):
        back = places.now(new.code, AFTER, BEFORE)
        if back is not None:
            assert places.now(back, BEFORE, AFTER) == new.code


@pytest.mark.parametrize(
    ("code", "on", "then", "expected"),
    [
        ("00001", BEFORE, AFTER, "00097"),
        ("00007", BEFORE, AFTER, None),
        ("00097", AFTER, BEFORE, None),
        ("00004", BEFORE, date(2024, 1, 1), "00004"),
        ("79", BEFORE, AFTER, "79"),
        ("74", BEFORE, AFTER, "79"),
        ("79", AFTER, BEFORE, None),
        ("01", AFTER, BEFORE, "01"),
        ("001", BEFORE, AFTER, None),
        ("99999", BEFORE, AFTER, None),
        ("74", AFTER, BEFORE, None),
    ],
)
def test_what_a_place_of_one_day_is_called_on_another(code, on, then, expected):
    assert places.now(code, on, then) == expected


def test_addresses_in_words():
    assert places.address("00001", "001", "01", BEFORE) == "Phường Phúc Xá, Quận Ba Đình, Thành phố Hà Nội"
    assert places.address("00004", "", "01", AFTER) == "Phường Ba Đình, Thành phố Hà Nội"
    assert places.address("", "", "01", AFTER) == "Thành phố Hà Nội"


def test_ethnic_groups_and_occupations():
    assert places.ethnic_group("06") == "Mường"
    assert places.ethnic_group("98") is None
    assert places.occupation("61100").startswith("Lao động có kỹ năng trong nông nghiệp")
    assert places.occupation("00000") == "Không xác định"
    assert places.occupation("05") == "Nông dân"
    assert places.occupation("") is None
    assert len(rows("ethnic_groups.csv")) == 56


def test_every_list_has_its_source(tmp_path):
    for file in DATA.glob("*.csv"):
        demand_source(file)
    (tmp_path / "list.csv").write_text("a,b\n", encoding="utf-8")
    with pytest.raises(BadFact, match="not named"):
        demand_source(tmp_path / "list.csv")
