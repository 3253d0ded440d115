"""Expressions of strangers: whatever is sent ends in an answer or in a FhirPathProblem, soon."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosuckhoe.clinical.fhirpath import FhirPathProblem, compile_expression

PATIENT = {"resourceType": "Patient", "active": True, "name": [{"given": ["An", "Bình"], "family": "Lê"}]}
NAMES = ["name", "given", "active", "Patient", "is", "as", "where", "exists", "first", "days"]
PIECES = [*NAMES, *".()[]+-*/=~<|", "'a'", "1", "2.5", "@2015", "@T10", "'kg'"]
DOUBLED = "(" + "|".join(str(number) for number in range(80)) + ")"


def ends(text):
    """What an expression yields, or the number of its problem."""
    try:
        return compile_expression(text).evaluate(PATIENT)
    except FhirPathProblem as problem:
        return problem.number


@given(st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join))
def test_words_in_any_order(text):
    assert isinstance(ends(text), (list, str))


@given(st.text(max_size=30))
def test_any_text(text):
    assert isinstance(ends(text), (list, str))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("(" * 4000 + "1" + ")" * 4000, "SSK-3040"),
        ("-" * 5000 + "1", "SSK-3040"),
        ("name" + ".name" * 1900, "SSK-3040"),
        ("'" + "a" * 10_000 + "'", "SSK-3040"),
        ("1" + " + 1" * 2400, "SSK-3040"),
        ("10.power(1000000000)", []),
        ("2.power(30)", [1 << 30]),
        (f"{DOUBLED}.aggregate($total * $total, 10)", []),
        (f"{DOUBLED}.aggregate($total & $total, 'ab')", "SSK-3042"),
        ("1.5 ~ 1" + "0" * 60 + ".5", "SSK-3042"),
    ],
)
def test_what_would_grow_without_end_is_stopped(text, answer):
    assert ends(text) == answer
