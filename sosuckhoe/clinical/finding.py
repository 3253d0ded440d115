"""Searches of the repository: rights compiled into the SQL, one line of the trace for every person on the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

from sosuckhoe.access import audit, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY
from sosuckhoe.clinical import codec, grounding, paging
from sosuckhoe.clinical.draft import Stored
from sosuckhoe.clinical.search import cursor, include
from sosuckhoe.clinical.search.parameters import name_of
from sosuckhoe.clinical.search.query import Query
from sosuckhoe.clinical.search.seen import Seen
from sosuckhoe.clinical.traced import Trace


class Page(NamedTuple):
    """One page of an answer. `total` only when it was asked for; `after` and `before` only when there is more there."""

    found: list[Stored]
    total: int | None
    after: cursor.Place | None
    before: cursor.Place | None = None
    included: list[Stored] = []  # noqa: RUF012 -- never added to


def search(actor: Actor, query: Query, at: datetime) -> Page:
    """What the actor may see of what the query asks; raises when the actor may search nothing (SSK-1003)."""
    return search_types(actor, [query], at)


def search_types(actor: Actor, queries: Sequence[Query], at: datetime) -> Page:
    """The same of several types, in one order (search/several.py); raises when the actor may search none of them."""
    if len(queries) == 1 and not queries[0].includes:
        page, is_traced = _one_type(actor, queries[0], at)
        if is_traced:
            return page
    else:
        page = _found(actor, queries)
    if queries[0].includes:
        page = page._replace(included=_included(actor, queries[0], page.found, at))
    met = sorted({(one.person, one.type) for one in (*page.found, *page.included)})
    audit.record_looks(actor, "search", [(person, kind) for person, kind in met if person != NOBODY], at)
    return page


def _one_type(actor: Actor, query: Query, at: datetime) -> tuple[Page, bool]:
    """The page of one type, and whether the trace has its lines already."""
    found = paging.found(*_ready(actor, query), Trace(actor, query.type, at))
    return _page(query, [found]), found.is_traced


def _found(actor: Actor, queries: Sequence[Query]) -> Page:
    if len(queries) == 1:
        return _page(queries[0], [paging.found(*_ready(actor, queries[0]))])
    return _page(queries[0], _allowed(actor, queries))


def _page(query: Query, found: Sequence[paging.Found]) -> Page:
    rows = found[0].rows if len(found) == 1 else paging.merged(query, [row for one in found for row in one.rows])
    total = sum(one.total or 0 for one in found) if query.total else None
    before, kept, after = _cut(query, rows)
    return Page(_stored(kept), total, after, before)


def _cut(query: Query, rows: list[paging.Row]) -> tuple[cursor.Place | None, list[paging.Row], cursor.Place | None]:
    """The rows of a page, and where the pages before and behind it end and begin.

    Behind a place there is what it was told of: somebody came from the one to the other.
    """
    is_more = len(rows) > query.count > 0
    kept = rows[-query.count :] if query.goes_back and query.count else rows[: query.count]
    if not kept:
        return None, kept, None
    first, last = paging.place(query, kept[0])._replace(is_end=True), paging.place(query, kept[-1])
    if query.goes_back:
        return first if is_more else None, kept, last
    return first if query.after else None, kept, last if is_more else None


def _allowed(actor: Actor, queries: Sequence[Query]) -> list[paging.Found]:
    """What is found of each type that the actor may search; their refusal when that is none."""
    found: list[paging.Found] = []
    refused = Problem("SSK-1003", action="search")
    for query in queries:
        try:
            found.append(paging.found(*_ready(actor, query)))
        except Problem as problem:
            if problem.number not in policy.NO_RIGHT:
                raise
            refused = problem
    if not found:
        raise refused
    return found


def _ready(actor: Actor, query: Query) -> tuple[Query, Seen]:
    seen, conditions = grounding.grounded(actor, query.type, query.conditions)
    return replace(query, conditions=conditions), seen


def _included(actor: Actor, query: Query, found: list[Stored], at: datetime) -> list[Stored]:
    """What goes along, as far as the actor may see it."""
    return include.gather(query.includes, found, at, partial(_fetch, actor))


def _fetch(actor: Actor, wanted: include.Wanted) -> list[Stored]:
    """What the actor may see; nothing of a kind that they may not search at all."""
    try:
        return _found(actor, [Query(wanted.type, list(wanted.conditions), count=include.MOST + 1)]).found
    except Problem as problem:
        if problem.number not in policy.NO_RIGHT:
            raise
        return []


def _stored(rows: Sequence[paging.Row]) -> list[Stored]:
    names, unpacked = name_of(), codec.unpacked
    return [
        Stored(names[number], key, person, version, updated, unpacked(packing, key, body))
        for number, key, person, version, updated, packing, body, *_ in rows
    ]
