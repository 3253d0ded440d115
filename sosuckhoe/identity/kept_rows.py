"""Rows that merges keep are sealed anew with the newest key, like the tables that they are from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from sosuckhoe.base import db, keyring, sealing
from sosuckhoe.base.resealing import Column
from sosuckhoe.identity.at_rest import JOINED

_PERSON = "identity_person"
_ROWS = {"was": "kept.was", "now": "kept.now"}
_PERSONS = {"now": "kept.now -> 'was'"}
"""Where a kept row is: of `identity_person`, `now` holds the row of before (rehoming.py)."""


def seal_again(columns: Sequence[Column]) -> int:
    """Seal them anew, in the caller's transaction; how many."""
    return sum(_rows_of(column) for column in columns) + _joined()


def left(columns: Sequence[Column]) -> int:
    """How many contents of them the newest key has not sealed."""
    kept = sum(len(_older(column, row)) for column in columns for row in _places(column).values())
    return kept + len(_older_joined())


def _places(column: Column) -> dict[str, str]:
    return _PERSONS if column.table == _PERSON else _ROWS


def _rows_of(column: Column) -> int:
    return sum(_side(column, side, row) for side, row in _places(column).items())


def _older(column: Column, row: str) -> list[tuple[Any, ...]]:
    """Where a kept row stands, then the columns that it is sealed anew from."""
    return db.tuples(
        f"""
        select kept.bucket, kept.merge, kept.place, {", ".join(f"r.{name}" for name in column.reads)}
        from identity_merge_row kept, jsonb_populate_record(null::{column.table}, {row}) r
        where kept.tbl = %(tbl)s and {row} ? %(column)s and r.{column.column} is not null
          and substring(r.{column.column} from 1 for 1) <> %(newest)s::bytea
        """,  # noqa: S608 -- names of the rooms' own columns
        {"tbl": column.table, "column": column.column, "newest": bytes((keyring.ring().newest,))},
        binary=True,
    )


def _side(column: Column, side: str, row: str) -> int:
    found = _older(column, row)
    changed = (
        "jsonb_set(now, '{was}', (now -> 'was') || %s::jsonb)" if column.table == _PERSON else f"{side} || %s::jsonb"
    )
    for bucket, merge, place, *values in found:
        made = column.again(dict(zip(column.reads, values, strict=True)))
        patch = {name: _in_json(value) for name, value in made.items()}
        db.execute(
            f"update identity_merge_row set {side} = {changed} where bucket = %s and merge = %s and place = %s",  # noqa: S608 -- as above
            (orjson.dumps(patch).decode(), bucket, merge, place),
        )
    return len(found)


def _joined() -> int:
    rows = _older_joined()
    for bucket, merge, place, kept in rows:
        plain = sealing.unseal(JOINED, sealing.place(merge), bytes.fromhex(kept))
        sealed = sealing.seal(JOINED, sealing.place(merge), plain).hex()
        db.execute(
            "update identity_merge_row set now = %s where bucket = %s and merge = %s and place = %s",
            (orjson.dumps({"claim": sealed}).decode(), bucket, merge, place),
        )
    return len(rows)


def _older_joined() -> list[tuple[Any, ...]]:
    """The claims that merges note, as hexadecimal text."""
    return db.tuples(
        "select bucket, merge, place, now ->> 'claim' from identity_merge_row"
        " where tbl in ('identity_joined', 'identity_told') and left(now ->> 'claim', 2) <> %s",
        (bytes((keyring.ring().newest,)).hex(),),
    )


def _in_json(value: Any) -> Any:
    return "\\x" + value.hex() if isinstance(value, bytes) else value
