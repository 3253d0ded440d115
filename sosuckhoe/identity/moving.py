"""Rows that a merge takes from one person and gives to another, kept beside it so that an undo finds them as they were.

A row is kept as JSON made by PostgreSQL and goes back through the table's own types: nothing is lost on the way. The
bucket changes with the person, so a row is deleted and inserted, never updated in place.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import orjson

from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.identity.claim import PersonRef


class Move(NamedTuple):
    """One merge, on its way there or back. `number` is its number, `at` when it is done or undone."""

    number: int
    keep: PersonRef
    gone: PersonRef
    at: datetime

    @property
    def place(self) -> dict[str, int]:
        """Where its rows are kept, as values of SQL."""
        return {"at_bucket": bucket_of(self.keep.person), "number": self.number}


_OF = (
    "from identity_merge_row kept where kept.bucket = %(at_bucket)s and kept.merge = %(number)s and kept.tbl = %(tbl)s"
)


def rehome(
    move: Move, table: str, column: str = "person", *, bucket: bool = True, also: dict[str, Any] | None = None
) -> None:
    """Give the rows whose `column` names the person who goes to the one who is kept; one that is there already stays.

    `bucket`: whether the table's bucket is that of this column. `also` are further columns to set.
    """
    owner = f"t.bucket = %(bucket)s and t.{column} = %(person)s" if bucket else f"t.{column} = %(person)s"
    set_aside(move, table, owner, {"bucket": bucket_of(move.gone.person), "person": move.gone.person})
    change: dict[str, Any] = {column: move.keep.person, **(also or {})}
    if bucket:
        change["bucket"] = bucket_of(move.keep.person)
    put_in(move, table, column, change)


def set_aside(move: Move, table: str, where: str, values: dict[str, Any]) -> None:
    """Take rows out of a table and keep them. `where` speaks of the table as t."""
    db.execute(
        f"""
        with gone as (delete from {table} t where {where} returning to_jsonb(t) as was)
        insert into identity_merge_row (bucket, merge, tbl, was)
        select %(at_bucket)s, %(number)s, %(tbl)s, was from gone
        """,  # noqa: S608 -- names of tables from the rooms' own code
        {**values, **move.place, "tbl": table},
    )


def copy(move: Move, table: str, where: str, values: dict[str, Any]) -> None:
    """Keep rows as they are before they are changed. `where` speaks of the table as t."""
    db.execute(
        f"""
        insert into identity_merge_row (bucket, merge, tbl, was)
        select %(at_bucket)s, %(number)s, %(tbl)s, to_jsonb(t) from {table} t where {where}
        """,  # noqa: S608 -- names of tables from the rooms' own code
        {**values, **move.place, "tbl": table},
    )


def put_in(move: Move, table: str, column: str, change: dict[str, Any]) -> None:
    """Insert what was set aside of the person who goes, changed, and note what was inserted."""
    db.execute(
        f"""
        with added as (
          insert into {table} as t overriding system value
          select (jsonb_populate_record(null::{table}, kept.was || %(change)s::jsonb)).* {_OF}
            and kept.was @> %(old)s::jsonb
          on conflict do nothing returning to_jsonb(t) as now
        )
        insert into identity_merge_row (bucket, merge, tbl, now)
        select %(at_bucket)s, %(number)s, %(tbl)s, now from added
        """,  # noqa: S608 -- as above
        {
            **move.place,
            "tbl": table,
            "change": as_json(change),
            "old": as_json({column: move.gone.person}),
        },
    )


def as_json(value: Any) -> str:
    """A value as a parameter of type jsonb."""
    return orjson.dumps(value, default=str).decode()


def note(move: Move, table: str, now: Sequence[dict[str, Any]]) -> None:
    """Keep what stands in a table after the merge, in words of the room's own."""
    db.execute(
        """
        insert into identity_merge_row (bucket, merge, tbl, now)
        select %(at_bucket)s, %(number)s, %(tbl)s, now from jsonb_array_elements(%(all)s::jsonb) as now
        """,
        {**move.place, "tbl": table, "all": as_json(now)},
    )


def noted(move: Move, table: str) -> list[dict[str, Any]]:
    """What the merge left in a table."""
    found = db.tuples(f"select kept.now {_OF} and kept.now is not null order by place", {**move.place, "tbl": table})
    return [orjson.loads(row[0]) for row in found]


def taken(move: Move, table: str) -> list[dict[str, Any]]:
    """What the merge set aside of a table."""
    found = db.tuples(f"select kept.was {_OF} and kept.was is not null order by place", {**move.place, "tbl": table})
    return [orjson.loads(row[0]) for row in found]


def put_back(move: Move, table: str) -> None:
    """Remove what a merge inserted into a table, and insert what it took out of it."""
    take_out(move, table)
    bring_back(move, table)


def take_out(move: Move, table: str) -> None:
    """Remove the rows that the merge inserted, whatever has become of them."""
    same = " and ".join(f"t.{name} = ours.{name}" for name in primary_key(table))
    db.execute(
        f"""
        delete from {table} t using (
          select (jsonb_populate_record(null::{table}, kept.now)).* {_OF} and kept.now is not null
        ) ours where {same}
        """,  # noqa: S608 -- as above
        {**move.place, "tbl": table},
    )


def bring_back(move: Move, table: str, where: str = "true", values: dict[str, Any] | None = None) -> None:
    """Insert the rows that were set aside. `where` speaks of them as kept.was."""
    names = ", ".join(columns(table))
    db.execute(
        f"""
        insert into {table} ({names}) overriding system value
        select {names} from (
          select kept.place as put_at, (jsonb_populate_record(null::{table}, kept.was)).*
          {_OF} and kept.was is not null and {where}
        ) kept
        order by put_at
        """,  # noqa: S608 -- names from this program
        {**move.place, "tbl": table, **(values or {})},
    )


def forget(move: Move) -> None:
    """An undone merge keeps no rows."""
    db.execute("delete from identity_merge_row where bucket = %(at_bucket)s and merge = %(number)s", move.place)


@cache
def columns(table: str) -> tuple[str, ...]:
    """The columns of a table, in order, without those that PostgreSQL computes."""
    found = db.tuples(
        """
        select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped
          and attgenerated = ''
        order by attnum
        """,
        (table,),
    )
    return tuple(row[0] for row in found)


@cache
def primary_key(table: str) -> tuple[str, ...]:
    """The columns of a table's primary key."""
    found = db.tuples(
        """
        select a.attname from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
        where i.indrelid = %s::regclass and i.indisprimary order by a.attnum
        """,
        (table,),
    )
    return tuple(row[0] for row in found)
