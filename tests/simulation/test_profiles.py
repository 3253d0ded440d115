"""The profiles of one vendor's system: of the same people, as its habits write them, the same for the same seed."""

import csv

from click.testing import CliRunner

from sosuckhoe.exchange.qd831 import format as form
from sosuckhoe.exchange.qd831.check import check
from sosuckhoe.exchange.qd831.read import read_profiles
from sosuckhoe.simulation import facts, profiles
from sosuckhoe.simulation.command import simulate
from tests.simulation.conftest import UNTIL


def test_profiles_are_of_people_of_the_vendors_centres_and_of_most_of_them(province):
    found = list(profiles.profiles(province.life))
    served = [
        person
        for person in province.life.people
        if province.life.network.near("district", person.household.home).vendor == "minh_an"
    ]
    assert {one.facility.vendor for one in found} == {"minh_an"}
    assert 0.85 < len(found) / len(served) < 0.97
    assert len({one.truth.profile for one in found}) == len(found)


def test_nothing_of_a_profile_is_refused_and_little_noted(province):
    for one in profiles.profiles(province.life):
        rules = {(finding.level, finding.rule) for finding in check(one.package, UNTIL)}
        assert rules <= {("noted", "profile-no-number")}


def test_some_have_no_number_some_only_a_year_and_the_truth_says_of_whom(province):
    found = list(profiles.profiles(province.life))
    about = [one.package.tables[form.ABOUT][0] for one in found]
    assert any("MADINHDANH" not in row for row in about)
    assert any(len(row["NGAYSINH"]) == 4 for row in about)
    for one, row in zip(found, about, strict=True):
        person = province.people[one.truth.person]
        assert row["HOTEN"] == one.truth.name
        assert row.get("MADINHDANH", person.cccd) == person.cccd


def test_illnesses_of_the_list_are_illnesses_of_the_simulation():
    assert facts.table("profiles")["illness"].keys() <= facts.longterm().keys()


def test_the_same_seed_gives_the_same_bytes_and_the_files_are_those_profiles(tmp_path):
    options = ["--people", "60", "--years", "0.2", "--seed", "4", "--until", "2026-03-10", "--profiles", "--out"]
    for name in ("one", "two"):
        assert CliRunner().invoke(simulate, [*options, str(tmp_path / name)]).exit_code == 0
    one, two = ({path.relative_to(tmp_path / name): path.read_bytes() for path in (tmp_path / name).rglob("*.*ml")}
                for name in ("one", "two"))  # fmt: skip
    assert one == two
    files = sorted((tmp_path / "one" / "profiles").glob("*/*.xml"))
    with (tmp_path / "one" / "profiles" / "truth.csv").open(encoding="utf-8", newline="") as lines:
        truth = list(csv.DictReader(lines))
    envelopes = [read_profiles(path.read_bytes()) for path in files]
    assert [envelope.visits for envelope in envelopes] == [[form.EPISODE + row["profile"]] for row in truth]
    assert [envelope.facility for envelope in envelopes] == [row["facility"] for row in truth]
