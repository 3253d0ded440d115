"""What merges keep for their undo, where somebody's right reaches it: what was erased does not come back by an undo.

Rows are asked for by some of their columns: `[{"rid": …}]` means the copies of each row that has these values.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sosuckhoe.base import db
from sosuckhoe.identity.moving import as_json

Rows = Sequence[dict[str, Any]]
_MEANT = "exists (select from jsonb_array_elements(%(rows)s::jsonb) row where {} @> row)"


def stood_before(table: str, keys: Collection[UUID]) -> dict[UUID, UUID]:
    """The keys under which rows stood before merges moved them, each with the key asked for, all the way back.

    By what the merges noted in a table.
    """
    found: dict[UUID, UUID] = {}
    asked = {key: key for key in keys}
    while asked:
        moved = db.tuples(
            """
            select (now->>'was')::uuid, (now->>'rid')::uuid from identity_merge_row
            where tbl = %s and now->>'rid' = any (%s) and now->>'was' is not null
            """,
            (table, [str(key) for key in asked]),
        )
        asked = {was: asked[rid] for was, rid in moved if was not in found}
        found |= asked
    return found


def persons_before(person: int) -> set[int]:
    """Everybody who has become part of a person by merges that stand, at whatever remove."""
    found: set[int] = set()
    asked = {person}
    while asked:
        gone = db.tuples("select gone from identity_merge where keep = any (%s) and undone is null", (sorted(asked),))
        asked = {row[0] for row in gone} - found
        found |= asked
    return found


def forget(tables: Collection[str], rows: Rows) -> None:
    """Remove the copies of rows of these tables."""
    either = f"({_MEANT.format('was')} or {_MEANT.format('now')})"
    db.execute(
        f"delete from identity_merge_row where tbl = any (%(tables)s) and {either}",  # noqa: S608 -- constants
        {"tables": list(tables), "rows": as_json(rows)},
    )


def change(table: str, rows: Rows, to: dict[str, Any], bit: tuple[str, int] = ("", 0)) -> None:
    """Change columns of the copies of rows. `bit`: a column and what is set in its number besides."""
    column, mask = bit
    added = "jsonb_build_object(%(column)s::text, (was->>%(column)s)::int | %(mask)s)" if column else "'{}'"
    db.execute(
        f"""
        update identity_merge_row set was = was || %(to)s::jsonb || {added}
        where tbl = %(tbl)s and {_MEANT.format("was")}
        """,  # noqa: S608 -- constants
        {"tbl": table, "rows": as_json(rows), "to": as_json(to), "column": column, "mask": mask},
    )
