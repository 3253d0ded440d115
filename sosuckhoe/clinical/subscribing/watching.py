"""What a write must note for subscribers: in its own transaction, and nothing when nobody subscribes to its type.

Every process remembers for WATCHED_SECONDS what is subscribed to. A subscription begins only when twice that time has
gone since it was asked for (`delivering.py`): by then every process knows of it, and no event after that is missed.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import orjson

from sosuckhoe.base import db
from sosuckhoe.clinical import codec
from sosuckhoe.clinical.draft import Draft
from sosuckhoe.clinical.search.parameters import name_of, number_of
from sosuckhoe.clinical.subscribing.topics import topics

WATCHED_SECONDS = 1.0


class Event(NamedTuple):
    """Something that happened to a resource; `topic` is '' for any write of the type."""

    bucket: int
    at: datetime
    type: int
    name: str
    topic: str


def events_of(draft: Draft, old: tuple[int, bytes | None] | None, bucket: int, at: datetime) -> list[Event]:
    """What a version makes happen; `old` is codec and body of the version before. Cheap when nobody subscribes."""
    wanted = _watched(int(time.monotonic() / WATCHED_SECONDS)).get(draft.type)
    if not wanted:
        return []
    before = orjson.loads(codec.unpacked(old[0], draft.key, old[1])) if old and old[1] is not None else None
    known = topics()
    return [
        Event(bucket, at, number_of()[draft.type], draft.body["id"], url)
        for url in wanted
        if not url or known[url].happened(before, draft.body)
    ]


def write(events: Sequence[Event]) -> None:
    """Note events in the transaction of the change."""
    if events:
        db.copy("clinical_event", Event._fields, ("int4", "timestamptz", "int2", "text", "text"), events)


def forget() -> None:
    """Look anew at the next write."""
    _watched.cache_clear()


@lru_cache(maxsize=1)
def _watched(_period: int) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for number, topic in db.tuples("select distinct type, topic from clinical_subscription where status <> 'off'"):
        found[name_of()[number]] = (*found.get(name_of()[number], ()), topic)
    return found
