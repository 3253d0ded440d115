"""Searches of the repository: rights compiled into the SQL, one line of the trace for every person on the page."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, NamedTuple
from uuid import UUID

from sosuckhoe.access import audit
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY
from sosuckhoe.clinical import codec, grounding, sorting
from sosuckhoe.clinical.draft import Stored
from sosuckhoe.clinical.search import cursor, include, number_sql, plan, sql, text_sql
from sosuckhoe.clinical.search.condition import MOMENT, HasKey, HasNumber, HasText, HasToken
from sosuckhoe.clinical.search.parameters import name_of
from sosuckhoe.clinical.search.query import Query
from sosuckhoe.clinical.search.seen import Seen
from sosuckhoe.clinical.search.statement import Statement

_COUNTS_KEPT = 300.0
"""Seconds that the frequencies of tokens are believed."""


class Page(NamedTuple):
    """One page of an answer. `total` only when it was asked for; `after` only when there is more."""

    found: list[Stored]
    total: int | None
    after: cursor.Place | None
    included: list[Stored] = []  # noqa: RUF012 -- never added to


class _Row(NamedTuple):
    type: int
    key: UUID
    person: int
    version: int
    updated: datetime
    codec: int
    body: bytes
    moment: datetime | None


def search(actor: Actor, query: Query, at: datetime) -> Page:
    """What the actor may see of what the query asks; raises when the actor may search nothing (SSK-1003)."""
    with db.atomic():
        page = _found(actor, query)
        if query.includes:
            page = page._replace(included=_included(actor, query, page.found, at))
        met = sorted({(one.person, one.type) for one in (*page.found, *page.included)})
        lines = [audit.Line(actor, "search", kind, person) for person, kind in met if person != NOBODY]
        audit.record_all(lines, at)
    return page


def _found(actor: Actor, query: Query) -> Page:
    seen, conditions = grounding.grounded(actor, query.type, query.conditions)
    return _page(replace(query, conditions=conditions), seen)


def _included(actor: Actor, query: Query, found: list[Stored], at: datetime) -> list[Stored]:
    """What goes along, as far as the actor may see it."""
    return include.gather(query.includes, found, at, partial(_fetch, actor))


def _fetch(actor: Actor, wanted: include.Wanted) -> list[Stored]:
    """What the actor may see; nothing of a kind that they may not search at all."""
    try:
        return _found(actor, Query(wanted.type, list(wanted.conditions), count=include.MOST + 1)).found
    except Problem as problem:
        if problem.number != "SSK-1003":
            raise
        return []


def _page(query: Query, seen: Seen) -> Page:
    if _finds_nothing(query, seen):
        return Page([], 0 if query.total else None, None)
    chosen = plan.choose(query, narrowed=seen.is_narrow, rows_with=_rows_with)
    total = _run(sql.total(query, seen, chosen))[0][0] if query.total else None
    rows = (sorting.rows if query.sort else _rows)(query, seen, chosen) if query.count else []
    after = None
    if len(rows) > query.count > 0:
        rows = rows[: query.count]
        after = _place(query, rows[-1])
    return Page([_stored(_Row(*row[: len(_Row._fields)])) for row in rows], total, after)


def _place(query: Query, row: tuple[Any, ...]) -> cursor.Place:
    """Where a page ends that ends with this row."""
    if query.sort:
        return sorting.place_of(row)
    last = _Row(*row)
    return cursor.Place(last.moment if query.order.by == MOMENT else last.updated, last.key)


def _finds_nothing(query: Query, seen: Seen) -> bool:
    """Whether some condition cannot hold for anything."""
    impossible = any(
        (isinstance(c, HasToken) and not (c.any_of or c.negated)) or (isinstance(c, HasKey) and not c.any_of)
        for c in query.conditions
    )
    return impossible or seen.persons == frozenset()


def _rows(query: Query, seen: Seen, chosen: str) -> list[tuple[Any, ...]]:
    """A page and one row more. By the main date, those without one come last."""
    if query.order.by != MOMENT:
        return _run(sql.page(query, seen, chosen))
    if query.after is None and query.order.descending:
        return _run(sql.page(query, seen, chosen))
    is_past_dated = query.after is not None and query.after.at is None
    rows = [] if is_past_dated else _run(sql.page(query, seen, chosen, dated=True))
    if len(rows) <= query.count:
        rest = replace(query, count=query.count - len(rows), after=query.after if is_past_dated else None)
        rows += _run(sql.page(rest, seen, chosen, dated=False))
    return rows


def _run(statement: Statement) -> list[tuple[Any, ...]]:
    return db.tuples(statement.text, statement.values, binary=True)


def _stored(row: _Row) -> Stored:
    body = codec.unpacked(row.codec, row.body)
    return Stored(name_of()[row.type], row.key, row.person, row.version, row.updated, body)


def _rows_with(condition: HasToken | HasText | HasNumber) -> float:
    """About how many rows have a token: PostgreSQL's own sample, or less than the rarest of it.

    Texts and numbers are counted until there are too many; what no index finds counts as too many.
    """
    if isinstance(condition, HasToken):
        counts = _counts(int(time.monotonic() / _COUNTS_KEPT))
        return sum(counts.get(token, 0.0) for token in condition.any_of)
    if isinstance(condition, HasText):
        counting = None if condition.how == "contains" else text_sql.how_many(condition, plan.RARE + 1)
    else:
        counting = number_sql.how_many(condition, plan.RARE + 1)
    return float(_run(counting)[0][0]) if counting else math.inf


@lru_cache(maxsize=1)
def _counts(_period: int) -> dict[int, float]:
    found = db.one(
        """
        select most_common_elems::text::int8[] as tokens, most_common_elem_freqs as shares, reltuples as count
        from pg_stats, pg_class
        where schemaname = current_schema() and tablename = 'clinical_resource' and attname = 'tokens'
          and pg_class.oid = 'clinical_resource'::regclass
        """
    )
    if found is None or found.tokens is None:
        return {}
    return {token: share * max(found.count, 0) for token, share in zip(found.tokens, found.shares, strict=False)}
