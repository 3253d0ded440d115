"""What an outside system said, stored before it is read, and the message inside it.

How long it is kept `access/data/retention.yaml` says (class `told`); what waits for somebody's decision stays.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, TypeVar

import msgspec

from sosuckhoe.base import db, sealing
from sosuckhoe.exchange import at_rest
from sosuckhoe.exchange.outside.line import Garbled

Message = TypeVar("Message")


class Heard(NamedTuple):
    """An answer that is stored, and its number."""

    id: int
    content: bytes


def hear(kind: str, content: bytes, at: datetime) -> Heard:
    """Store an answer in a transaction of its own."""
    bound = sealing.place(kind, at_rest.moment(at))
    with db.atomic():
        number = db.value(
            "insert into exchange_heard (kind, at, state, codec, body) values (%s, %s, 'waiting', %s, %s) returning id",
            (kind, at, at_rest.SEALED, at_rest.kept(at_rest.HEARD, bound, content)),
        )
    return Heard(number, content)


def understood(heard: Heard, read: Callable[[bytes], Message], system: str) -> Message:
    """The message of a system. Raises Garbled, and marks the answer, when it is none."""
    try:
        message = read(heard.content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        _mark(heard, "garbled")
        raise Garbled(system) from error
    _mark(heard, "read")
    return message


def hold(number: int) -> None:
    """Keep an answer until somebody has decided what is in it."""
    db.execute("update exchange_heard set state = 'waiting' where id = %s", (number,))


def let_go(number: int) -> None:
    """Nothing in an answer waits any more."""
    db.execute("update exchange_heard set state = 'read' where id = %s", (number,))


def again(number: int) -> bytes:
    """What was told. Empty when it is not kept any more."""
    rows = db.tuples("select kind, at, codec, body from exchange_heard where id = %s", (number,), binary=True)
    if not rows:
        return b""
    kind, at, codec, body = rows[0]
    return at_rest.opened(codec, at_rest.HEARD, sealing.place(kind, at_rest.moment(at)), body)


def _mark(heard: Heard, state: str) -> None:
    db.execute("update exchange_heard set state = %s where id = %s", (state, heard.id))
