"""Take in the files that a person sends by the upload page."""

from __future__ import annotations

from collections.abc import Iterable
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

    What is no XML is noted with its problem and not kept. `key` is made by the page: the same upload sent twice
    adds nothing, because the same content arrives once.
    """
    facility = actor.facility or ""
    policy.check(actor, "send", "package", facility=facility)
    with db.atomic():
        is_new = db.execute(
            "insert into exchange_upload (key, facility, account, at) values (%s, %s, %s, %s) on conflict do nothing",
            (key, facility, actor.account, at),
        )
        audit.record(actor, "send", kind="upload", person=None, key=key, at=at)
    if is_new:
        for position, piece in enumerate(pieces(chosen), start=1):
            _take(actor, key, position, piece, at)


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
                key, position, piece.name, len(piece.content), receipt and receipt.arrival,
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
