"""What is known of a delivery: its state, its counts and its findings; for a small new one what a first look shows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO, NamedTuple

import orjson

from sosuckhoe.access import audit, policy, withheld
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY
from sosuckhoe.exchange import sources
from sosuckhoe.exchange.feeds import memory, shelf
from sosuckhoe.exchange.feeds.deliver import Delivery
from sosuckhoe.exchange.feeds.readers import readers

WAITING, FILED, PARTLY, REFUSED = "waiting", "filed", "partly", "refused"
STATES = (WAITING, FILED, PARTLY, REFUSED)
"""Not filed yet · everything taken · something refused · the whole file refused."""

LOOKED_AT_BYTES = 4 * 1024 * 1024
"""A larger file is not read while its sender waits: its findings come when it is filed."""

_BATCH = 500


Row = Any
"""A row of exchange_delivery."""


class Asked(NamedTuple):
    """Which deliveries a page lists: of which sources, in which state ('': any), before which number."""

    sources: Collection[str]
    state: str = ""
    before: int | None = None


class Fault(NamedTuple):
    """A finding: the place in the file ('' for the whole), and the error."""

    place: str
    problem: Problem


def listed(asked: Asked, most: int) -> Sequence[Any]:
    """Deliveries, the newest first."""
    return db.rows(
        """
        select * from exchange_delivery
        where source = any(%(sources)s) and %(state)s in ('', state)
          and (%(before)s::int8 is null or id < %(before)s)
        order by id desc limit %(most)s
        """,
        {"sources": list(asked.sources), "state": asked.state, "before": asked.before, "most": most},
    )


def counted(among: Collection[str], since: datetime) -> dict[str, int]:
    """How many deliveries since a moment stand in each state; those that wait are all counted."""
    found = db.tuples(
        """
        select state, count(*) from exchange_delivery
        where source = any(%s) and (received >= %s or ended is null) group by state
        """,
        (list(among), since),
    )
    return dict.fromkeys(STATES, 0) | dict(found)


def one(number: int) -> Any:
    """A delivery as it stands; None where there is none."""
    return db.one("select * from exchange_delivery where id = %s", (number,))


def faults(row: Any, most: int) -> list[Fault]:
    """What could not be taken, in the order of the file; first the error of the whole."""
    whole = [Fault("", Problem(row.problem, **_places(row.places)))] if row.problem else []
    found = db.tuples(
        """
        select place, problem, places::text from exchange_delivery_finding where delivery = %s order by piece, part
        limit %s
        """,
        (row.id, most),
    )
    return [*whole, *(Fault(place, Problem(number, **orjson.loads(places))) for place, number, places in found)][:most]


def _places(kept: Any) -> dict[str, Any]:
    return dict(orjson.loads(kept)) if isinstance(kept, str | bytes) else dict(kept)


def first_look(row: Any, most: int) -> list[Fault]:
    """What is wrong with a new delivery in itself, before its records meet the books. Nothing of a large one."""
    if row.bytes > LOOKED_AT_BYTES:
        return []
    delivery, digest = _delivery(row), bytes(row.digest)
    try:
        with shelf.opened(digest) as stream:
            pieces = readers()[row.kind](sources.sources()[row.source], delivery, stream)
            found = (Fault(place, problem) for piece in pieces for place, problem in piece.faults)
            return list(islice(found, most))
    except Problem as problem:
        return [Fault("", problem)]


def take_out(actor: Actor, row: Any, at: datetime) -> BinaryIO:
    """The file as it came, for whoever may have it; a line of the trace for each person of whom it tells.

    SSK-2401 when its time was over, SSK-2460 when it shows what was restricted, hidden or erased since.
    """
    policy.check(actor, "export", "delivery")
    if not row.kept:
        raise Problem("SSK-2401")
    persons = _persons(row) or [NOBODY]
    if withheld.is_any(persons, row.received):
        raise Problem("SSK-2460")
    with db.atomic():
        audit.record_all([audit.Line(actor, "export", "delivery", person) for person in persons], at)
    return shelf.opened(bytes(row.digest))


def _persons(row: Any) -> list[int]:
    """Whose records stand in the file, as far as it could be read and they were filed."""
    persons: set[int] = set()
    with shelf.opened(bytes(row.digest)) as stream, suppress(Problem):
        pieces = readers()[row.kind](sources.sources()[row.source], _delivery(row), stream)
        items = (item for piece in pieces for item in piece.items)
        while batch := list(islice(items, _BATCH)):
            names = {(item.type, item.id) for item in batch}
            persons |= {told.person for told in memory.told(row.source, names).values()}
            patients = {name for kind, name in names if kind == "Patient"}
            persons |= {word.person for word in memory.words(row.source, patients).values()}
    return sorted(persons - {NOBODY})


def _delivery(row: Any) -> Delivery:
    return Delivery(row.id, row.source, row.kind, row.name, b"", row.received, 0, row.ended)


def demand_room(source: str, most: int) -> None:
    """Raise SSK-3301 where so many of a source's deliveries wait that it had better wait too."""
    if db.value("select count(*) from exchange_delivery where source = %s and ended is null", (source,)) >= most:
        raise Problem("SSK-3301", most=most)
