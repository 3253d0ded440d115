"""What follows when an entry gets a sensitive label: what was stored of it before gets the label too.

Those are the entry's own older versions, and the Bundles of the same person that hold a copy of it, in every version.
The labels stand in the rows alone, as those of what an owner hides do: no version and no body changes. A Bundle that
is written has at least the labels that its entries have where they are stored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from sosuckhoe.access import labels
from sosuckhoe.base import db
from sosuckhoe.base.keys import NOBODY, bucket_in, bucket_of
from sosuckhoe.clinical import codec, queries
from sosuckhoe.clinical.actions import hide
from sosuckhoe.clinical.search.parameters import number_of

BUNDLE = "Bundle"
_LOCK = 0x4C42
"""Before a person: the lock that their Bundles and labels share."""


class Raised(NamedTuple):
    """An entry, whose it is, and the sensitive bits that it had not before."""

    type: str
    name: str
    person: int
    bits: int


def of_entries(person: int, bundle: dict[str, Any]) -> int:
    """The sensitive bits that what a Bundle holds has where it is stored. None come until the transaction ends."""
    _lock([person])
    keys = [key for type_name, names in _held(bundle).items() for key in queries.keys_of(type_name, names).values()]
    bits: int = db.value(
        """
        select coalesce(bit_or(r.label), 0::int2) from unnest(%s::int4[], %s::uuid[]) as held (bucket, rid)
        join clinical_resource r on r.bucket = held.bucket and r.rid = held.rid
        """,
        ([bucket_in(key) for key in keys], keys),
    )
    return bits & labels.sensitive()


def spread(raised: Mapping[UUID, Raised]) -> None:
    """Give the labels to what was stored before, in the caller's transaction, after the entries are written."""
    persons = {one.person for one in raised.values()} - {NOBODY}
    _lock(persons)
    _raise("clinical_history", [(key, 0, one.bits) for key, one in raised.items()])
    for person in sorted(persons):
        mine = {(one.type, one.name): one.bits for one in raised.values() if one.person == person}
        found = list(_of_bundles(person, mine))
        for table in ("clinical_resource", "clinical_history"):
            _raise(table, found)
    for person, wishes in hide.wishes_of(persons).items():
        if any(wish.labels for wish in wishes):
            hide.mark(person)


def _of_bundles(person: int, raised: Mapping[tuple[str, str], int]) -> Iterator[tuple[UUID, int, int]]:
    """Key, version and missing bits of each version of a person's Bundles that holds one of the entries."""
    versions = db.tuples(
        """
        with mine as materialized (
          select * from clinical_resource where bucket = %s and person = %s and type = %s
        )
        select rid, version, label, codec, body from mine where body is not null
        union all
        select h.rid, h.version, h.label, h.codec, h.body from mine
        join clinical_history h on h.bucket = mine.bucket and h.rid = mine.rid and h.body is not null
        """,
        (bucket_of(person), person, number_of()[BUNDLE]),
        binary=True,
    )
    for key, version, label, packing, body in versions:
        content = codec.unpacked(packing, key, body)
        if any(name.encode() in content for _, name in raised):
            held = _held(orjson.loads(content))
            bits = 0
            for (type_name, name), one in raised.items():
                bits |= one if name in held.get(type_name, ()) else 0
            if bits & ~label:
                yield key, version, bits


def _held(bundle: dict[str, Any]) -> dict[str, set[str]]:
    """The ids of what a Bundle holds, at any depth, by type."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for entry in bundle.get("entry") or ():
        resource = entry.get("resource") or {}
        if "id" in resource:
            found[resource["resourceType"]].add(resource["id"])
        if resource.get("resourceType") == BUNDLE:
            for type_name, names in _held(resource).items():
                found[type_name] |= names
    return found


def _raise(table: str, versions: Iterable[tuple[UUID, int, int]]) -> None:
    """Add bits to versions of resources; version 0 is every one."""
    rows = list(versions)
    if not rows:
        return
    keys, numbers, bits = zip(*rows, strict=True)
    db.execute(
        f"""
        update {table} r set label = r.label | wanted.bits
        from unnest(%s::int4[], %s::uuid[], %s::int4[], %s::int2[]) as wanted (bucket, rid, version, bits)
        where r.bucket = wanted.bucket and r.rid = wanted.rid and wanted.version in (0, r.version)
          and r.label & wanted.bits <> wanted.bits
        """,  # noqa: S608 -- one of two names
        ([bucket_in(key) for key in keys], list(keys), list(numbers), list(bits)),
    )


def _lock(persons: Iterable[int]) -> None:
    """Of a label that comes and a Bundle that is written at the same time one waits for the other, and sees it."""
    for person in sorted(set(persons) - {NOBODY}):
        db.execute("select pg_advisory_xact_lock(%s, %s)", (_LOCK, person % 2**31))
