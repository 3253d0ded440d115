"""Which claims mean one person: the cases a physician or a clerk would argue about."""

import pytest

from sosuckhoe.identity import known, matching
from sosuckhoe.identity.claim import Claim, Identifier


def claim(name="Nguyễn Thị Lan", birth="1960-05-02", sex="female", **more):
    return Claim(name=name, birth=birth, sex=sex, facility="79001", **more)


MOTHER = claim("Trần Thị Hoa", "1995-03-04", identifiers=(Identifier("cccd", "079195000001"),))
TWIN = claim("Lê Gia Bảo", "2020-06-01", identifiers=MOTHER.identifiers)

CASES = [
    # system, one, other, one person?, because
    ("cccd", claim(), claim("NGUYEN THI LAN"), True, "marks and capitals do not part people"),
    ("cccd", claim(), claim("Lan Nguyễn Thị"), True, "nor does the order of the name"),
    ("cccd", claim(), claim("Trần Văn Bình"), True, "the number and the full birth date outweigh a wrong name"),
    ("cccd", claim(), claim(birth="1960"), True, "a year agrees with a date of that year"),
    ("cccd", claim(), claim(birth="1960-02-05"), True, "day and month swapped, same name: a slip"),
    ("cccd", claim(), claim(birth="1969-05-02"), True, "one wrong digit in the year, same name: a slip"),
    ("cccd", MOTHER, claim("Trần Thị Hoa", "2026-01-09"), False, "a newborn filed under the mother's name and number"),
    ("cccd", MOTHER, claim("Lê Gia Bảo", "2020-06-01"), False, "a parent's number on a child's record"),
    (
        "cccd",
        MOTHER,
        claim(MOTHER.name, f"2020{MOTHER.birth[4:]}"),
        False,
        "a newborn of the mother's birthday under her name and number",
    ),
    ("bhyt", claim(), claim("Nguyễn Lan"), True, "a dropped middle name"),
    ("bhyt", claim("Lê Minh Anh", "2015-01-01"), claim("Lê Minh Em", "2015-01-01"), False, "twins on one card"),
    ("bhyt", claim(), claim("Nguyễn Thị Lan", "1961-07-09"), False, "namesakes of another birth date"),
    (
        "cccd",
        TWIN,
        claim("Lê Gia Bảo", "2020-06-01", identifiers=TWIN.identifiers),
        True,
        "a child with its mother's number",
    ),
    (
        "cccd",
        TWIN,
        claim("Lê Gia An", "2020-06-01", identifiers=TWIN.identifiers),
        False,
        "twins with their mother's number",
    ),
    ("facility", claim(), claim(), True, "the facility's own number for the same person"),
    ("facility", claim(), claim("Nguyễn Thị Lan", ""), False, "an unknown birth date agrees with none"),
    ("phone", claim(), claim(), False, "a phone number is not an identity"),
]


@pytest.mark.parametrize(("system", "one", "other", "expected", "because"), CASES, ids=[case[4] for case in CASES])
def test_same_person(system, one, other, expected, because):
    assert matching.same_person(system, one, other) is expected
    assert matching.same_person(system, other, one) is expected


def test_twins_who_had_their_mothers_number_and_now_have_their_own_are_two():
    mothers = Identifier("cccd", "038187547420")
    born = {"birth": "2023-08-21", "sex": "male"}
    one = claim("Hoàng Quang Khang", **born, identifiers=(mothers, Identifier("cccd", "015223284994")))
    other = claim("Hoàng Quang Khôi", **born, identifiers=(mothers, Identifier("cccd", "002223916207")))
    alike = claim("Hoàng Quang Khang", **born, identifiers=other.identifiers)
    without = claim("Hoàng Quang Khôi", **born, identifiers=(mothers,))
    again = claim("hoang quang khang", **born, identifiers=(mothers,))
    found = [matching.same_person("cccd", one, told) for told in (other, alike, without, again)]
    assert found == [False, False, False, True]
    assert found == [matching.same_person("cccd", told, one) for told in (other, alike, without, again)]


def test_two_different_citizen_numbers_are_two_persons():
    one = claim(identifiers=(Identifier("cccd", "079160000001"), Identifier("bhyt", "HT2797912345678")))
    other = claim(identifiers=(Identifier("cccd", "079160000002"), Identifier("bhyt", "HT2797912345678")))
    assert not matching.same_person("bhyt", one, other)


def test_every_system_of_the_rules_is_a_known_identifier_system():
    from sosuckhoe.identity import identifiers

    assert set(matching.demands()) <= set(identifiers.systems())
    assert matching.single_systems() <= set(matching.demands())


def test_the_better_name_and_the_fuller_date_win():
    first = claim("NGUYEN THI LAN", "1960", phone="0900000001")
    joined = known.join(first, claim("Nguyễn Thị Lan", "1960-05-02"), newer=False)
    assert (joined.name, joined.birth, joined.phone) == ("Nguyễn Thị Lan", "1960-05-02", "0900000001")


def test_an_older_claim_fills_gaps_but_changes_nothing():
    today = claim(phone="0900000001", address="12 Lê Lợi")
    joined = known.join(today, claim(phone="0911111111", ethnicity="01"), newer=False)
    assert (joined.phone, joined.ethnicity) == ("0900000001", "01")


def test_a_newer_claim_counts_and_its_silence_does_not():
    joined = known.join(claim(phone="0900000001", address="12 Lê Lợi"), claim(phone="0911111111"), newer=True)
    assert (joined.phone, joined.address) == ("0911111111", "12 Lê Lợi")


def test_joining_again_changes_nothing():
    once = known.join(claim(), claim("Nguyễn Lan", phone="1"), newer=True)
    assert known.join(once, claim("Nguyễn Lan", phone="1"), newer=True) == once
