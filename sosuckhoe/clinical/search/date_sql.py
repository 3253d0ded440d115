"""Conditions on dates as SQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sosuckhoe.clinical.search import date, extract
from sosuckhoe.clinical.search.condition import UPDATED, HasDate
from sosuckhoe.clinical.search.statement import Statement

_TICK = timedelta(milliseconds=1)
_LONGEST_BRIEF = timedelta(days=366)
_RELATIONS = {
    "eq": "{low} >= {a} and {high} <= {b}",
    "ne": "({low} < {a} or {high} > {b})",
    "gt": "{high} > {b}",
    "lt": "{low} < {a}",
    "ge": "({high} > {b} or ({low} >= {a} and {high} <= {b}))",
    "le": "({low} < {a} or ({low} >= {a} and {high} <= {b}))",
    "sa": "{low} >= {b}",
    "eb": "{high} <= {a}",
    "ap": "{low} < {b} and {high} > {a}",
}
_POINT_RELATIONS = {
    "eq": "{low} >= {a} and {low} <= {b1}",
    "ne": "({low} < {a} or {low} > {b1})",
    "gt": "{low} > {b1}",
    "lt": "{low} < {a}",
    "ge": "{low} >= {a}",
    "le": "{low} <= {b1}",
    "sa": "{low} >= {b}",
    "eb": "{low} <= {a1}",
    "ap": "{low} < {b} and {low} > {a1}",
}
"""The same for a date that is a whole millisecond, the last of which before `b` is `b1`."""
_STARTS_BEFORE = {"eq": "high", "lt": "low", "le": "high", "eb": "low", "ap": "high"}
_STARTS_FROM = {"eq": "low", "sa": "high"}
_ENDS_AFTER = {"eq": "low", "gt": "high", "ge": "low", "sa": "high", "ap": "low"}


def has_date(made: Statement, condition: HasDate) -> str:
    """Whether the row `r` has such a date."""
    if isinstance(condition.where, tuple):
        return (
            "exists (select from clinical_date d where d.bucket = r.bucket and d.rid = r.rid"
            f" and d.path = any ({made.bind(list(condition.where))}::int8[]) and ({of_row(made, condition)}))"
        )
    if condition.where == UPDATED:
        return f"({_relations(made, condition, _POINT_RELATIONS, 'r.updated', '')})"
    return f"({_relations(made, condition, _RELATIONS, 'r.moment', 'r.moment_to')})"


def of_row(made: Statement, condition: HasDate) -> str:
    """Whether a row of `clinical_date d` has such a date, whatever its path."""
    return _relations(made, condition, _RELATIONS, "d.low", "d.high")


def _relations(made: Statement, condition: HasDate, forms: dict[str, str], low: str, high: str) -> str:
    """The relations, any of which may hold."""
    return " or ".join(
        forms[prefix].format_map(_Marks(made, asked, {"low": low, "high": high})) for prefix, asked in condition.any_of
    )


def bounds(made: Statement, type_name: str, condition: HasDate) -> Iterator[str]:
    """What follows for the start of the date of a row `{row}` alone: one range of an index by it can be read."""
    asked = condition.any_of
    if all(prefix in _STARTS_BEFORE for prefix, _ in asked):
        yield f"{{row}}.moment < {made.bind(max(getattr(found, _STARTS_BEFORE[prefix]) for prefix, found in asked))}"
    if all(prefix in _STARTS_FROM for prefix, _ in asked):
        yield f"{{row}}.moment >= {made.bind(min(getattr(found, _STARTS_FROM[prefix]) for prefix, found in asked))}"
    elif extract.is_brief(type_name) and all(prefix in _ENDS_AFTER for prefix, _ in asked):
        earliest = min(getattr(found, _ENDS_AFTER[prefix]) for prefix, found in asked)
        yield f"{{row}}.moment >= {made.bind(max(earliest, date.BEGINNING + _LONGEST_BRIEF) - _LONGEST_BRIEF)}"


class _Marks(dict[str, str]):
    """The marks of a relation's bounds, bound when they are first used. `a1` is a millisecond before `a`."""

    def __init__(self, made: Statement, asked: date.Range, columns: dict[str, str]) -> None:
        super().__init__(columns)
        self._made = made
        self._bounds = {"a": asked.low, "b": asked.high, "a1": _before(asked.low), "b1": _before(asked.high)}

    def __missing__(self, name: str) -> str:
        self[name] = self._made.bind(self._bounds[name])
        return self[name]


def _before(moment: datetime) -> datetime:
    return max(moment, date.BEGINNING + _TICK) - _TICK
