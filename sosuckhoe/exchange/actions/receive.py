"""Take in what a facility sends: stored and committed before anybody reads it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from sosuckhoe.access import audit, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db, sealing
from sosuckhoe.base.clock import VIETNAM
from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange import at_rest, sources
from sosuckhoe.identity import queries as register

LANES = 16
"""How many workers could file side by side. All packages of a facility share a lane, so they keep their order."""


Key = tuple[str, bytes]
"""Facility and the sha256 of the content: the same key is the same arrival."""


class Parcel(NamedTuple):
    """Something that arrived for a facility. `kind`: records, check-in, profile, unreadable."""

    facility: str
    kind: str
    content: bytes


class Receipt(NamedTuple):
    """What the sender gets: the number to ask by, and whether the very same content had arrived before."""

    arrival: int
    number: str
    known: bool


def receive(actor: Actor, parcel: Parcel, channel: str, at: datetime) -> Receipt:
    """Store one parcel and put it in the queue. When this returns inside no transaction, it is on disk."""
    return receive_all(actor, [parcel], channel, at)[0]


def receive_all(actor: Actor, parcels: Sequence[Parcel], channel: str, at: datetime) -> list[Receipt]:
    """Store parcels in one transaction; the same content for the same facility is stored once."""
    for facility in {parcel.facility for parcel in parcels}:
        _check(actor, facility)
    keys = [(parcel.facility, hashlib.sha256(parcel.content).digest()) for parcel in parcels]
    with db.atomic():
        made = _store(actor, parcels, keys, channel, at)
        audit.record_all([audit.Line(actor, "send", "package")] * len(parcels), at)
    stored = made | _find([key for key in keys if key not in made])
    first_of = {key: i for i, key in reversed(list(enumerate(keys)))}
    return [
        Receipt(stored[key][0], receipt_number(key[0], *stored[key]), key not in made or first_of[key] != i)
        for i, key in enumerate(keys)
    ]


def may_send_as(actor: Actor, facility: str) -> bool:
    """Whether another vendor's system may send for a facility: the register says that it keeps its profiles there."""
    entry = register.facility(facility)
    source = sources.of_vendor(entry.vendor) if entry and entry.vendor else ""
    return bool(source) and policy.can(actor, "send", "delivery", source=source)


def _check(actor: Actor, facility: str) -> None:
    if actor.source is None:
        policy.check(actor, "send", "package", facility=facility)
    elif not may_send_as(actor, facility):
        raise Problem("SSK-3303")


def receipt_number(facility: str, arrival: int, received: datetime) -> str:
    """The number (maGiaoDich) by which a facility and we speak of an arrival."""
    return f"{facility}{received.astimezone(VIETNAM):%Y%m%d}{arrival:09d}"


def _store(
    actor: Actor, parcels: Sequence[Parcel], keys: Sequence[Key], channel: str, at: datetime
) -> dict[Key, tuple[int, datetime]]:
    """Insert the new ones and queue them, in one round trip."""
    rows = db.tuples(
        db.statement(__file__, "receive"),
        {
            "facility": [parcel.facility for parcel in parcels],
            "lane": [lane_of(parcel.facility) for parcel in parcels],
            "kind": [parcel.kind for parcel in parcels],
            "digest": [digest for _, digest in keys],
            "body": [
                at_rest.kept(at_rest.ARRIVAL, sealing.place(*key), parcel.content)
                for parcel, key in zip(parcels, keys, strict=True)
            ],
            "account": actor.account,
            "channel": channel,
            "received": at,
            "codec": at_rest.SEALED,
        },
    )
    return {(facility, bytes(digest)): (arrival, at) for facility, digest, arrival in rows}


def _find(keys: Sequence[Key]) -> dict[Key, tuple[int, datetime]]:
    if not keys:
        return {}
    rows = db.tuples(
        """
        select facility, digest, id, received from exchange_arrival
        join unnest(%s::text[], %s::bytea[]) as asked (facility, digest) using (facility, digest)
        """,
        ([facility for facility, _ in keys], [digest for _, digest in keys]),
    )
    return {(facility, bytes(digest)): (arrival, received) for facility, digest, arrival, received in rows}


@lru_cache(maxsize=20_000)
def lane_of(facility: str) -> int:
    """The lane in which a facility's packages wait."""
    return crc32(facility.encode()) % LANES
