"""Three systems write one person differently, and each always in the same way."""

import re
from collections import Counter, defaultdict

import pytest

from sosuckhoe.simulation import registration
from sosuckhoe.simulation.registration import edition, telex, unsigned


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Lê Thị Hương", "Lê Thị Huwowng"),
        ("Nguyễn Văn Đức", "Nguyễn Văn Dduwcs"),
        ("Trần Thị Huệ", "Trần Thị Hueej"),
        ("Bùi Thị Nở", "Bùi Thị Nowr"),
        ("Phạm Thị Lan", "Phạm Thị Lan"),
        ("Vũ Thị Hoàng Ngữ", "Vũ Thị Hoàng Nguwx"),
    ],
)
def test_telex_residue(name, typed):
    assert telex(name) == typed


def test_unsigned_keeps_capitals():
    assert unsigned("Đỗ Thị HUỆ") == "Do Thi HUE"


def test_one_registration_for_a_person_and_facility(province):
    life = province.life
    for person in life.people[:50]:
        for facility in life.network.all:
            first = registration.register(life.seed, person, facility, life.end)
            assert registration.register(life.seed, person, facility, life.end) == first


def test_a_facilitys_codes_are_one_persons(province):
    owners = defaultdict(set)
    for sent in province.packages:
        owners[sent.facility, sent.truth[0].ma_bn].add(sent.truth[0].person)
    assert all(len(people) == 1 for people in owners.values())


def test_some_people_were_registered_twice(province):
    codes = defaultdict(set)
    for sent in province.packages:
        codes[sent.facility, sent.truth[0].person].add(sent.truth[0].ma_bn)
    twice = [key for key, found in codes.items() if len(found) > 1]
    assert 0 < len(twice) < 0.05 * len(codes)


def registrations(province, vendor):
    """One truth for each person and facility of a vendor."""
    codes = {one.code for one in province.life.network.all if one.vendor == vendor}
    return list(
        {
            (t.person, t.facility): t for sent in province.packages for t in sent.truth[:1] if t.facility in codes
        }.values()
    )


def test_each_system_has_its_habits(province):
    share = {}
    for vendor in ("minh_an", "song_hong", "thon_ban"):
        found = [t for t in registrations(province, vendor) if province.people[t.person].age(province.life.end) > 20]
        assert len(found) > 60
        share[vendor] = {
            "no number": sum(not t.cccd for t in found) / len(found),
            "old number": sum(len(t.cccd) == 9 for t in found) / len(found),
            "year only": sum(t.birth.endswith("00000000") for t in found) / len(found),
            "no telephone": sum(not t.phone for t in found) / len(found),
            "short card": sum(len(t.card) == 10 for t in found) / len(found),
            "upper": sum(t.name.isupper() for t in found) / len(found),
            "unsigned": sum(t.name == unsigned(t.name) for t in found) / len(found),
        }
    assert share["thon_ban"]["no number"] > 0.2 > share["song_hong"]["no number"] > 0.02
    assert share["thon_ban"]["year only"] > share["minh_an"]["year only"]
    assert share["thon_ban"]["no telephone"] > share["song_hong"]["no telephone"] > share["minh_an"]["no telephone"]
    assert share["thon_ban"]["short card"] > 0.25 > share["minh_an"]["short card"]
    assert share["song_hong"]["upper"] == 1 > share["thon_ban"]["upper"]
    assert share["minh_an"]["upper"] == 0
    assert 0.02 < share["thon_ban"]["unsigned"] < 0.2
    assert sum(values["old number"] for values in share.values()) > 0


def test_what_is_written_is_close_to_the_truth(province):
    wrong = Counter()
    for sent in province.packages:
        truth, person = sent.truth[0], province.people[sent.truth[0].person]
        assert truth.cccd in ("", person.cccd, registration.old_identity(person))
        assert truth.card in ("", registration.card_number(person), person.social, person.temporary_card)
        assert truth.sex == ("1" if person.is_male else "2")
        same = unsigned(truth.name).upper().strip() == unsigned(person.name.full).upper()
        wrong["other" if not same else "same"] += 1
    assert 0 < wrong["other"] < 0.06 * wrong["same"]


def test_optional_tags_are_left_out_by_some_and_empty_in_others(province):
    vendors = {one.code: one.vendor for one in province.life.network.all}
    empties = defaultdict(int)
    for sent in province.packages:
        for rows in sent.package.tables.values():
            empties[vendors[sent.facility]] += sum(
                not value for row in rows for tag, value in row.items() if tag != "GHI_CHU_HIS"
            )
    assert empties["song_hong"] > 10_000
    assert empties["minh_an"] == empties["thon_ban"] == 0


def test_families_share_their_telephone(province):
    people = defaultdict(set)
    for sent in province.packages:
        if sent.truth[0].phone:
            people[sent.truth[0].phone].add(sent.truth[0].person)
    assert sum(len(found) > 1 for found in people.values()) > 0.3 * len(people)


@pytest.mark.parametrize(
    ("vendor", "day", "expected"),
    [
        ("minh_an", "2024-06-30", "130"),
        ("minh_an", "2024-07-01", "4750"),
        ("minh_an", "2025-01-01", "3176"),
        ("song_hong", "2025-03-31", "4750"),
        ("thon_ban", "2025-02-28", "130"),
        ("thon_ban", "2025-03-01", "3176"),
        ("thon_ban", "2020-01-01", "130"),
    ],
)
def test_a_vendor_moves_to_an_edition_on_its_own_day(vendor, day, expected):
    assert edition(vendor, day) == expected


def test_doctors_have_licences(province):
    for facility in province.life.network.all:
        assert facility.doctors
        for doctor in facility.doctors:
            assert re.fullmatch(r"\d{6}/(CCHN|BYT-GPHN)", doctor.licence)
            assert re.fullmatch(r"\d{10}", doctor.social)
