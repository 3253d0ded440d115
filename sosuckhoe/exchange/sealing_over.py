"""Carry a database from before words and cards were sealed: once, within the migration that changes the tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson

from sosuckhoe.base import blinding, db, sealing
from sosuckhoe.exchange import at_rest
from sosuckhoe.exchange.feeds import memory

Row = dict[str, Any]


def seal_everything() -> None:
    """Seal words and cards and make the numbers of changes blind, also in the rows that merges keep."""
    for source, record, claim in db.tuples("select source, id, claim_plain::text from exchange_word"):
        db.execute(
            "update exchange_word set claim = %s where source = %s and id = %s",
            (memory.sealed(source, record, claim.encode()), source, record),
        )
    cards = "select bucket, person, checked, number_plain, next_plain from exchange_card"
    for bucket, person, checked, number, following in db.tuples(cards):
        db.execute(
            "update exchange_card set number = %s, next_number = %s where bucket = %s and person = %s",
            (*_card(checked, number, following), bucket, person),
        )
    for key, number in db.tuples("select key, number from exchange_change"):
        blind = blinding.blind(at_rest.CHANGE, number)
        db.execute("update exchange_change set blind = %s where key = %s", (blind, key))
    for table, change in _KEPT.items():
        _merged(table, change)


def _card(checked: datetime, number: str, following: str) -> tuple[bytes, bytes]:
    bound = sealing.place(at_rest.moment(checked))
    return (
        sealing.seal(at_rest.CARD, bound, number.encode()),
        sealing.seal(at_rest.NEXT_CARD, bound, following.encode()),
    )


def _merged(table: str, change: Callable[[Row], Row]) -> None:
    rows = db.tuples(
        "select bucket, merge, place, was::text, now::text from identity_merge_row where tbl = %s", (table,)
    )
    for bucket, merge, place, *both in rows:
        made = [orjson.dumps(change(orjson.loads(one))).decode() if one else None for one in both]
        db.execute(
            "update identity_merge_row set was = %s, now = %s where bucket = %s and merge = %s and place = %s",
            (*made, bucket, merge, place),
        )


def _word(row: Row) -> Row:
    return row | {"claim": _in_json(memory.sealed(row["source"], row["id"], orjson.dumps(row["claim"])))}


def _kept_card(row: Row) -> Row:
    checked = datetime.fromisoformat(row["checked"])
    number, following = _card(checked, row["number"], row["next_number"])
    return row | {"number": _in_json(number), "next_number": _in_json(following)}


def _change(row: Row) -> Row:
    return row | {"blind": _in_json(blinding.blind(at_rest.CHANGE, row.pop("number")))}


_KEPT: dict[str, Callable[[Row], Row]] = {
    "exchange_word": _word,
    "exchange_card": _kept_card,
    "exchange_change": _change,
}


def _in_json(content: bytes) -> str:
    """Bytes as PostgreSQL writes them in JSON."""
    return "\\x" + content.hex()
