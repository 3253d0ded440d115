"""A query as SQL. The text has names for values only; every value is bound.

Three plans, chosen by `plan.py` and not hoped for: the rows of some persons (`clinical_resource_of_person`), the
rows that have a rare token (`clinical_resource_tokens`), or the rows of a type in the order of the answer until
the page is full. A condition that must not choose the index is fenced: `(…) is true`, or stands outside the query
that walks in order. That one has a limit that it never reaches, so that PostgreSQL keeps the two apart, estimates
the inner one by its type and dates alone, and does not split it among workers, which would lose the order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sosuckhoe.base.keys import NOBODY, bucket_in, bucket_of
from sosuckhoe.clinical.search import date, extract, number_sql, text_sql
from sosuckhoe.clinical.search.condition import (
    MOMENT,
    PRESENT,
    UPDATED,
    Chained,
    HasDate,
    HasId,
    HasNumber,
    HasText,
    HasToken,
    IsMissing,
)
from sosuckhoe.clinical.search.parameters import number_of
from sosuckhoe.clinical.search.plan import ORDER, PERSONS, TOKENS
from sosuckhoe.clinical.search.query import Query
from sosuckhoe.clinical.search.statement import Statement

COLUMNS = "r.type, r.rid, r.person, r.version, r.updated, r.codec, r.body, r.moment"
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
_ORDERS = {
    (MOMENT, True): "r.moment desc nulls last, r.rid",
    (MOMENT, False): "r.moment asc nulls first, r.rid desc",
    (UPDATED, True): "r.updated desc, r.rid desc",
    (UPDATED, False): "r.updated, r.rid",
}


_WALKED = """
select {columns}
from (
  select * from clinical_resource r
  where {ranges}
  order by {order} limit {never}
) r
where {clauses}
limit {limit}
"""
_OF_ONE = "select {columns} from clinical_resource r where {where} order by {order} limit {limit}"
_SORTED = """
with r as materialized (select * from clinical_resource r where {where})
select {columns} from r order by {order} limit {limit}
"""
_NEVER = 1 << 40


class Seen(NamedTuple):
    """Whose rows may be seen: those of `persons` (None: anybody's), and only of whom `facility` has treated.

    {NOBODY} stands for the entries of registers, whose keys carry buckets of their own.
    """

    persons: frozenset[int] | None
    facility: str | None
    hidden_labels: int


REGISTERS = frozenset({NOBODY})


def page(
    query: Query, seen: Seen, chosen: str, keys: Sequence[Sequence[UUID]], *, dated: bool | None = None
) -> Statement:
    """One page and one row more. `keys` are what the `_id` conditions mean, one list each.

    `dated`: only rows that have a main date, or only those that have none; None: both.
    """
    made = _filter(query, seen, chosen, keys)
    made.ranges += _after(made, query, dated=dated)
    order = "r.rid" if dated is False else _ORDERS[query.order]
    form = _WALKED if chosen == ORDER else _OF_ONE if _is_one_person(query, seen, chosen) else _SORTED
    made.text = form.format(
        columns=COLUMNS,
        where=made.where(),
        ranges="\n    and ".join(made.ranges),
        clauses="\n  and ".join(made.clauses),
        order=order,
        limit=made.bind(query.count + 1),
        never=made.bind(_NEVER),
    )
    return made


def total(query: Query, seen: Seen, chosen: str, keys: Sequence[Sequence[UUID]]) -> Statement:
    """How many there are in all."""
    made = _filter(query, seen, chosen, keys)
    made.text = f"select count(*) from clinical_resource r where {made.where()}"  # noqa: S608 -- values are bound
    return made


def _is_one_person(query: Query, seen: Seen, chosen: str) -> bool:
    """Whether the index of persons gives the rows in the order of the answer."""
    return chosen == PERSONS and seen.persons is not None and len(seen.persons) == 1 and query.order.by == MOMENT


def _filter(query: Query, seen: Seen, chosen: str, keys: Sequence[Sequence[UUID]]) -> Statement:
    made = Statement()
    made.ranges += [f"r.type = {made.bind(number_of()[query.type])}", "r.body is not null"]
    made.clauses += [f"r.label & {made.bind(seen.hidden_labels)} = 0", *_seen(made, seen)]
    wanted = iter(keys)
    for condition in query.conditions:
        match condition:
            case HasToken():
                made.clauses.append(_token(made, condition, fenced=chosen != TOKENS))
            case HasDate():
                _add_dates(made, query.type, condition)
            case HasText():
                made.clauses.append(_fenced(text_sql.has_text(made, condition), fenced=chosen != TOKENS))
            case HasNumber():
                made.clauses.append(_fenced(number_sql.has_number(made, condition), fenced=chosen != TOKENS))
            case IsMissing(missing, "moment"):
                made.ranges.append(f"r.moment is {'' if missing else 'not '}null")
            case IsMissing():
                made.clauses.append(_fenced(_missing(made, condition), fenced=chosen != TOKENS))
            case HasId():
                made.clauses.append(_among(made, "r.rid", next(wanted), bucket_in))
            case Chained():
                raise TypeError("chains are answered before the search that has them")
    return made


def _seen(made: Statement, seen: Seen) -> Iterator[str]:
    """Whose rows of `clinical_resource r`; the bucket stands in every clause that names persons."""
    if seen.persons == REGISTERS:
        yield f"r.person = {NOBODY}"
    elif seen.persons is not None:
        yield _among(made, "r.person", sorted(seen.persons), bucket_of)
    if seen.facility is not None:
        yield (
            "(exists (select from access_tie t where t.bucket = r.bucket and t.person = r.person"
            f" and t.facility = {made.bind(seen.facility)})) is true"
        )


def _among(made: Statement, column: str, keys: Sequence[Any], bucket: Callable[[Any], int]) -> str:
    """Rows with one of these keys, each with its bucket."""
    if len(keys) == 1:
        return f"r.bucket = {made.bind(bucket(keys[0]))} and {column} = {made.bind(keys[0])}"
    kind = "uuid" if column == "r.rid" else "int8"
    buckets, marks = made.bind([bucket(key) for key in keys]), made.bind(list(keys))
    return f"(r.bucket, {column}) in (select * from unnest({buckets}::int4[], {marks}::{kind}[]))"  # noqa: S608 -- values are bound


def _token(made: Statement, condition: HasToken, *, fenced: bool) -> str:
    if not condition.any_of:
        return "true" if condition.negated else "false"
    overlap = f"r.tokens && {made.bind(list(condition.any_of))}::int8[]"
    if condition.negated:
        return f"not {overlap}"
    return _fenced(overlap, fenced=fenced)


def _missing(made: Statement, condition: IsMissing) -> str:
    if condition.where == PRESENT:
        return f"r.present & {made.bind(condition.paths[0])} {'=' if condition.missing else '<>'} 0"
    return (
        f"{'not ' if condition.missing else ''}exists (select from {condition.where} t where t.bucket = r.bucket"
        f" and t.rid = r.rid and t.path = any ({made.bind(list(condition.paths))}::int8[]))"
    )


def _fenced(clause: str, *, fenced: bool) -> str:
    """A clause that must not choose the index nor become a join, which would lose the order."""
    return f"({clause}) is true" if fenced else clause


def _add_dates(made: Statement, type_name: str, condition: HasDate) -> None:
    if isinstance(condition.where, tuple):
        relations = _relations(made, condition, _RELATIONS, "d.low", "d.high")
        made.clauses.append(
            "exists (select from clinical_date d where d.bucket = r.bucket and d.rid = r.rid"
            f" and d.path = any ({made.bind(list(condition.where))}::int8[]) and ({relations}))"
        )
    elif condition.where == UPDATED:
        made.ranges.append(f"({_relations(made, condition, _POINT_RELATIONS, 'r.updated', '')})")
    else:
        made.clauses.append(f"({_relations(made, condition, _RELATIONS, 'r.moment', 'r.moment_to')})")
        made.ranges += _bounds(made, type_name, condition)


def _relations(made: Statement, condition: HasDate, forms: dict[str, str], low: str, high: str) -> str:
    """The relations, any of which may hold."""
    return " or ".join(
        forms[prefix].format_map(_Marks(made, asked, {"low": low, "high": high})) for prefix, asked in condition.any_of
    )


def _bounds(made: Statement, type_name: str, condition: HasDate) -> Iterator[str]:
    """What follows for the start of the date alone, so that one range of an index by it can be read."""
    asked = condition.any_of
    if all(prefix in _STARTS_BEFORE for prefix, _ in asked):
        yield f"r.moment < {made.bind(max(getattr(found, _STARTS_BEFORE[prefix]) for prefix, found in asked))}"
    if all(prefix in _STARTS_FROM for prefix, _ in asked):
        yield f"r.moment >= {made.bind(min(getattr(found, _STARTS_FROM[prefix]) for prefix, found in asked))}"
    elif extract.is_brief(type_name) and all(prefix in _ENDS_AFTER for prefix, _ in asked):
        earliest = min(getattr(found, _ENDS_AFTER[prefix]) for prefix, found in asked)
        yield f"r.moment >= {made.bind(max(earliest, date.BEGINNING + _LONGEST_BRIEF) - _LONGEST_BRIEF)}"


def _after(made: Statement, query: Query, *, dated: bool | None) -> Iterator[str]:
    """Only what comes after the last resource of the page before."""
    place = query.after
    if dated is not None:
        yield f"r.moment is {'not ' if dated else ''}null"
    if place is None:
        return
    if query.order.by == UPDATED:
        sign = "<" if query.order.descending else ">"
        yield f"(r.updated, r.rid) {sign} ({made.bind(place.at)}, {made.bind(place.key)})"
    elif place.at is None:
        yield f"r.rid > {made.bind(place.key)}"
    elif dated:
        before, after = ("<", ">") if query.order.descending else (">", "<")
        at, key = made.bind(place.at), made.bind(place.key)
        yield f"r.moment {before}= {at} and (r.moment {before} {at} or r.rid {after} {key})"


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
