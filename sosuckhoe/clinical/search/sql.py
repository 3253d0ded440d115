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

from sosuckhoe.clinical.search import clause, date_sql, seen
from sosuckhoe.clinical.search.condition import MOMENT, UPDATED, HasDate, IsMissing
from sosuckhoe.clinical.search.parameters import number_of
from sosuckhoe.clinical.search.plan import ORDER, PERSONS, TIES, TOKENS
from sosuckhoe.clinical.search.query import Query
from sosuckhoe.clinical.search.seen import Seen
from sosuckhoe.clinical.search.statement import Statement

COLUMNS = "r.type, r.rid, r.person, r.version, r.updated, r.codec, r.body, r.moment"
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


def page(query: Query, whose: Seen, chosen: str, *, dated: bool | None = None) -> Statement:
    """One page and one row more. The conditions of the query are grounded (clinical/grounding.py).

    `dated`: only rows that have a main date, or only those that have none; None: both.
    """
    made = filtered(query, whose, chosen)
    made.ranges += _after(made, query, dated=dated)
    order = "r.rid" if dated is False else _ORDERS[query.order]
    made.text = _form(query, whose, chosen).format(
        columns=COLUMNS,
        where=made.where(),
        ranges="\n    and ".join(made.ranges),
        clauses="\n  and ".join([*made.rights, *made.clauses]),
        matches="\n  and ".join([*made.ranges, *made.clauses]),
        rights="\n  and ".join(made.rights),
        order=order,
        limit=made.bind(query.count + 1),
        never=made.bind(_NEVER),
    )
    return made


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


def filtered(query: Query, whose: Seen, chosen: str) -> Statement:
    """What every row of the answer meets.

    Rare tokens and values are of one type already: PostgreSQL would read the index of all rows of the type beside them.
    """
    made = Statement()
    of_type = f"r.type = {made.bind(number_of()[query.type])}"
    made.ranges += [f"({of_type}) is true" if chosen == TOKENS else of_type, "r.body is not null"]
    made.rights += seen.clauses(made, whose, by_tie=chosen == TIES)
    for condition in query.conditions:
        written = clause.of(made, condition, fenced=chosen not in {TOKENS, TIES})
        match condition:
            case HasDate(where="updated") | IsMissing(where="moment"):
                made.ranges.append(written)
            case HasDate(where="moment"):
                made.clauses.append(written)
                made.ranges += date_sql.bounds(made, query.type, condition)
            case _:
                made.clauses.append(written)
    return made


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
