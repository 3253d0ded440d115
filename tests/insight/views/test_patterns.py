"""A pattern that goes to DuckDB finds what Python finds; one that could not is left to the plain engine."""

from __future__ import annotations

import re

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sosuckhoe.insight.views.patterns import translated
from sosuckhoe.insight.views.piece import BeyondSqlError
from tests.insight.views import engines

LETTERS = "aA1٣đĐ_ -.\n\t\u00a0\x85\u0301]{$"
PIECES = [*"aAđ1_.^$*+?|-]", "[a-đ]", "[^a1]", r"[\d_]", r"[\w-]", r"\d", r"\w", r"\s", r"\.", r"\$", "$|a", "{"]
PIECES += ["(a|1)", "(?:đ)?", "a{2}", "a{1,}"]
pieces = st.sampled_from(PIECES)


@given(st.lists(pieces, max_size=5).map("".join), st.text(LETTERS, max_size=6))
@example(r"^\w+$", "Đặng\n")
@example(r"^.$", "\n")
@settings(max_examples=400)
def test_both_engines_find_the_same(pattern, text):
    try:
        sql = translated(pattern)
    except BeyondSqlError:
        return
    try:
        found = engines.duck().execute("select regexp_matches(?, ?, 's')", [text, sql]).fetchone()[0]
    except duckdb.Error as error:
        pytest.fail(f"DuckDB does not read {sql!r}: {error}")
    assert found == (re.compile(pattern, re.DOTALL).search(text) is not None)


@pytest.mark.parametrize(
    "pattern", [r"(?=a)", r"(a)\1", r"\ba", "(?i)a", "a*?", "a++", "a$b", "[]a]", "a{,2}", "(", r"\Z"]
)
def test_what_they_may_read_differently_is_left_to_the_plain_engine(pattern):
    with pytest.raises(BeyondSqlError):
        translated(pattern)
