"""Subscriptions as kept: made, changed and ended by their owner, and read by nobody else."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from sosuckhoe.access import audit, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import BUCKETS, NOBODY, new_key
from sosuckhoe.clinical import grounding, structure
from sosuckhoe.clinical.body import whole_milliseconds
from sosuckhoe.clinical.search.parameters import name_of, number_of
from sosuckhoe.clinical.search.query import parse
from sosuckhoe.clinical.subscribing import watching, wish

MOST_OF_ACCOUNT = 100
_COLUMNS = (
    "id, account, version, updated, status, topic, type, criteria, endpoint, base, headers, content, heartbeat, most,"
    " ends, begun, told, delivered, failures, last_sent, body"
)


class Subscription(NamedTuple):
    """A row of `clinical_subscription`. `headers` (JSON) are secrets: they go to the endpoint and nowhere else."""

    id: UUID
    account: int
    version: int
    updated: datetime
    status: str
    topic: str
    type: int
    criteria: str
    endpoint: str
    base: str
    headers: str
    content: str
    heartbeat: int
    most: int
    ends: datetime | None
    begun: datetime
    told: int
    delivered: int
    failures: int
    last_sent: datetime | None
    body: bytes

    @property
    def secrets(self) -> dict[str, str]:
        """The headers to send along."""
        found: dict[str, str] = orjson.loads(self.headers)
        return found

    @property
    def type_name(self) -> str:
        return name_of()[self.type]

    @property
    def resource(self) -> dict[str, Any]:
        """The resource as its owner gets it: without headers, with the status that it has now."""
        body: dict[str, Any] = orjson.loads(self.body)
        meta = {"versionId": str(self.version), "lastUpdated": self.updated.isoformat(timespec="milliseconds")}
        return {**body, "id": str(self.id), "meta": {**body.get("meta", {}), **meta}, "status": self.status}


class Place(NamedTuple):
    """Where a subscription is asked for: receivers that may be told, and the server's address."""

    hosts: Collection[str]
    base: str


def create(actor: Actor, body: dict[str, Any], place: Place, at: datetime) -> Subscription:
    """Keep a new subscription; it begins when the receiver has answered the handshake.

    Raises structure.Invalid, SSK-3183, 3184 for what cannot be met, SSK-1003 when policy forbids it, SSK-3182.
    """
    return _keep(actor, new_key(secrets.randbelow(BUCKETS), at), 1, body, place, at)


def update(actor: Actor, key: UUID, body: dict[str, Any], place: Place, at: datetime) -> Subscription:
    """Change one's own subscription; it begins anew, its numbers go on. `status: off` stops it."""
    old = read(actor, key)
    return _keep(actor, key, old.version + 1, body, place, at)


def delete(actor: Actor, key: UUID, at: datetime) -> None:
    """End one's own subscription."""
    with db.atomic():
        read(actor, key)
        db.execute("delete from clinical_notice where subscription = %s", (key,))
        db.execute("delete from clinical_subscription where id = %s", (key,))
        audit.record(actor, "unsubscribe", kind="Subscription", person=NOBODY, key=key, at=at)
    watching.forget()


def read(actor: Actor, key: UUID) -> Subscription:
    """One's own subscription (the program reads all); SSK-1002 for any other."""
    found = [one for one in listed(actor) if one.id == key]
    if not found:
        raise Problem("SSK-1002")
    return found[0]


def listed(actor: Actor) -> list[Subscription]:
    """One's own subscriptions, oldest first."""
    policy.scope(actor, "subscribe", "record")
    rows = db.tuples(
        f"select {_COLUMNS} from clinical_subscription where account = %s or %s order by begun, id",  # noqa: S608 -- names from above
        (actor.account, actor.role == "program"),
    )
    return [Subscription(*row) for row in rows]


def due(at: datetime, limit: int) -> list[Subscription]:
    """Those that may have to be told something now."""
    rows = db.tuples(
        f"select {_COLUMNS} from clinical_subscription where status <> 'off' and next_try <= %s"  # noqa: S608 -- names from above
        " and (status = 'requested' or told > delivered or ends <= %s"
        " or (heartbeat > 0 and coalesce(last_sent, begun) + make_interval(secs => heartbeat) <= %s))"
        " order by next_try limit %s",
        (at, at, at, limit),
    )
    return [Subscription(*row) for row in rows]


def living() -> list[Subscription]:
    """All that are told of new events: begun, and not ended."""
    rows = db.tuples(
        f"select {_COLUMNS} from clinical_subscription where status in ('active', 'error') order by id"  # noqa: S608 -- names
    )
    return [Subscription(*row) for row in rows]


def _keep(actor: Actor, key: UUID, version: int, body: dict[str, Any], place: Place, at: datetime) -> Subscription:
    structure.check(body, "Subscription")
    wanted = wish.read(body, place.hosts, place.base, at)
    grounding.check_codes(actor, parse(wanted.type, wanted.pairs, base=place.base, now=at).conditions)
    status = "off" if body.get("status") == "off" else "requested"
    channel = {name: value for name, value in body["channel"].items() if name not in {"header", "_header"}}
    shown = {name: value for name, value in body.items() if name not in {"id", "status", "error"}} | {
        "channel": channel
    }
    values = {
        **wanted._asdict(),
        "id": key, "account": actor.account, "version": version, "updated": whole_milliseconds(at), "status": status,
        "base": place.base,
        "type": number_of()[wanted.type], "headers": orjson.dumps(wanted.headers).decode(), "at": at,
        "body": orjson.dumps(shown),
    }  # fmt: skip
    with db.atomic():
        policy.scope(actor, "subscribe", "record")
        if version == 1 and len(listed(actor)) >= MOST_OF_ACCOUNT:
            raise Problem("SSK-3182", limit=MOST_OF_ACCOUNT)
        db.execute(db.statement(__file__, "keep"), values)
        audit.record(actor, "subscribe", kind="Subscription", person=NOBODY, key=key, at=at)
    watching.forget()
    return read(actor, key)
