"""Take in the files that a person sends by the upload page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

import orjson

from sosuckhoe.access import audit, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange import formats
from sosuckhoe.exchange.actions.receive import Parcel, receive
from sosuckhoe.exchange.unpack import Chosen, Piece, pieces


def upload(actor: Actor, key: UUID, chosen: Iterable[Chosen], at: datetime) -> None:
    """Store every file for the actor's facility; each is on disk before the next one is opened.

    What is no XML is noted with its problem and not kept. `key` is made by the page: what was sent under it before is
    passed over, so a form that is sent twice adds nothing, and one that was interrupted is sent again and goes on.
    SSK-1002 for a key of somebody else.
    """
    policy.check(actor, "send", "package", facility=actor.facility or "")
    with _alone(key):
        before = _begun(actor, key, at)
        position = before.total()
        for piece in pieces(chosen):
            if before[_told(piece)]:
                before[_told(piece)] -= 1
            else:
                position += 1
                _take(actor, key, position, piece, at)


@contextmanager
def _alone(key: UUID) -> Iterator[None]:
    """Wait until nobody else takes in the files of this upload."""
    db.execute("select pg_advisory_lock(hashtextextended(%s, 21))", (str(key),))
    try:
        yield
    finally:
        db.execute("select pg_advisory_unlock(hashtextextended(%s, 21))", (str(key),))


def _begun(actor: Actor, key: UUID, at: datetime) -> Counter[tuple[str, int]]:
    """Begin an upload; of one that was begun before, which files it has."""
    facility = actor.facility or ""
    with db.atomic():
        is_new = db.execute(
            "insert into exchange_upload (key, facility, account, at) values (%s, %s, %s, %s) on conflict do nothing",
            (key, facility, actor.account, at),
        )
        audit.record(actor, "send", kind="upload", person=None, key=key, at=at)
    if is_new:
        return Counter()
    whose = db.tuples("select facility, account from exchange_upload where key = %s", (key,))
    if whose != [(facility, actor.account)]:
        raise Problem("SSK-1002")
    return Counter(db.tuples("select name, bytes from exchange_upload_file where upload = %s", (key,)))


def _told(piece: Piece) -> tuple[str, int]:
    """A file as its row tells it."""
    return piece.name, len(piece.content)


def _take(actor: Actor, key: UUID, position: int, piece: Piece, at: datetime) -> None:
    with db.atomic():
        receipt = None
        if piece.problem is None:
            parcel = Parcel(actor.facility or "", _kind(piece.content), piece.content)
            receipt = receive(actor, parcel, "upload", at)
        places = piece.problem.places if piece.problem else {}
        db.execute(
            """
            insert into exchange_upload_file (upload, position, name, bytes, arrival, known, problem, places)
            values (%s, %s, %s, %s, %s, %s, %s, %s)
            """,
            (
                key, position, *_told(piece), receipt and receipt.arrival,
                bool(receipt and receipt.known), piece.problem.number if piece.problem else "",
                orjson.dumps(places).decode(),
            ),
        )  # fmt: skip


def _kind(content: bytes) -> str:
    """How to store it. What is neither is stored as records: filing says what is wrong with it."""
    try:
        return formats.kind_of(content)
    except Problem:
        return "records"
