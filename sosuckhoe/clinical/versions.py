"""What has happened: the versions of one resource, of a type, of everything. https://hl7.org/fhir/R4/http.html#history

The order is that of `lastUpdated`, then of keys, then of versions. A version keeps its place in it for ever, also when
the next one moves it to the history, so pages by place neither repeat nor leave out what stood when the walk began.
A version is dated by the begin of its request: one whose transaction ends late may stand before a page already read.

A walk reads an index of each type, a bounded number of rows a page. Where few rows may be seen (a hospital among all)
a page may be short and still have a next one.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sosuckhoe.access import addresses, audit
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY, bucket_in, bucket_of
from sosuckhoe.clinical import body as bodies
from sosuckhoe.clinical import codec, narrowing, rights
from sosuckhoe.clinical.grounding import seen_by
from sosuckhoe.clinical.listed import Named
from sosuckhoe.clinical.search import date, parameters
from sosuckhoe.clinical.search.seen import REGISTERS, Seen

MOST_EXAMINED = 20_000
"""So many rows a page reads at most of what its reader may not see."""

_GROWTH = 4


class Key(NamedTuple):
    """The place of a version in the order."""

    updated: datetime
    rid: UUID
    version: int


class Asked(NamedTuple):
    """Which versions: written since a moment, or the newest of some moment in `at`; a page behind a place.

    `named`: of these resources alone, each with a version or `listed.EVERY`.
    """

    most: int
    since: datetime = date.BEGINNING
    at: date.Range | None = None
    newest_first: bool = True
    after: Key | None = None
    named: Named | None = None

    @property
    def values(self) -> dict[str, Any]:
        """As values of SQL."""
        start = self.after or (_LAST if self.newest_first else _FIRST)
        return {
            "at": start.updated,
            "rid": start.rid,
            "version": start.version,
            "low": self.since,
            "high": self.at.high if self.at else date.END,
            "timed": self.at is not None,
            "low_at": self.at.low if self.at else date.BEGINNING,
            **self._named(),
        }

    def _named(self) -> dict[str, list[Any]]:
        ordered = sorted(self.named or (), key=lambda one: one[0].int)
        return {
            "named_buckets": [bucket_in(key) for key, _ in ordered],
            "named": [key for key, _ in ordered],
            "named_versions": [version for _, version in ordered],
        }


class Past(NamedTuple):
    """One version of a resource; a deletion has no body."""

    type: str
    name: str
    person: int
    key: Key
    body: bytes | None


class Page(NamedTuple):
    """Versions in order; `after` only when there may be more."""

    found: list[Past]
    after: Key | None


_FIRST = Key(date.BEGINNING, UUID(int=0), 0)
_LAST = Key(date.END, UUID(int=(1 << 128) - 1), (1 << 31) - 1)


def of_type(actor: Actor, type_name: str, asked: Asked, at: datetime) -> Page:
    """The history of a type, as far as the actor may see it; SSK-1003 when they may search nothing of it."""
    return _traced(actor, {_seen_by(actor, type_name): [type_name]}, asked, at)


def of_system(actor: Actor, asked: Asked, at: datetime) -> Page:
    """The history of every type that the actor may search; SSK-1003 when there is none."""
    parts: dict[Seen, list[str]] = {}
    refusal: Problem | None = None
    for kind in addresses.KINDS:
        types = [name for name in parameters.types() if addresses.kinds()[name] == kind]
        for seen_together in [types] if actor.narrowing is None else [[name] for name in types]:
            try:
                parts.setdefault(_seen_by(actor, seen_together[0]), []).extend(seen_together)
            except Problem as problem:
                refusal = problem
    if refusal is not None and not parts:
        raise refusal
    return _traced(actor, parts, asked, at)


def _seen_by(actor: Actor, type_name: str) -> Seen:
    seen = seen_by(actor, type_name)
    persons = None if seen.holders else seen.persons
    return seen._replace(within=narrowing.of_versions(actor.narrowing, "search", type_name, persons))


def statement(name: str, *, newest_first: bool) -> str:
    """A statement in one of the two directions."""
    behind, direction = ("<", "desc") if newest_first else (">", "asc")
    return rights.statement(__file__, name).replace("{behind}", behind).replace("{direction}", direction)


def _traced(actor: Actor, parts: dict[Seen, list[str]], asked: Asked, at: datetime) -> Page:
    with db.atomic():
        page = _joined([_part(seen, types, asked) for seen, types in parts.items()], asked)
        met = sorted({(one.person, one.type) for one in page.found if one.person != NOBODY})
        audit.record_all([audit.Line(actor, "history", kind, person) for person, kind in met], at)
    return page


def _joined(pages: Iterable[Page], asked: Asked) -> Page:
    """Pages of different rows as one: as far as each of them is complete."""
    pages = list(pages)
    behind: Callable[[Key, Key], bool] = operator.lt if asked.newest_first else operator.gt
    ends = sorted((page.after for page in pages if page.after), reverse=asked.newest_first)
    found = [one for page in pages for one in page.found if not (ends and behind(one.key, ends[0]))]
    found.sort(key=lambda one: one.key, reverse=asked.newest_first)
    if len(found) > asked.most:
        return Page(found[: asked.most], found[asked.most - 1].key)
    return Page(found, ends[0] if ends else None)


def _part(seen: Seen, types: list[str], asked: Asked) -> Page:
    """A page of some types under the same rights."""
    if seen.persons == frozenset():
        return Page([], None)
    if asked.named is not None:
        return _read("versions_of_keys", seen, types, asked, 0)[0]
    if seen.persons is not None and seen.persons != REGISTERS:
        return _read("versions_of_persons", seen, types, asked, 0)[0]
    is_narrowed = seen.persons is None and (bool(seen.holders) or asked.at is not None)
    window, left = (asked.most + 1) * (_GROWTH if is_narrowed else 1), MOST_EXAMINED
    page = Page([], asked.after)
    while True:
        rest = asked._replace(most=asked.most - len(page.found), after=page.after)
        more, examined = _read("versions_walk", seen, types, rest, window)
        page = Page(page.found + more.found, more.after)
        left -= max(examined, 1)
        if more.after is None or len(page.found) >= asked.most or left <= 0:
            return page
        window = max(window, min(window * _GROWTH, MOST_EXAMINED // (2 * len(types))))


def _read(name: str, seen: Seen, types: list[str], asked: Asked, window: int) -> tuple[Page, int]:
    """A page of what one statement examines, and how many rows that were."""
    persons = sorted(seen.persons or ())
    values = {
        **asked.values,
        "types": [parameters.number_of()[one] for one in types],
        "window": window,
        "buckets": [bucket_of(person) for person in persons],
        "wanted": persons,
        "persons": persons if not seen.holders else [],
        "everybody": seen.persons is None and not seen.holders,
        "holders": list(seen.holders),
        "hidden": seen.hidden_labels,
        "open": sorted(seen.open),
        "limit": asked.most + 1,
    }
    parts = (name, "versions_page")
    text = "".join(statement(part, newest_first=asked.newest_first) for part in parts)
    text = rights.narrowed_by(text, values, seen.within, "examined")
    rows = db.tuples(text, values, binary=True)
    found = [_past(row[4:]) for row in rows if row[4] is not None]
    examined, *until = rows[0][:4]
    if len(found) > asked.most:
        return Page(found[: asked.most], found[asked.most - 1].key), examined
    return Page(found, Key(*until) if until[1] is not None else None), examined


def _past(row: tuple[Any, ...]) -> Past:
    number, rid, person, version, updated, packing, body, packing_before, before = row
    type_name = parameters.name_of()[number]
    plain = None if body is None else codec.unpacked(packing, rid, body)
    known = plain if plain is not None else codec.unpacked(packing_before, rid, before)
    return Past(type_name, bodies.name_in(type_name, known), person, Key(updated, rid, version), plain)
