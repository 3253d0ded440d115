"""The comparison of the bulk job on a Spark session: `compare.sql` with the few words that Spark calls otherwise.

The session has the views `person_record` and `candidate` (one, other), as DuckDB's job makes them. Patterns are few, so
they are decided where the session is (`compare.score.decide`), and clusters are made there too.
"""

from __future__ import annotations

from typing import Any

from sosuckhoe.identity.bulk.job import sql
from sosuckhoe.identity.compare.names import is_one_slip
from sosuckhoe.identity.compare.pattern import packed_sql

_WORDS = {"list_has_any(": "arrays_overlap(", "len(": "size(", "starts_with(": "startswith("}


def statement() -> str:
    """The comparison as Spark reads it."""
    told = sql("compare").format(packed=packed_sql())
    for ours, theirs in _WORDS.items():
        told = told.replace(ours, theirs)
    return told


def compared(session: Any) -> Any:
    """One row a pair: one, other, pattern."""
    session.udf.register("damerau_levenshtein", _slips, "int")
    return session.sql(statement())


def _slips(one: str, other: str) -> int:
    """0 for equal texts, 1 for one slip, 2 for more: all that the comparison asks."""
    return 0 if one == other else 1 if is_one_slip(one, other) else 2
