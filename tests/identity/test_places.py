"""Places by code and date; the lists are closed against each other."""

import csv
from datetime import date
from pathlib import Path

import pytest

from sosuckhoe.base.facts import BadFact, demand_source
from sosuckhoe.identity import places

BEFORE = date(2025, 6, 30)
AFTER = date(2025, 7, 1)
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
