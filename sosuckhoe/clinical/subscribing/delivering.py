"""Telling receivers: each subscription in order, one request at a time, with the rights of the moment.

A request is made outside of every transaction: the subscription is claimed for LEASE first. A worker that dies after
the receiver took it tells it again, under the same numbers. What fails is tried again later and later; after
MOST_FAILURES the subscription is off.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.search.parameters import name_of
from sosuckhoe.clinical.subscribing import deletions, fanning, notifying, watching, wish
from sosuckhoe.clinical.subscribing.kept import Subscription, due
from sosuckhoe.clinical.subscribing.notifying import Stand, Told
from sosuckhoe.clinical.subscribing.sending import Request, send

MOST_FAILURES = 10
AT_ONCE = 8
LEASE = timedelta(seconds=60)
BEGINS_AFTER = timedelta(seconds=2 * watching.WATCHED_SECONDS)
_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(hours=1)
_JSON = "application/fhir+json"


class Parcel(NamedTuple):
    """A request under way, and up to which event it tells."""

    subscription: Subscription
    request: Request
    until: int


class Courier:
    """Tells what is due. Threads only make requests; everything of the database is the caller's thread's."""

    def __init__(self, hosts: Collection[str], sender: Callable[[Request], str] = send) -> None:
        self.hosts, self.sender = hosts, sender
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="courier")
        self._under_way: dict[UUID, tuple[Parcel, Future[str]]] = {}

    def turn(self, at: datetime) -> int:
        """Note what was answered and send what is due; how many requests were begun or ended."""
        done = [key for key, (_, future) in self._under_way.items() if future.done()]
        for key in done:
            parcel, future = self._under_way.pop(key)
            _settle(parcel, _answer(future), at)
        begun = [self._begin(one, at) for one in due(at, AT_ONCE) if one.id not in self._under_way]
        return len(done) + sum(begun)

    def wait(self) -> None:
        """Until every request under way has its answer."""
        wait([future for _, future in self._under_way.values()])

    def _begin(self, subscription: Subscription, at: datetime) -> bool:
        if len(self._under_way) >= AT_ONCE or not _claim(subscription, at):
            return False
        parcel = _parcel(subscription, self.hosts, at)
        if parcel is not None:
            self._under_way[subscription.id] = parcel, self._pool.submit(self.sender, parcel.request)
        return parcel is not None


def notices(subscription: Subscription, after: int, until: int, limit: int) -> list[Told]:
    """Numbered events of a subscription, without their resources."""
    rows = db.tuples(
        "select number, at, type, name, gone from clinical_notice"
        " where subscription = %s and number > %s and number <= %s order by number limit %s",
        (subscription.id, after, until, limit),
    )
    return [Told(number, at, name_of()[kind], name, is_gone=gone) for number, at, kind, name, gone in rows]


def visible(subscription: Subscription, told: list[Told], at: datetime) -> list[Told]:
    """Those that the subscriber may see now, with their resources; deletions have none."""
    actor = fanning.actor_of(subscription)
    bodies = fanning.seen(actor, subscription, {one.name for one in told if not one.is_gone}, at)
    missed = deletions.seen(actor, subscription.type_name, {one.name for one in told if one.is_gone}, at)
    return [
        one if one.is_gone else one._replace(body=bodies[one.name])
        for one in told
        if one.name in (missed if one.is_gone else bodies)
    ]


def stand_of(subscription: Subscription, kind: str) -> Stand:
    """How a subscription stands."""
    error = "delivery" if subscription.status in {"error", "off"} and subscription.failures else ""
    return Stand(str(subscription.id), subscription.topic, subscription.status, kind, subscription.told, error)


def _claim(subscription: Subscription, at: datetime) -> bool:
    """Take a subscription, unless another worker was quicker."""
    taken = db.execute(
        "update clinical_subscription set next_try = %s"
        " where id = %s and version = %s and next_try <= %s and status <> 'off'",
        (at + LEASE, subscription.id, subscription.version, at),
    )
    return bool(taken)


def _parcel(subscription: Subscription, hosts: Collection[str], at: datetime) -> Parcel | None:
    """What is to be sent now; None when there is nothing, or nothing any more."""
    has_ended = subscription.ends is not None and subscription.ends <= at
    if has_ended or fanning.actor_of(subscription) is None or not _is_allowed(subscription, hosts):
        _stop(subscription)
        return None
    if subscription.status == "requested":
        return _opening(subscription, at)
    told = notices(subscription, subscription.delivered, subscription.told, subscription.most)
    if not told:
        return _around(subscription, "heartbeat", [], at)
    seen = visible(subscription, told, at)
    if not seen:
        _delivered(subscription, told[-1].number, at, is_sent=False)
        return None
    if not subscription.topic:
        return _plain(subscription, told[-1].number, seen[0])
    return _around(subscription, "event-notification", seen, at, until=told[-1].number)


def _opening(subscription: Subscription, at: datetime) -> Parcel | None:
    """The handshake, once every process knows of the subscription. Those of R4's own criteria have none."""
    if at < subscription.begun + BEGINS_AFTER:
        _wait_until(subscription, subscription.begun + BEGINS_AFTER)
        return None
    if not subscription.topic:
        _delivered(subscription, subscription.delivered, at, is_sent=False)
        return None
    return _around(subscription, "handshake", [], at)


def _around(subscription: Subscription, kind: str, told: list[Told], at: datetime, until: int = 0) -> Parcel:
    """A notification bundle."""
    content = subscription.content if kind == "event-notification" else "empty"
    body = notifying.bundle(stand_of(subscription, kind), told, content, subscription.base, at)
    request = Request("POST", subscription.endpoint, _headers(subscription, has_body=True), body)
    return Parcel(subscription, request, until or subscription.delivered)


def _plain(subscription: Subscription, until: int, told: Told) -> Parcel:
    """R4's own: an empty POST, or the resource by PUT below the endpoint. https://hl7.org/fhir/R4/subscription.html"""
    if subscription.content == "r4-resource" and told.body is not None:
        url = f"{subscription.endpoint.rstrip('/')}/{told.type}/{told.name}"
        request = Request("PUT", url, _headers(subscription, has_body=True), told.body)
    else:
        request = Request("POST", subscription.endpoint, _headers(subscription, has_body=False), b"")
    return Parcel(subscription, request, until)


def _headers(subscription: Subscription, *, has_body: bool) -> dict[str, str]:
    return {**subscription.secrets, **({"Content-Type": _JSON} if has_body else {})}


def _is_allowed(subscription: Subscription, hosts: Collection[str]) -> bool:
    try:
        wish.check_endpoint(subscription.endpoint, hosts)
    except Problem:
        return False
    return True


def _answer(future: Future[str]) -> str:
    error = future.exception()
    return type(error).__name__ if error else future.result()


def _settle(parcel: Parcel, failure: str, at: datetime) -> None:
    """Note the answer of a receiver."""
    subscription = parcel.subscription
    if not failure:
        _delivered(subscription, parcel.until, at, is_sent=True)
        return
    failures = subscription.failures + 1
    pause = min(_FIRST_WAIT * 2 ** (failures - 1), _LONGEST_WAIT)
    status = "off" if failures >= MOST_FAILURES else "requested" if subscription.status == "requested" else "error"
    db.execute(
        "update clinical_subscription set failures = %s, status = %s, next_try = %s where id = %s and version = %s",
        (failures, status, at + pause, subscription.id, subscription.version),
    )


def _delivered(subscription: Subscription, until: int, at: datetime, *, is_sent: bool) -> None:
    db.execute(
        "update clinical_subscription set delivered = %s, failures = 0, status = 'active', next_try = %s,"
        " last_sent = case when %s then %s else last_sent end where id = %s and version = %s",
        (until, at, is_sent, at, subscription.id, subscription.version),
    )


def _wait_until(subscription: Subscription, at: datetime) -> None:
    db.execute("update clinical_subscription set next_try = %s where id = %s", (at, subscription.id))


def _stop(subscription: Subscription) -> None:
    db.execute("update clinical_subscription set status = 'off' where id = %s", (subscription.id,))
