"""Which versions the items of Lists name, for a history. https://hl7.org/fhir/R4/http.html#history

A reference with a version names that version, any other every version of its resource.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import orjson

from sosuckhoe.access.actor import Actor
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import finding, queries
from sosuckhoe.clinical.search import reference
from sosuckhoe.clinical.search.query import MOST_COUNT, parse

MOST_ITEMS = 1_000
EVERY = 0
"""In place of a version: all of them."""
_VERSION = "/_history/"
_LONGEST_VERSION = 9

Named = frozenset[tuple[UUID, int]]
"""Where a resource stands, and the version or EVERY."""


def named_by(actor: Actor, lists: Sequence[str], base: str, at: datetime) -> Named:
    """What the items of these Lists name, of Lists that the actor may find; SSK-3443 for more than MOST_ITEMS."""
    pairs = [("_id", ",".join(lists)), ("_count", str(MOST_COUNT))]
    page = finding.search(actor, parse("List", pairs, base=base, now=at), at)
    items = {
        text.removeprefix(f"{base}/")
        for row in page.found
        for entry in orjson.loads(row.body).get("entry", ())
        if (text := (entry.get("item") or {}).get("reference"))
    }
    if len(items) > MOST_ITEMS:
        raise Problem("SSK-3443", most=MOST_ITEMS)
    named = frozenset(_places(items))
    whole = {key for key, version in named if version == EVERY}
    return frozenset(one for one in named if one[1] == EVERY or one[0] not in whole)


def _places(items: Iterable[str]) -> Iterable[tuple[UUID, int]]:
    wanted: dict[str, dict[str, set[int]]] = {}
    for item in items:
        found = reference.RELATIVE.fullmatch(item)
        version = item.partition(_VERSION)[2] or str(EVERY)
        if found and version.isdecimal() and len(version) <= _LONGEST_VERSION:
            wanted.setdefault(found.group(1), {}).setdefault(found.group(2), set()).add(int(version))
    for type_name, versions in wanted.items():
        for stands in (queries.keys_of(type_name, versions), queries.moved(type_name, versions)):
            yield from ((key, version) for name, key in stands.items() for version in versions[name])
