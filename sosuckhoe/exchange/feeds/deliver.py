"""Take files of other systems in, and file what they hold piece by piece; a killed process goes on where it was."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import BinaryIO, NamedTuple

import orjson
import psycopg

from sosuckhoe.access import audit, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock, db
from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange import sources
from sosuckhoe.exchange.feeds import shelf, telling
from sosuckhoe.exchange.feeds.filing import ERASED, Outcome, file_items
from sosuckhoe.exchange.feeds.item import Piece, Pieces
from sosuckhoe.exchange.feeds.shelf import Kept
from sosuckhoe.exchange.sources import Source
from sosuckhoe.identity.actions import Raced

MOST_PIECES, MOST_ITEMS = 400, 600
MOST_TRIES = 5
CONFLICT = "SSK-3409"
_PASSING = (
    Raced,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
    psycopg.errors.UniqueViolation,
)
_log = logging.getLogger(__name__)


class Parcel(NamedTuple):
    """A file that a system sent. `kind`: bundle, ndjson or csv; `name` as the sender names it.

    `request`: the sender's own number of the request; '' where it has none.
    """

    source: str
    kind: str
    name: str
    request: str = ""


class Delivery(NamedTuple):
    """A delivery as it stands; `ended` None: still to be filed from piece `taken` on."""

    id: int
    source: str
    kind: str
    name: str
    digest: bytes
    received: datetime
    taken: int
    ended: datetime | None


class Receipt(NamedTuple):
    """What the sender gets, and whether the very same file had arrived before."""

    delivery: int
    known: bool


Reader = Callable[[Source, Delivery, BinaryIO], Pieces]
"""Reads a file's pieces, in order, from the first. Raises Problem where the whole file cannot be read."""


def receive(
    actor: Actor, parcel: Parcel, stream: shelf.Stream, channel: str, at: datetime, most: int = shelf.MOST_BYTES
) -> Receipt:
    """Keep a file and put it in the queue. When this returns outside a transaction, it is on disk and waits.

    SSK-2167 for a system that is not known or may not send any more, SSK-2160 beyond `most` bytes.
    """
    policy.check(actor, "send", "delivery", source=parcel.source)
    source = source_of(parcel.source, at)
    return note(actor, parcel._replace(source=source.id), shelf.keep_stream(stream, most), channel, at)


def note(actor: Actor, parcel: Parcel, kept: Kept, channel: str, at: datetime) -> Receipt:
    """Queue a file that lies on the shelf. SSK-3300 where the same request came with another content."""
    with db.atomic():
        made = db.value(
            """
            insert into exchange_delivery (source, kind, name, request, digest, bytes, account, channel, received)
            values (%s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing returning id
            """,
            (parcel.source, parcel.kind, parcel.name, parcel.request, kept.digest, kept.bytes, actor.account, channel,
             at),
        )  # fmt: skip
        audit.record(actor, "import", kind="delivery", person=None, at=at)
    return Receipt(made, known=False) if made is not None else Receipt(_known(parcel, kept), known=True)


def _known(parcel: Parcel, kept: Kept) -> int:
    """The delivery that this is again: the same request, or the same file."""
    asked = db.one(
        "select id, digest from exchange_delivery where source = %s and request = %s and request <> ''",
        (parcel.source, parcel.request),
    )
    if asked and bytes(asked.digest) != kept.digest:
        raise Problem("SSK-3300")
    if asked:
        return int(asked.id)
    return int(
        db.value(
            "select id from exchange_delivery where source = %s and digest = %s and name = %s",
            (parcel.source, kept.digest, parcel.name),
        )
    )


def source_of(key: str, at: datetime) -> Source:
    """A system that may send today. SSK-2167 otherwise."""
    source = sources.sources().get(key)
    if source is None or not source.may_send(clock.day_of(at)):
        raise Problem("SSK-2167")
    return source


def waiting() -> list[Delivery]:
    """What is still to be filed, in order of arrival."""
    found = db.tuples(
        """
        select id, source, kind, name, digest, received, taken, ended from exchange_delivery
        where ended is null order by source, id
        """
    )
    return [Delivery._make((*row[:4], bytes(row[4]), *row[5:])) for row in found]


def drain(readers: dict[str, Reader]) -> int:
    """File everything that waits and that nobody else is filing; the number of deliveries ended.

    A source whose delivery fails waits for the next turn, and holds up no other source.
    """
    ended, failed = 0, set[str]()
    for delivery in waiting():
        if delivery.kind in readers and delivery.source not in failed:
            try:
                ended += _file(delivery, readers[delivery.kind])
            except Exception as error:
                if db.is_unavailable(error):
                    raise
                _log.error("delivery %s was interrupted (%s)", delivery.id, type(error).__name__)
                failed.add(delivery.source)
    return ended


def _file(delivery: Delivery, reader: Reader) -> bool:
    """File the rest of one delivery, batch by batch. False when another process is at it."""
    with _alone(delivery.source) as is_ours:
        if not is_ours:
            return False
        stands = _standing(delivery.id)
        if stands is None or stands.ended is not None:
            return False
        _file_rest(stands, reader)
    return True


@contextmanager
def _alone(source: str) -> Iterator[bool]:
    """Whether nobody else files what this system sent, for as long as this lasts: its files keep their order."""
    is_ours = bool(db.value("select pg_try_advisory_lock(hashtextextended(%s, 19))", (source,)))
    try:
        yield is_ours
    finally:
        if is_ours:
            db.execute("select pg_advisory_unlock(hashtextextended(%s, 19))", (source,))


def _file_rest(delivery: Delivery, reader: Reader) -> None:
    source = sources.sources()[delivery.source]
    try:
        with shelf.opened(delivery.digest) as stream:
            pieces = (piece for piece in reader(source, delivery, stream) if piece.number > delivery.taken)
            while batch := _batch(pieces):
                _file_surely(source, delivery, batch)
        _end(delivery)
    except Problem as problem:
        if problem.number == CONFLICT:
            raise
        _end(delivery, problem)


def _batch(pieces: Pieces) -> list[Piece]:
    batch: list[Piece] = []
    items = 0
    for piece in islice(pieces, MOST_PIECES):
        batch.append(piece)
        items += len(piece.items)
        if items >= MOST_ITEMS:
            break
    return batch


def _file_surely(source: Source, delivery: Delivery, batch: Sequence[Piece]) -> None:
    """File a batch; where something ends it, piece by piece: the one that cannot be filed is a finding."""
    try:
        _file_batch(source, delivery, batch)
    except Exception as error:
        if _is_passing(error):
            raise
        if len(batch) > 1:
            for piece in batch:
                _file_surely(source, delivery, [piece])
        else:
            _log.warning("delivery %s, piece %s: %s", delivery.id, batch[0].number, type(error).__name__)
            _file_batch(source, delivery, [_refused(batch[0], error)])


def _is_passing(error: Exception) -> bool:
    is_conflict = isinstance(error, Problem) and error.number == CONFLICT
    return is_conflict or isinstance(error, _PASSING) or db.is_unavailable(error)


def _refused(piece: Piece, error: Exception) -> Piece:
    problem = error if isinstance(error, Problem) else Problem("SSK-3080")
    return Piece(piece.number, (), ((piece.items[0].place if piece.items else "", problem),))


def _file_batch(source: Source, delivery: Delivery, batch: Sequence[Piece]) -> None:
    """One transaction: records, who proved to be one, findings, and how far the file is read."""
    items = [item for piece in batch for item in piece.items]
    for left in reversed(range(MOST_TRIES)):
        try:
            with db.atomic():
                outcome = file_items(source, items, delivery.id, clock.now())
                telling.settle(outcome.persons, clock.now())
                _note_findings(delivery.id, batch, outcome)
                _note_progress(delivery.id, batch[-1].number, outcome, sum(len(piece.faults) for piece in batch))
        except _PASSING:
            if not left:
                raise
        except Problem as problem:
            if problem.number != CONFLICT or not left:
                raise
        else:
            return


def _note_findings(delivery: int, batch: Iterable[Piece], outcome: Outcome) -> None:
    found = [(piece.number, place, problem) for piece in batch for place, problem in piece.faults]
    found += [(item.piece, item.place, problem) for item, problem in outcome.refused]
    if any(problem.number == ERASED for _, _, problem in found):
        db.execute("insert into exchange_sweep (delivery) values (%s) on conflict do nothing", (delivery,))
    for part, (number, place, problem) in enumerate(sorted(found, key=lambda one: one[:2])):
        db.execute(
            """
            insert into exchange_delivery_finding (delivery, piece, part, place, problem, places)
            values (%s, %s, %s, %s, %s, %s::jsonb)
            """,
            (delivery, number, part, place, problem.number, _as_json(problem)),
        )


def _note_progress(delivery: int, taken: int, outcome: Outcome, faults: int) -> None:
    db.execute(
        """
        update exchange_delivery set taken = %s, filed = filed + %s, unchanged = unchanged + %s, older = older + %s,
          put_off = put_off + %s, refused = refused + %s where id = %s
        """,
        (
            taken, outcome.filed, outcome.unchanged, outcome.older, outcome.put_off, len(outcome.refused) + faults,
            delivery,
        ),
    )  # fmt: skip


def _end(delivery: Delivery, problem: Problem | None = None) -> None:
    db.execute(
        "update exchange_delivery set ended = %s, problem = %s, places = %s::jsonb where id = %s",
        (clock.now(), problem.number if problem else "", _as_json(problem) if problem else "{}", delivery.id),
    )


def _as_json(problem: Problem) -> str:
    return orjson.dumps(problem.places, default=str).decode()


def _standing(number: int) -> Delivery | None:
    row = db.one(
        "select id, source, kind, name, digest, received, taken, ended from exchange_delivery where id = %s", (number,)
    )
    return Delivery._make((*row[:4], bytes(row[4]), *row[5:])) if row else None
