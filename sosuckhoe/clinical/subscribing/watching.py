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
from uuid import UUID

import orjson

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import db
from sosuckhoe.clinical import believed, codec
from sosuckhoe.clinical.draft import Draft
from sosuckhoe.clinical.search.parameters import name_of, number_of
from sosuckhoe.clinical.subscribing.topics import Topic, topics

WATCHED_SECONDS = 1.0


class Event(NamedTuple):
    """Something that happened to a resource; `topic` is '' for any write of the type. `gone`: it was deleted."""

    bucket: int
    at: datetime
    type: int
    name: str
    topic: str
    gone: bool = False


def events_of(draft: Draft, old: tuple[int, bytes | None] | None, bucket: int, at: datetime) -> list[Event]:
    """What a version makes happen; `old` is codec and body of the version before. Cheap when nobody subscribes."""
    wanted = _watched(_period()).get(draft.type)
    if not wanted:
        return []
    before = orjson.loads(codec.unpacked(old[0], draft.key, old[1])) if old and old[1] is not None else None
    known, codes = topics(), believed.Later(PROGRAM, at)
    return [
        Event(bucket, at, number_of()[draft.type], draft.body["id"], url)
        for url in wanted
        if not url or known[url].happened(before, draft.body, codes)
    ]


def is_watched(type_name: str) -> bool:
    """Whether somebody is told of new versions of this type."""
    return bool(_watched(_period()).get(type_name))


def end_of(type_name: str, key: UUID, old: tuple[int, bytes], bucket: int, at: datetime) -> list[Event]:
    """What a deletion makes happen; `old` is codec and body of the version that is deleted.

    Criteria of R4 hear of none: nothing meets a search that is not there. https://hl7.org/fhir/R4/subscription.html
    """
    wanted = _of_deletions(type_name)
    if not wanted:
        return []
    body = orjson.loads(codec.unpacked(old[0], key, old[1]))
    ended = [topic.url for topic in wanted if topic.ended(body, believed.Later(PROGRAM, at))]
    return [Event(bucket, at, number_of()[type_name], body["id"], url, gone=True) for url in ended]


def hears_deletions(type_name: str) -> bool:
    """Whether somebody subscribes to deletions of a type."""
    return bool(_of_deletions(type_name))


def write(events: Sequence[Event]) -> None:
    """Note events in the transaction of the change."""
    if events:
        db.copy("clinical_event", Event._fields, ("int4", "timestamptz", "int2", "text", "text", "bool"), events)


def _of_deletions(type_name: str) -> list[Topic]:
    known = topics()
    urls = _watched(_period()).get(type_name, ())
    return [known[url] for url in urls if url and "delete" in known[url].interactions]


def _period() -> int:
    return int(time.monotonic() / WATCHED_SECONDS)


def forget() -> None:
    """Look anew at the next write."""
    _watched.cache_clear()


@lru_cache(maxsize=1)
def _watched(_period: int) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for number, topic in db.tuples("select distinct type, topic from clinical_subscription where status <> 'off'"):
        found[name_of()[number]] = (*found.get(name_of()[number], ()), topic)
    return found
