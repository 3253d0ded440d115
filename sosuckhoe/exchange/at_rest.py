"""How exchange keeps what arrived: packed, then sealed to its row (ADR 8). What is older may be packed alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sosuckhoe.base import sealing
from sosuckhoe.base.packing import pack, unpack
from sosuckhoe.base.resealing import Column, Row

EMPTIED = "''::bytea"
"""What a row has, in SQL, whose content is over its time or was erased: nothing, whatever its codec."""

SEALED = 2
"""The codec's number beside a body that is packed and sealed; `base.packing.ZSTD` is packed alone."""

ARRIVAL, RECORD, HEARD, PUT_OFF = "exchange arrival", "exchange record", "exchange heard", "exchange put off"
WORD, CARD, NEXT_CARD, CHANGE = "exchange word", "exchange card", "exchange next card", "exchange change"
"""Purposes: one a column."""


def kept(purpose: str, bound: bytes, content: bytes) -> bytes:
    """A content as its row keeps it, with the codec SEALED."""
    return sealing.seal(purpose, bound, pack(content))


def opened(codec: int, purpose: str, bound: bytes, body: bytes) -> bytes:
    """The content of a row; nothing of one that was emptied."""
    if not body:
        return b""
    return unpack(sealing.unseal(purpose, bound, body) if codec == SEALED else body)


def moment(at: datetime) -> int:
    """A moment as what binds a row has it: microseconds."""
    return round(at.timestamp() * 1_000_000)


def _over(purpose: str, bind: Callable[[Row], bytes]) -> Callable[[Row], dict[str, Any]]:
    """What takes the place of a body that is packed alone, or sealed with any key."""

    def over(row: Row) -> dict[str, Any]:
        body = sealing.unseal(purpose, bind(row), row["body"]) if row["codec"] == SEALED else row["body"]
        return {"codec": SEALED, "body": sealing.seal(purpose, bind(row), body)}

    return over


def _body(table: str, purpose: str, key: tuple[str, ...], bound: tuple[str, ...]) -> Column:
    over = _over(purpose, lambda row: sealing.place(*(_bound(row[name]) for name in bound)))
    return Column(table, "body", purpose, key, bound, "codec = 1", over, ("codec",))


def _card(column: str, purpose: str) -> Column:
    def over(row: Row) -> dict[str, Any]:
        bound = sealing.place(moment(row["checked"]))
        return {column: sealing.seal(purpose, bound, sealing.unseal(purpose, bound, row[column]))}

    return Column("exchange_card", column, purpose, ("bucket", "person"), ("checked",), over=over)


def _bound(value: Any) -> Any:
    return moment(value) if isinstance(value, datetime) else value


_EPISODE = ("facility", "ma_lk", "version")
COLUMNS = (
    _body("exchange_arrival", ARRIVAL, ("id",), ("facility", "digest")),
    _body("exchange_record", RECORD, ("bucket", "person", *_EPISODE), _EPISODE),
    _body("exchange_heard", HEARD, ("id",), ("kind", "at")),
    _body("exchange_put_off", PUT_OFF, ("source", "type", "id"), ("source", "type", "id")),
    Column("exchange_word", "claim", WORD, ("source", "id"), ("source", "id")),
    _card("number", CARD),
    _card("next_number", NEXT_CARD),
)
LEFT = {
    "exchange_arrival.digest": "sha256 of a whole file: to guess it is to know the file",
    "exchange_episode.digest": "sha256 of a whole record",
    "exchange_delivery.digest": "sha256 of a whole file",
    "exchange_word.digest": "sha256 of a whole record",
    "exchange_told.digest": "sha256 of a whole record",
    "exchange_change.blind": "a keyed digest",
}
"""Bytes that are not sealed, and why."""
