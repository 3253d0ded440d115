"""What addresses ask for is read in one way: what makes no sense is as if it were not there."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import RequestFactory

from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.look import asked

ADDRESS = RequestFactory()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("0", 0),
        ("9" * 15, 10**15 - 1),
        ("9" * 16, None),
        ("", None),
        ("-7", None),
        ("７", None),
        ("1.5", None),
    ],
)
def test_a_number_is_one_that_the_database_holds(text, number):
    assert asked.number(ADDRESS.get("/", {"truoc": text}), "truoc") == number


@pytest.mark.parametrize(
    ("text", "mark"),
    [("12-3", (12, 3)), ("0-0", (0, 0)), ("1-" + "9" * 15, (1, 2**31 - 1)), ("12", None), ("12-", None), ("a-b", None)],
)
def test_a_mark_is_two_numbers(text, mark):
    assert asked.mark(ADDRESS.get("/", {"sau": text})) == mark


@pytest.mark.parametrize(
    ("text", "day"),
    [("2026-02-28", date(2026, 2, 28)), ("2026-02-30", None), ("1999-12-31", None), ("9999-12-31", None), ("x", None)],
)
def test_a_day_is_one_of_ours(text, day):
    assert asked.day(ADDRESS.get("/", {"ngay": text})) == day


@pytest.mark.parametrize(("text", "choice"), [("refused", "refused"), ("REFUSED", ""), ("", "")])
def test_a_choice_is_one_of_the_list(text, choice):
    assert asked.chosen(ADDRESS.get("/", {"ket-qua": text}), "ket-qua", ("filed", "refused")) == choice


@pytest.mark.parametrize("text", ["", "x", "0" * 31, "'; drop"])
def test_a_key_of_a_form_that_is_none_is_nothing_that_is_there(text):
    with pytest.raises(Problem, match="SSK-1002"):
        asked.key(ADDRESS.post("/", {"ai": text}), "ai")
