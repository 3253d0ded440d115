"""An owner hides entries, or shows them again: every version of what is met, at once, and whatever comes later.

The rows get labels.HIDDEN, which no version and no body shows; so counts, orders, totals and cursors know
nothing of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sosuckhoe.access import grants, labels, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY, bucket_in, bucket_of
from sosuckhoe.clinical import body as bodies
from sosuckhoe.clinical import codec, queries
from sosuckhoe.clinical.hiding import Wish, is_hidden
from sosuckhoe.clinical.search.parameters import name_of

KINDS = frozenset({"hide", "restrict"})
"""The grants that hide: an owner's wish, and what a facility restricts because its owner asked."""


def hide(actor: Actor, person: int, wish: Wish, text: str, at: datetime, *, kind: str = "hide") -> UUID:
    """Hide what a wish meets; the grant's id, of the one that does so already too.

    SSK-1002 for an entry that is not in the book, SSK-1141 for none.
    `kind`: `hide` by its owner, `restrict` by a facility that its owner asked; either does the same.
    """
    if not (wish.entry or wish.types or wish.labels):
        raise Problem("SSK-1141")
    with db.atomic():
        if wish.entry and not _has(person, wish.entry):
            raise Problem("SSK-1002")
        scope = {"entry": wish.entry, "types": sorted(wish.types), "labels": wish.labels}
        asked = grants.Wish(kind, "", scope, text)
        policy.check(actor, grants.ACTION[kind], "book", person=person)
        if known := grants.standing(person, asked, at):
            return known
        key = grants.give(actor, person, asked, at)
        db.execute(
            "insert into access_hidden (bucket, person, basis, entry, types, labels) values (%s, %s, %s, %s, %s, %s)",
            (bucket_of(person), person, key, wish.entry, sorted(wish.types), wish.labels),
        )
        mark(person)
        grants.narrow(person, at)
    return key


def show_again(actor: Actor, person: int, key: UUID, at: datetime) -> None:
    """End a hiding; what another wish hides too stays hidden."""
    with db.atomic():
        if grants.end(actor, person, key, at).kind not in KINDS:
            raise Problem("SSK-1002")
        db.execute(
            "delete from access_hidden where bucket = %s and person = %s and basis = %s",
            (bucket_of(person), person, key),
        )
        mark(person)


def wishes_of(persons: Iterable[int]) -> dict[int, list[Wish]]:
    """What the owners of these books hide: one round trip."""
    known = sorted(set(persons) - {NOBODY})
    if not known:
        return {}
    found = db.tuples(
        """
        select h.person, h.entry, h.types, h.labels
        from unnest(%s::int4[], %s::int8[]) as wanted (bucket, person)
        join access_hidden h on h.bucket = wanted.bucket and h.person = wanted.person
        """,
        ([bucket_of(person) for person in known], known),
        binary=True,
    )
    wishes: dict[int, list[Wish]] = {}
    for person, entry, types, label in found:
        wishes.setdefault(person, []).append(Wish(entry, frozenset(types), label))
    return wishes


def still_seen(keys: Collection[UUID]) -> list[str]:
    """`Type/id` of those of the resources that nobody hides."""
    found = db.tuples(
        """
        select r.rid, r.type, r.codec, r.body from unnest(%s::int4[], %s::uuid[]) as asked (bucket, rid)
        join clinical_resource r using (bucket, rid) where r.body is not null and r.label & %s = 0 order by r.rid
        """,
        ([bucket_in(key) for key in keys], list(keys), labels.HIDDEN),
        binary=True,
    )
    contents = [(name_of()[number], codec.unpacked(packing, key, body)) for key, number, packing, body in found]
    return [f"{type_name}/{bodies.name_in(type_name, content)}" for type_name, content in contents]


def mark(person: int) -> None:
    """Give every version of a person's resources the bit that it should have."""
    wishes = wishes_of([person]).get(person, [])
    bucket = bucket_of(person)
    rows = db.tuples(
        """
        select r.rid, r.type, r.label, r.codec, coalesce(r.body, h.body), h.codec, r.body is null
        from clinical_resource r
        left join clinical_history h on r.body is null and h.bucket = r.bucket and h.rid = r.rid
          and h.version = r.version - 1
        where r.bucket = %s and r.person = %s
        """,
        (bucket, person),
        binary=True,
    )
    hidden = [row[0] for row in rows if _should_be_hidden(wishes, row)]
    for table in ("clinical_resource", "clinical_history"):
        db.execute(
            f"""
            update {table} set label = label # %s::int2
            where bucket = %s and person = %s and (label & %s <> 0) <> (rid = any (%s))
            """,  # noqa: S608 -- names from above
            (labels.HIDDEN, bucket, person, labels.HIDDEN, hidden),
        )


def _should_be_hidden(wishes: list[Wish], row: tuple[Any, ...]) -> bool:
    key, number, label, packing, body, packing_before, is_deleted = row
    if not wishes or body is None:
        return False
    plain = codec.unpacked(packing_before if is_deleted else packing, key, body)
    type_name = name_of()[number]
    return is_hidden(wishes, type_name, bodies.name_in(type_name, plain), label, plain)


def _has(person: int, entry: str) -> bool:
    type_name, _, name = entry.partition("/")
    return any(queries.whose(key) == person for key in queries.keys_of(type_name, [name]).values())
