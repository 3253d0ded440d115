"""What a merge does to the words of other systems: they go with their person; an undo hands back what came since."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson

from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.clinical import rehoming as clinical
from sosuckhoe.identity import moving
from sosuckhoe.identity.moving import Move

MOVED = frozenset({"exchange_word", "exchange_told"})


def move(move: Move) -> None:
    """Words and records go to the kept person; records name the keys under which their resources stand now."""
    moving.rehome(move, "exchange_word")
    moving.rehome(move, "exchange_told")
    _rename(move.keep.person, {was: now for now, was in clinical.stood(move).items()})


def restore(move: Move) -> None:
    """Words and records go back as they are by now, and with them what came since of the same patient records."""
    words = {(row["source"], row["id"]) for row in moving.noted(move, "exchange_word")}
    newer = {table: _rows(table, move.keep.person, words) for table in ("exchange_word", "exchange_told")}
    for table in newer:
        moving.put_back(move, table)
    stood = clinical.stood(move)
    came = {UUID(row["key"]) for row in newer["exchange_told"]} - stood.keys()
    places = clinical.hand_over(move, came, clinical.restoring_texts(move)) if came else {}
    theirs = {"bucket": bucket_of(move.gone.person), "person": move.gone.person}
    for table, rows in newer.items():
        _put(table, [row | theirs for row in rows])
    _rename(move.gone.person, stood | places)


def _rename(person: int, keys: dict[UUID, UUID]) -> None:
    if keys:
        db.execute(
            """
            update exchange_told told set key = new.now
            from unnest(%s::uuid[], %s::uuid[]) as new (was, now)
            where told.bucket = %s and told.person = %s and told.key = new.was
            """,
            (list(keys), list(keys.values()), bucket_of(person), person),
        )


def _rows(table: str, person: int, words: set[tuple[str, str]]) -> list[dict[str, Any]]:
    """The rows of some patient records as they stand with a person."""
    column = "id" if table == "exchange_word" else "record"
    found = db.tuples(
        f"""
        select to_jsonb(t) from {table} t
        where bucket = %s and person = %s and (source, {column}) in (select * from unnest(%s::text[], %s::text[]))
        """,  # noqa: S608 -- names from the constants above
        (bucket_of(person), person, [source for source, _ in words], [name for _, name in words]),
    )
    return [orjson.loads(row) for (row,) in found]


def _put(table: str, rows: list[dict[str, Any]]) -> None:
    """Write rows in the place of those with their keys."""
    same = " and ".join(f"t.{name} = new.{name}" for name in moving.primary_key(table))
    given = f"jsonb_populate_recordset(null::{table}, %s::jsonb)"
    values = (moving.as_json(rows),)
    db.execute(f"delete from {table} t using {given} new where {same}", values)  # noqa: S608 -- as above
    db.execute(f"insert into {table} select * from {given}", values)  # noqa: S608 -- as above
