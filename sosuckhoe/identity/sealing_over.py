"""Carry a database from before numbers and claims were sealed: once, within the migration that changes the tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import msgspec
import orjson

from sosuckhoe.base import db, sealing
from sosuckhoe.identity import at_rest, moving, near
from sosuckhoe.identity.claim import Claim, Identifier
from sosuckhoe.identity.compare import blocking

_PAGE = 1000


def seal_everything() -> None:
    """Seal claims and tickets, make numbers blind, also in the rows that merges keep, and key everybody anew."""
    _page_by_page(
        "select bucket, person, claim_plain from identity_person where claim is null limit %s",
        "update identity_person set claim = %s where bucket = %s and person = %s",
        lambda row: (at_rest.sealed(row[1], msgspec.json.decode(row[2], type=Claim)), row[0], row[1]),
    )
    _page_by_page(
        "select system, value from identity_identifier where blind is null limit %s",
        "update identity_identifier set blind = %s where system = %s and value = %s",
        lambda row: (at_rest.blind(Identifier(*row)), *row),
    )
    _page_by_page(
        "select bucket, ticket, ours_plain::text, theirs_plain::text from identity_ticket where ours is null limit %s",
        "update identity_ticket set ours = %s, theirs = %s where bucket = %s and ticket = %s",
        lambda row: (*_said(row[1], row[2], row[3]), row[0], row[1]),
    )
    _seal_merges()
    db.execute("delete from identity_block")
    near.key_everybody()
    db.execute("delete from identity_merge_row where tbl = 'identity_block'")
    for bucket, merge in db.tuples("select bucket, merge from identity_merge where undone is null"):
        _key_merge(bucket, merge)


def _page_by_page(query: str, change: str, values: Callable[[tuple[Any, ...]], Sequence[Any]]) -> None:
    while rows := db.tuples(query, (_PAGE,)):
        for row in rows:
            db.execute(change, values(row))


def _said(ticket: Any, ours: str, theirs: str) -> tuple[bytes, bytes]:
    at = sealing.place(ticket)
    return (
        sealing.seal(at_rest.OURS, at, ours.encode()),
        sealing.seal(at_rest.THEIRS, at, theirs.encode()),
    )


def _seal_merges() -> None:
    """Rows of merges that stand, as they are kept for an undo."""
    rows = db.tuples("select bucket, merge, place, tbl, was::text, now::text from identity_merge_row")
    for bucket, merge, place, table, was, now in rows:
        made = [_row(table, merge, orjson.loads(one)) if one else None for one in (was, now)]
        db.execute(
            "update identity_merge_row set was = %s, now = %s where bucket = %s and merge = %s and place = %s",
            (*(moving.as_json(one) if one else None for one in made), bucket, merge, place),
        )


def _key_merge(bucket: int, merge: int) -> None:
    """The keys that an undo gives back to the one who went, and those that it takes from the one who stays."""
    rows = db.tuples(
        "select now from identity_merge_row where bucket = %s and merge = %s and tbl = 'identity_person'"
        " order by place",
        (bucket, merge),
    )
    joined = db.value(
        "select now->>'claim' from identity_merge_row where bucket = %s and merge = %s and tbl = 'identity_joined'",
        (bucket, merge),
    )
    keep, gone = (orjson.loads(row[0])["was"] for row in rows)
    theirs, ours = (blocking.keys(at_rest.noted(one["person"], one["claim"])) for one in (gone, keep))
    added = (theirs | blocking.keys(at_rest.opened_joined(merge, joined))) - ours
    for column, person, keys in (("was", gone, theirs), ("now", keep, added)):
        db.execute(
            f"""
            insert into identity_merge_row (bucket, merge, tbl, {column})
            select %s, %s, 'identity_block', jsonb_build_object('key', key, 'bucket', %s::int4, 'person', %s::int8)
            from unnest(%s::int8[]) as new (key)
            """,  # noqa: S608 -- names of columns from above
            (bucket, merge, person["bucket"], person["person"], sorted(keys)),
        )
    db.execute(
        "insert into identity_block (bucket, person, key) select %s, %s, key from unnest(%s::int8[]) as new (key)"
        " on conflict do nothing",
        (keep["bucket"], keep["person"], sorted(added)),
    )


def _row(table: str, merge: int, row: dict[str, Any]) -> dict[str, Any]:
    """One kept row in its new form."""
    if table == "identity_person":
        # `now` holds {"was": row} of both persons (rehoming.py)
        inner = row["was"]
        claim = msgspec.json.decode(inner.pop("claim"), type=Claim)
        return {"was": {**inner, "claim": _in_json(at_rest.sealed(inner["person"], claim))}}
    if table == "identity_joined":
        return {"claim": at_rest.joined(merge, msgspec.json.decode(row["claim"], type=Claim))}
    if table == "identity_identifier":
        return {**row, "blind": _in_json(at_rest.blind(Identifier(row["system"], row.pop("value"))))}
    return {**row, **_said_in(row)} if table == "identity_ticket" else row


def _said_in(row: dict[str, Any]) -> dict[str, str]:
    words = (orjson.dumps(row[name]).decode() for name in ("ours", "theirs"))
    ours, theirs = _said(UUID(row["ticket"]), *words)
    return {"ours": _in_json(ours), "theirs": _in_json(theirs)}


def _in_json(content: bytes) -> str:
    """Bytes as PostgreSQL writes them in JSON."""
    return "\\x" + content.hex()
