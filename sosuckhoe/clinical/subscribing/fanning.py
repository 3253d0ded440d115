"""From the outbox to numbered events of each subscription, with its subscriber's rights.

Events are taken in the order of their transactions, and only below the oldest that is still running, so that one that
commits late keeps its place. Everything of a turn is one transaction: an event is told once or stays in the outbox.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from urllib.parse import parse_qsl

from sosuckhoe.access import sign_in
from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import finding
from sosuckhoe.clinical.body import name_in
from sosuckhoe.clinical.search.query import parse
from sosuckhoe.clinical.subscribing import deletions
from sosuckhoe.clinical.subscribing.kept import Subscription, living

BATCH = 500
_LOCK = 3_181


class Waiting(NamedTuple):
    """An event in the outbox."""

    bucket: int
    position: int
    at: datetime
    type: int
    name: str
    topic: str
    gone: bool


def fan_out(at: datetime) -> int:
    """Give the oldest events to whom they concern; how many were taken."""
    with db.atomic():
        if not db.value("select pg_try_advisory_xact_lock(%s)", (_LOCK,)):
            return 0
        events = [Waiting(*line) for line in db.tuples(_WAITING, (BATCH,))]
        if not events:
            return 0
        for subscription in living():
            concerned = [one for one in events if (one.type, one.topic) == (subscription.type, subscription.topic)]
            if concerned:
                _tell(subscription, concerned, at)
        db.execute(
            "delete from clinical_event e using unnest(%s::int4[], %s::int8[]) as done (bucket, position)"
            " where e.bucket = done.bucket and e.position = done.position",
            ([one.bucket for one in events], [one.position for one in events]),
        )
    return len(events)


def actor_of(subscription: Subscription) -> Actor | None:
    """Who is told, with the rights of today; None when the account is closed."""
    return PROGRAM if subscription.account == PROGRAM.account else sign_in.actor_of_account(subscription.account)


def seen(actor: Actor | None, subscription: Subscription, names: set[str], at: datetime) -> dict[str, bytes]:
    """Of these ids of the subscription's type what the subscriber may see and its criteria find, as stored."""
    if actor is None:
        return {}
    found: dict[str, bytes] = {}
    ordered = sorted(names)
    for start in range(0, len(ordered), BATCH):
        pairs = [*_pairs(subscription), ("_id", ",".join(ordered[start : start + BATCH])), ("_count", str(BATCH))]
        try:
            page = finding.search(actor, parse(subscription.type_name, pairs, base="", now=at), at)
        except Problem:
            return {}
        found |= {name_in(row.type, row.body): row.body for row in page.found}
    return found


def _tell(subscription: Subscription, events: list[Waiting], at: datetime) -> None:
    """Number the events that the subscriber may learn of."""
    actor = actor_of(subscription)
    visible = seen(actor, subscription, {one.name for one in events if not one.gone}, at)
    missed = deletions.seen(actor, subscription.type_name, {one.name for one in events if one.gone}, at)
    told = [one for one in events if one.name in (missed if one.gone else visible)]
    if not told:
        return
    lines = [
        (subscription.id, number, one.at, one.type, one.name, one.gone)
        for number, one in enumerate(told, subscription.told + 1)
    ]
    columns = ("subscription", "number", "at", "type", "name", "gone")
    db.copy("clinical_notice", columns, ("uuid", "int8", "timestamptz", "int2", "text", "bool"), lines)
    db.execute("update clinical_subscription set told = told + %s where id = %s", (len(told), subscription.id))


def _pairs(subscription: Subscription) -> list[tuple[str, str]]:
    return parse_qsl(subscription.criteria, keep_blank_values=True)


_WAITING = """
select bucket, position, at, type, name, topic, gone from clinical_event
where xid < pg_snapshot_xmin(pg_current_snapshot())
order by xid, position limit %s
"""
