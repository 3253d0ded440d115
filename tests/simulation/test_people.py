"""The people look like a province's people."""

import re
from collections import Counter

from sosuckhoe.simulation import facilities, names, people
from sosuckhoe.simulation.chance import seeded
from sosuckhoe.simulation.moments import DAY, date_of
from sosuckhoe.simulation.registration import card_number

START = 739_500 * DAY
HOMES = facilities.homes("25", 4000, 2)
EVERYBODY = [one for home in people.households(2, HOMES, START, 0, 4000) for one in home.members]


def share(condition):
    return sum(map(condition, EVERYBODY)) / len(EVERYBODY)


def test_there_are_as_many_as_asked_and_each_has_a_number():
    assert [one.number for one in EVERYBODY] == list(range(4000))


def test_ages_are_those_of_the_country():
    assert 0.20 < share(lambda one: one.age(START) < 15) < 0.32
    assert 0.11 < share(lambda one: one.age(START) >= 60) < 0.22
    assert max(one.age(START) for one in EVERYBODY) < 95


def test_sexes_balance():
    assert 0.46 < share(lambda one: one.is_male) < 0.54


def test_family_names_have_their_shares():
    kinh = [one for one in EVERYBODY if one.group == "01"]
    found = Counter(one.name.family for one in kinh)
    assert 0.33 < found["Nguyễn"] / len(kinh) < 0.44
    assert 0.07 < found["Trần"] / len(kinh) < 0.15


def test_women_of_the_older_generation_are_called_thi():
    old = [one for one in EVERYBODY if one.sex == "F" and date_of(one.born // DAY).year < 1970 and one.group == "01"]
    assert sum(one.name.middle == "Thị" for one in old) / len(old) > 0.85


def test_the_muong_are_a_fifth_of_phu_tho_and_have_their_names():
    assert 0.12 < share(lambda one: one.group == "06") < 0.3
    muong = Counter(one.name.family for one in EVERYBODY if one.group == "06")
    assert muong["Bùi"] > muong["Nguyễn"]


def test_other_groups_names():
    rng = seeded(1)
    assert names.draw(rng, "M", 1980, "08").middle == "A"
    assert names.draw(rng, "F", 1980, "12").full.startswith("H'")
    assert names.draw(rng, "M", 1980, "10").middle == ""


def test_state_numbers_have_their_form_and_are_nobody_elses():
    for one in EVERYBODY:
        year = date_of(one.born // DAY).year
        century = (year // 100 - 19) * 2 + (one.sex == "F")
        assert re.fullmatch(rf"0\d\d{century}{year % 100:02d}\d{{6}}", one.cccd)
        assert re.fullmatch(r"\d{10}", one.social)
        assert not one.card or re.fullmatch(r"[A-Z]{2}[1-5]\d{12}", card_number(one))
        phone = one.phone or one.household.phone
        assert not phone or re.fullmatch(r"0(3[2-9]|5[25689]|7[06-9]|8[1-9]|9[0-9])\d{7}", phone)
    assert len({one.cccd for one in EVERYBODY}) == len(EVERYBODY)
    assert len({one.social for one in EVERYBODY}) == len(EVERYBODY)


def test_most_share_the_familys_telephone():
    shared = [one for one in EVERYBODY if one.household.phone and not one.phone]
    assert len(shared) / len(EVERYBODY) > 0.6


def test_children_have_mothers_of_a_mothers_age_and_their_fathers_name():
    children = [one for one in EVERYBODY if one.mother]
    assert len(children) > 500
    for one in children:
        assert 18.9 <= one.mother.age(one.born) <= 60
        assert one.name.family == (one.father or one.mother).name.family


def test_long_term_illness_grows_with_age():
    def sick(key, low, high):
        group = [one for one in EVERYBODY if low <= one.age(START) < high]
        return sum(key in one.illnesses for one in group) / len(group)

    assert sick("hypertension", 60, 99) > 2 * sick("hypertension", 40, 60) > 4 * sick("hypertension", 15, 40)
    assert 0.06 < sick("diabetes", 60, 99) < 0.25
    assert sick("copd", 0, 15) == sick("diabetes", 0, 15) == 0


def test_women_only_and_mostly_mens_illnesses():
    assert not [one for one in EVERYBODY if one.is_male and "breast_cancer" in one.illnesses]
    gout = Counter(one.sex for one in EVERYBODY if "gout" in one.illnesses)
    assert gout["M"] > 3 * gout["F"]


def test_homes_were_in_the_same_province_before():
    for home in HOMES:
        assert home.new_province == "25"
        assert home.province in ("17", "25", "26")
