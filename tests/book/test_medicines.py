"""What a person takes now. The cases are the documentation."""

from datetime import date

import pytest

from sosuckhoe.book import medicines
from tests.book.tables import prescriptions

ON = date(2026, 11, 20)
CASES = {
    "A medicine whose days cover today is taken now.": (
        """
        visit | start      | drug       | days | kind
        1     | 2026-11-03 | amlodipin  | 30   | home
        """,
        True,
        ["amlodipin"],
    ),
    "Its last day counts.": (
        """
        visit | start      | drug       | days | kind
        1     | 2026-11-11 | amlodipin  | 10   | home
        """,
        True,
        ["amlodipin"],
    ),
    "The day after its last day it is only the newest prescription.": (
        """
        visit | start      | drug       | days | kind
        1     | 2026-11-10 | amlodipin  | 10   | home
        """,
        False,
        ["amlodipin"],
    ),
    "A drug that two visits prescribed is shown once, as prescribed last.": (
        """
        visit | start      | drug       | days | kind
        1     | 2026-10-25 | amlodipin  | 30   | home
        2     | 2026-11-15 | amlodipin  | 30   | home
        """,
        True,
        ["amlodipin"],
    ),
    "Drugs of a stay in hospital ended with the stay.": (
        """
        visit | start      | drug        | days | kind
        1     | 2026-11-18 | ceftriaxon  | 7    | stay
        """,
        False,
        [],
    ),
    "Without a medicine that lasts, the newest visit's are shown together.": (
        """
        visit | start      | drug       | days | kind
        1     | 2026-01-03 | old        | 5    | home
        2     | 2026-06-03 | one        | 5    | home
        2     | 2026-06-03 | two        | 5    | home
        """,
        False,
        ["one", "two"],
    ),
    "A prescription without days cannot be known to last.": (
        """
        visit | start      | drug       | days | kind
        1     | 2026-11-19 | cream      | 0    | home
        """,
        False,
        ["cream"],
    ),
    "What begins tomorrow is not taken now.": (
        """
        visit | start      | drug       | days | kind
        1     | 2026-11-21 | amlodipin  | 30   | home
        """,
        False,
        [],
    ),
}


@pytest.mark.parametrize("sentence", CASES)
def test_medicines_now(sentence):
    told, is_covered, expected = CASES[sentence]
    now = medicines.now(prescriptions(told), ON)
    assert (now.is_covered, sorted(line.name for line in now.medicines)) == (is_covered, expected)


def test_drugs_stand_under_their_periods_newest_first():
    told = """
        visit | start      | drug      | days | kind
        1     | 2026-01-01 | one       | 5    | home
        2     | 2026-03-01 | two       | 5    | home
        3     | 2026-06-01 | one       | 5    | home
        """
    drugs = medicines.by_drug(prescriptions(told))
    assert [(drug.name, [line.source.visit for line in drug.periods]) for drug in drugs] == [
        ("one", ["3", "1"]),
        ("two", ["2"]),
    ]


@pytest.mark.parametrize(
    ("amount", "written"),
    [({"value": 30, "unit": "viên"}, "30 viên"), ({"value": 0.5, "unit": "viên"}, "0.5 viên"), ({}, ""), (None, "")],
)
def test_quantities_are_written_as_told(amount, written):
    assert medicines.quantity(amount) == written


@pytest.mark.parametrize(
    ("name", "once"),
    [("Metformin 850mg 850mg (Viên)", "Metformin 850mg (Viên)"), ("B1 + B6 + B12", "B1 + B6 + B12"), ("", "")],
)
def test_a_strength_that_a_hospital_says_twice_is_shown_once(name, once):
    assert medicines.said_once(name) == once
