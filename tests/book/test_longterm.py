"""Which diagnoses are a long-term illness. The cases are the chapter that a physician reads."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosuckhoe.base import facts
from sosuckhoe.book import longterm
from tests.book.tables import diagnoses

ON = date(2026, 11, 20)
CASES = {
    "An illness of the list counts from its first diagnosis.": (
        """
        visit | on         | code
        1     | 2026-10-01 | I10
        """,
        ["I10"],
    ),
    "A cold does not, however often it comes.": (
        """
        visit | on         | code
        1     | 2025-01-10 | J00
        2     | 2025-06-10 | J00
        3     | 2026-01-10 | J00
        """,
        [],
    ),
    "What is not on the list counts after two visits three months apart.": (
        """
        visit | on         | code
        1     | 2026-01-01 | M54.5
        2     | 2026-04-01 | M54.5
        """,
        ["M54.5"],
    ),
    "Two visits within three months are one bout.": (
        """
        visit | on         | code
        1     | 2026-01-01 | M54.5
        2     | 2026-03-31 | M54.5
        """,
        [],
    ),
    "Two diagnoses of one visit are one visit.": (
        """
        visit | on         | code
        1     | 2026-01-01 | M54.5
        1     | 2026-06-01 | M54.5
        """,
        [],
    ),
    "Codes of one category are one illness, named by the newest.": (
        """
        visit | on         | code
        1     | 2025-01-01 | E11.9
        2     | 2026-10-01 | E11.2
        """,
        ["E11.2"],
    ),
    "What was last told more than five years ago is forgotten.": (
        """
        visit | on         | code
        1     | 2020-01-01 | K21
        """,
        [],
    ),
    "Unless it is for life.": (
        """
        visit | on         | code
        1     | 2010-01-01 | I10
        """,
        ["I10"],
    ),
    "What will be told later is not known yet.": (
        """
        visit | on         | code
        1     | 2026-12-01 | I10
        """,
        [],
    ),
    "The illness that was told last comes first.": (
        """
        visit | on         | code
        1     | 2026-01-01 | I10
        2     | 2026-10-01 | E11
        """,
        ["E11", "I10"],
    ),
}


@pytest.mark.parametrize("sentence", CASES)
def test_longterm(sentence):
    told, expected = CASES[sentence]
    assert [illness.name.vi for illness in longterm.longterm(diagnoses(told), ON)] == expected


def test_the_span_and_the_number_of_visits_are_told():
    told = """
        visit | on         | code
        1     | 2024-03-01 | I10
        2     | 2026-10-01 | I10
        """
    (illness,) = longterm.longterm(diagnoses(told), ON)
    assert (illness.since, illness.last, illness.visits) == (date(2024, 3, 1), date(2026, 10, 1), 2)


def test_no_category_is_both_listed_and_never():
    rules = longterm.rules()
    categories = [f"{letter}{number:02}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for number in range(100)]
    listed = {each for each in categories if any(low <= each <= high for low, high in rules.listed)}
    never = {each for each in categories if any(low <= each <= high for low, high in rules.never)}
    for_life = {each for each in categories if any(low <= each <= high for low, high in rules.for_life)}
    assert not listed & never
    assert for_life <= listed


@given(st.lists(st.tuples(st.sampled_from(["I10", "J00", "M54.5"]), st.integers(0, 900)), max_size=12), st.randoms())
def test_the_order_in_which_diagnoses_are_read_changes_nothing(told, chance):
    lines = "\n".join(f"{n} | {ON - timedelta(days=days)} | {code}" for n, (code, days) in enumerate(told))
    made = diagnoses(f"visit | on | code\n{lines}")
    shuffled = list(made)
    chance.shuffle(shuffled)
    first, second = longterm.longterm(made, ON), longterm.longterm(shuffled, ON)
    assert [(each.since, each.last, each.visits) for each in first] == [(e.since, e.last, e.visits) for e in second]


def test_a_range_that_cannot_be_read_names_its_file(tmp_path):
    with pytest.raises(facts.BadFact, match="I1O"):
        longterm._ranges(tmp_path, ["I1O-I15"])
