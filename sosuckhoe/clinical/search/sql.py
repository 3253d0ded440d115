"""A query as SQL. The text has names for values only; every value is bound.

Four plans, chosen by `plan.py` and not hoped for: the rows of some persons (`clinical_resource_of_person`), the
rows that have a rare token (`clinical_resource_tokens`), the rows of all whom a facility has treated
(`access_tie_of_facility`), or the rows of a type in the order of the answer until the page is full.
 A condition that must not choose the index is fenced: `(…) is true`, or stands outside the query
that walks in order. That one has a limit that it never reaches, so that PostgreSQL keeps the two apart, estimates
the inner one by its type and dates alone, and does not split it among workers, which would lose the order.
"""

from __future__ import annotations

from collections.abc import Iterator

from sosuckhoe.clinical.search import clause, date_sql, seen, values_sql
from sosuckhoe.clinical.search.condition import (
    MOMENT,
    UPDATED,
    Condition,
    HasDate,
    HasKey,
    HasNumber,
    HasText,
    HasToken,
    IsMissing,
    Together,
)
from sosuckhoe.clinical.search.parameters import number_of
from sosuckhoe.clinical.search.plan import KEYS, ORDER, PERSONS, SORTED_VALUES, TIES, TOKENS, WALKED_VALUES
from sosuckhoe.clinical.search.query import Query
from sosuckhoe.clinical.search.seen import Seen
from sosuckhoe.clinical.search.statement import Statement

BUCKET = ", r.bucket"
"""Behind the columns, for who writes the trace of whom a page shows (clinical/traced.py)."""

COLUMNS = "r.type, r.rid, r.person, r.version, r.updated, r.codec, r.body, r.moment"
_ORDERS = {
    (MOMENT, True): "{row}.moment desc nulls last, {row}.rid",
    (MOMENT, False): "{row}.moment asc nulls first, {row}.rid desc",
    (UPDATED, True): "{row}.updated desc, {row}.rid desc",
    (UPDATED, False): "{row}.updated, {row}.rid",
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
_SIFTED = """
with r as materialized (
  select r.bucket, r.rid, r.person, r.label, r.moment, r.updated from clinical_resource r where {matches}
)
select {columns}
from (
  select r.bucket, r.rid from (select * from r order by {order} limit {never}) r
  where {rights}
  limit {limit}
) kept
join clinical_resource r on r.bucket = kept.bucket and r.rid = kept.rid
order by {order}
"""
"""What is rare is sorted first, without bodies; rights are then asked row by row until the page is full."""

_NEVER = 1 << 40
"""Limits stand in the text: by them PostgreSQL knows that it is to read in order and stop."""

_OF_VALUES = {SORTED_VALUES: values_sql.sorted_, WALKED_VALUES: values_sql.walked}
_PLAIN = (HasDate, HasKey, HasNumber, HasText, HasToken, IsMissing, Together)


def page(query: Query, whose: Seen, chosen: str, *, dated: bool | None = None, more: str = "") -> Statement:
    """One page and one row more. The conditions of the query are grounded (clinical/grounding.py).

    `dated`: only rows that have a main date, or only those that have none; None: both. `more`: columns behind COLUMNS.
    """
    made = filtered(query, whose, chosen, is_settled=is_settled(query, chosen))
    columns = COLUMNS + more
    after = list(_after(made, query, dated=dated))
    order = f"{{row}}.rid{' desc' if query.goes_back else ''}" if dated is False else _ORDERS[query.order]
    if chosen in _OF_VALUES and isinstance(query.start, HasText | HasNumber):
        beyond = "".join(f" and {one}" for one in [*after, *_bounds(made, query)])
        made.text = values_sql.PAGE.format(
            columns=columns,
            values=_OF_VALUES[chosen](made, query.start, beyond, order, _NEVER),
            where=made.where(),
            beside="\n  and ".join(values_sql.beside(made, query)) or "true",
            order=order.format(row="v"),
            limit=query.count + 1,
        )
        return made
    made.ranges += [one.format(row="r") for one in after]
    order = order.format(row="r")
    made.text = _form(query, whose, chosen).format(
        columns=columns,
        where=made.where(),
        ranges="\n    and ".join(made.ranges),
        clauses="\n  and ".join([*made.rights, *made.clauses]),
        matches="\n  and ".join([*made.ranges, *made.clauses]),
        rights="\n  and ".join(made.rights),
        order=order,
        limit=query.count + 1,
        never=_NEVER,
    )
    return made


def _bounds(made: Statement, query: Query) -> Iterator[str]:
    """What the conditions on the main date say of its start, of the row `{row}`."""
    for condition in query.conditions:
        if isinstance(condition, HasDate) and condition.where == MOMENT:
            yield from date_sql.bounds(made, query.type, condition)


def _form(query: Query, whose: Seen, chosen: str) -> str:
    if chosen in {ORDER, TOKENS}:
        return _WALKED if chosen == ORDER else _SIFTED
    return _OF_ONE if _is_one_person(query, whose, chosen) else _SORTED


def total(query: Query, whose: Seen, chosen: str) -> Statement:
    """How many there are in all."""
    made = filtered(query, whose, chosen)
    made.text = f"select count(*) from clinical_resource r where {made.where()}"  # noqa: S608 -- values are bound
    return made


def every(query: Query, whose: Seen) -> Statement:
    """All rows, without an order, for PostgreSQL to estimate: nothing is fenced."""
    made = filtered(query, whose, TOKENS)
    made.text = f"select from clinical_resource r where {made.where()}"
    return made


def _is_one_person(query: Query, whose: Seen, chosen: str) -> bool:
    """Whether the index of persons gives the rows in the order of the answer."""
    return chosen == PERSONS and whose.persons is not None and len(whose.persons) == 1 and query.order.by == MOMENT


def is_settled(query: Query, chosen: str) -> bool:
    """Whether no value could change how the page is read: a hop and a list of ties may be long or short."""
    is_planned = chosen in {ORDER, PERSONS, KEYS, *_OF_VALUES} or (chosen == TOKENS and query.start is not None)
    return is_planned and all(isinstance(one, _PLAIN) for one in query.conditions)


def _is_start(query: Query, condition: Condition) -> bool:
    """Whether the index may be that of a condition. Tokens are found together, in one index."""
    start = query.start
    return start is None or condition is start or (isinstance(start, HasToken) and isinstance(condition, HasToken))


def filtered(query: Query, whose: Seen, chosen: str, *, is_settled: bool = False) -> Statement:
    """What every row of the answer meets.

    Rare tokens and values are of one type already: PostgreSQL would read the index of all rows of the type beside them.
    """
    made = Statement(is_settled=is_settled)
    of_type = f"r.type = {made.bind(number_of()[query.type])}"
    made.ranges += [f"({of_type}) is true" if chosen in {TOKENS, *_OF_VALUES} else of_type, "r.body is not null"]
    made.rights += seen.clauses(made, whose, by_tie=chosen == TIES)
    made.clauses += seen.clauses_within(made, whose)
    for condition in query.conditions:
        if chosen in _OF_VALUES and (condition is query.start or values_sql.is_beside(condition)):
            continue
        is_free = chosen == TIES or (chosen == TOKENS and _is_start(query, condition))
        written = clause.of(made, condition, fenced=not is_free)
        match condition:
            case HasDate(where="updated") | IsMissing(where="moment"):
                made.ranges.append(written)
            case HasDate(where="moment"):
                made.clauses.append(written)
                made.ranges += (one.format(row="r") for one in date_sql.bounds(made, query.type, condition))
            case _:
                made.clauses.append(written)
    return made


def _after(made: Statement, query: Query, *, dated: bool | None) -> Iterator[str]:
    """Only what comes after the last resource of the page before, of the row `{row}`."""
    place = query.after
    if dated is not None:
        yield f"{{row}}.moment is {'not ' if dated else ''}null"
    if place is None:
        return
    if query.order.by == UPDATED:
        sign = "<" if query.order.descending else ">"
        yield f"({{row}}.updated, {{row}}.rid) {sign} ({made.bind(place.at)}, {made.bind(place.key)})"
    elif place.at is None:
        yield f"{{row}}.rid {'<' if place.is_end else '>'} {made.bind(place.key)}"
    elif dated:
        before, after = ("<", ">") if query.order.descending else (">", "<")
        at, key = made.bind(place.at), made.bind(place.key)
        yield f"{{row}}.moment {before}= {at} and ({{row}}.moment {before} {at} or {{row}}.rid {after} {key})"
