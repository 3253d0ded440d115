"""Conditions on `clinical_number` as SQL."""

from __future__ import annotations

from sosuckhoe.clinical.search.condition import Comparison, HasNumber
from sosuckhoe.clinical.search.statement import Statement

_RELATIONS = {
    "eq": "n.low >= {a} and n.low < {b} and n.high < {b}",
    "ne": "(n.low < {a} or n.high >= {b})",
    "gt": "n.high > {v}",
    "lt": "n.low < {v}",
    "ge": "n.high >= {v}",
    "le": "n.low <= {v}",
    "sa": "n.low > {v}",
    "eb": "n.low < {v} and n.high < {v}",
    "ap": "n.low <= {b} and n.high >= {a}",
}
_BY_INDEX = frozenset({"eq", "lt", "le", "sa"})


def has_number(made: Statement, condition: HasNumber) -> str:
    """Whether the row `r` has such a value."""
    return (
        "exists (select from clinical_number n where n.bucket = r.bucket and n.rid = r.rid"
        f" and {_matching(made, condition)})"
    )


def how_many(condition: HasNumber, at_most: int) -> Statement | None:
    """How many such values there are over everybody, up to a limit; None when no index counts them."""
    if not all(one.prefix in _BY_INDEX for one in condition.any_of):
        return None
    made = Statement()
    where = _matching(made, condition)
    made.text = f"select count(*) from (select from clinical_number n where {where} limit {made.bind(at_most)}) n"  # noqa: S608 -- values are bound
    return made


def _matching(made: Statement, condition: HasNumber) -> str:
    paths = made.bind(list(condition.paths))
    any_of = " or ".join(_one(made, one) for one in condition.any_of)
    return f"n.path = any ({paths}::int8[]) and ({any_of})"


def _one(made: Statement, wanted: Comparison) -> str:
    marks = {"v": made.bind(wanted.value), "a": made.bind(wanted.low), "b": made.bind(wanted.high)}
    relation = _RELATIONS[wanted.prefix].format(**marks)
    if wanted.coded:
        return f"({relation} and n.coded = {made.bind(wanted.coded)})"
    if wanted.named:
        name = made.bind(wanted.named)
        return f"({relation} and (n.code = {name} or n.unit = {name}))"
    return f"({relation})"
