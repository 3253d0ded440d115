"""Write one Patient's reference for another's in many resources at once: one statement a type.

A new version as `actions.many.put` makes it, but only what hangs on the reference is made: the body and its token.
Dates, texts, numbers and what is present stay as they stand. Where more may hang on it (parameters of this server's
own, subscribers, a reference that is written in another form) the whole way must be gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sosuckhoe.access import labels
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import believed, carrying, codec, hiding
from sosuckhoe.clinical import body as bodies
from sosuckhoe.clinical.actions.many import Known
from sosuckhoe.clinical.search import custom, digest, link, parameters
from sosuckhoe.clinical.search.parameters import name_of
from sosuckhoe.clinical.subscribing import watching

_PATIENT = "Patient"
_OWN_CONTENT = frozenset({_PATIENT, "Bundle"})
"""What says more of a Patient than references: itself, and resources within it."""


class Renamed(NamedTuple):
    """The next version of a resource; `seen` is the version that it follows."""

    rid: UUID
    seen: int
    label: int
    codec: int
    body: bytes


def is_plain(type_name: str, body: bytes, texts: Iterable[bytes]) -> bool:
    """Whether nothing but the tokens of references hangs on these texts (`Patient/1"`) in a body."""
    if type_name in _OWN_CONTENT or custom.current().of(type_name) or watching.is_watched(type_name):
        return False
    return all(body.count(text) == body.count(b'"reference":"' + text) for text in texts)


def renamed(
    rid: UUID, old: Known, body: bytes, texts: Mapping[bytes, bytes], at: datetime, wishes: Sequence[hiding.Wish]
) -> Renamed:
    """The next version of a resource. `at` in whole milliseconds; `wishes` are what the owner of the book hides."""
    type_name = name_of()[old.type]
    name = bodies.name_in(type_name, body)
    tail = body[bodies.head_length(type_name, name, old.version) :]
    for text, other in texts.items():
        tail = tail.replace(text, other)
    content = bodies.head_of(type_name, name, old.version + 1, at) + tail
    label = old.label & ~labels.HIDDEN
    if hiding.is_hidden(wishes, type_name, name, label, content):
        label |= labels.HIDDEN
    return Renamed(rid, old.version, label, *codec.kept(old.type, rid, content))


def write(type_name: str, found: Sequence[Renamed], names: Mapping[str, str], at: datetime) -> None:
    """Write the next versions of resources of one type, inside the caller's transaction, which has locked them.

    `names`: id of a Patient → the id that takes its place. SSK-3409 when one is of another version by now.
    """
    tokens, values = "kept.tokens", dict[str, Any]()
    for place, (was, now) in enumerate(swaps(type_name, names).items()):
        tokens = f"array_replace({tokens}, %(was{place})s::int8, %(now{place})s::int8)"
        values |= {f"was{place}": was, f"now{place}": now}
    written = db.execute(
        f"""
        with new as (
          select * from unnest(%(buckets)s::int4[], %(rids)s::uuid[], %(seen)s::int4[], %(labels)s::int2[],
            %(codecs)s::int2[], %(bodies)s::bytea[]) as new (bucket, rid, version, label, codec, body)
        ), superseded as (
          insert into clinical_history (bucket, rid, version, person, type, label, codec, source, updated, body)
          select kept.bucket, kept.rid, kept.version, kept.person, kept.type, kept.label, kept.codec, kept.source,
            kept.updated, kept.body
          from new join clinical_resource kept using (bucket, rid, version)
        )
        update clinical_resource kept set version = new.version + 1, label = new.label, codec = new.codec, source = 0,
          updated = %(at)s, body = new.body, tokens = {tokens}
        from new where kept.bucket = new.bucket and kept.rid = new.rid and kept.version = new.version
        """,  # noqa: S608 -- numbered names of values
        {
            **values,
            "at": at,
            "buckets": carrying.buckets(one.rid for one in found),
            "rids": carrying.keys(one.rid for one in found),
            "seen": [one.seen for one in found],
            "labels": [one.label for one in found],
            "codecs": [one.codec for one in found],
            "bodies": [one.body for one in found],
        },
    )
    if written != len(found):
        raise Problem("SSK-3409")
    believed.note_write(type_name)


def swaps(type_name: str, names: Mapping[str, str]) -> dict[int, int]:
    """Which token takes the place of which in resources of a type."""
    return {
        mask ^ link.target(f"{_PATIENT}/{name}"): mask ^ link.target(f"{_PATIENT}/{other}")
        for name, other in names.items()
        for mask in _masks_of(type_name)
    }


@cache
def _masks_of(type_name: str) -> tuple[int, ...]:
    """What a Patient is XORed with in the tokens of this type."""
    return tuple(sorted({link.mask(digest.prefix(kind, steps)) for kind, steps in paths() if kind == type_name}))


@cache
def paths() -> frozenset[tuple[str, str]]:
    """Type and path of every reference that may lead to a Patient."""
    return frozenset(
        (type_name, path.steps)
        for type_name in parameters.types()
        for parameter in parameters.of(type_name).values()
        if parameter.kind == "reference" and (not parameter.targets or _PATIENT in parameter.targets)
        for path in parameter.paths
    )
