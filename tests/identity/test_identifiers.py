"""Numbers by their shape, and the list of systems against the rules that use it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosuckhoe.base import facts
from sosuckhoe.identity import identifiers
from sosuckhoe.identity.claim import Identifier

DATA = Path(identifiers.__file__).parent / "data"


def test_every_kind_has_a_rule_of_matching_and_the_other_way_round():
    assert set(identifiers.systems()) == set(facts.read_yaml(DATA / "matching.yaml")["systems"])


def test_every_kind_has_its_own_address():
    addresses = [system.uri for system in identifiers.systems().values()]
    assert len(set(addresses)) == len(addresses)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("079160000001", ("cccd", "079160000001")),
        ("079 160 000 001", ("cccd", "079160000001")),
        ("023456789", ("cmnd", "023456789")),
        ("B1234567", ("passport", "B1234567")),
        ("b1234567", ("passport", "B1234567")),
        ("PT1234567", ("passport", "PT1234567")),
        ("979160000001", None),
        ("000000000000", None),
        ("000000000", None),
        ("12345", None),
        ("0791600000012", None),
        ("٠٧٩١٦٠٠٠٠٠٠١", None),
        ("không có", None),
        ("", None),
    ],
)
def test_identity_papers(text, expected):
    assert identifiers.identity_paper(text) == (Identifier(*expected) if expected else None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HT2797912345678", [("bhyt", "HT2797912345678"), ("bhxh", "7912345678")]),
        ("ht 2 79 7912345678", [("bhyt", "HT2797912345678"), ("bhxh", "7912345678")]),
        ("7912345678", [("bhxh", "7912345678")]),
        ("TE1797912345678", [("bhyt", "TE1797912345678"), ("temp_child", "TE1797912345678")]),
        ("HT6797912345678", []),
        ("HT279791234567", []),
        ("HT2790000000000", [("bhyt", "HT2790000000000")]),
        ("0000000000", []),
        ("", []),
    ],
)
def test_insurance_cards(text, expected):
    assert identifiers.insurance_card(text) == tuple(Identifier(*number) for number in expected)


@pytest.mark.parametrize(
    ("text", "found"), [("TE1797900000008", True), ("TE179KT00000081", True), ("HT2797912345678", False), ("", False)]
)
def test_temporary_cards(text, found):
    assert (identifiers.temporary_card(text) is not None) == found


def test_a_facilitys_number_is_of_that_facility():
    number = identifiers.patient_number("79001", " BN  01/2025 ")
    assert number == Identifier("facility", "79001/BN 01/2025")
    assert identifiers.split_scope(number) == ("79001", "BN 01/2025")
    assert identifiers.split_scope(Identifier("cccd", "079160000001")) == ("", "079160000001")
    assert identifiers.patient_number("", "BN01") is None
    assert identifiers.patient_number("79001", " ") is None


@given(st.text())
def test_whatever_is_written_is_a_number_of_a_known_shape_or_none(text):
    found = [identifiers.identity_paper(text), *identifiers.insurance_card(text), identifiers.temporary_card(text)]
    for number in found:
        if number is not None:
            assert identifiers.systems()[number.system].pattern.fullmatch(number.value)
