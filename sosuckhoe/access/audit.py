"""One line for each attempt, in the transaction of what it records. No value from a record stands in it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock, db
from sosuckhoe.base.keys import NOBODY, bucket_of

COLUMNS = (
    "bucket", "person", "at", "account", "role", "facility", "purpose", "action", "kind", "key", "outcome", "detail"
)  # fmt: skip
TYPES = (
    "int4",
    "int8",
    "timestamptz",
    "int8",
    "text",
    "text",
    "text",
    "text",
    "text",
    "uuid",
    "text",
    "text",
)

_INSERT = f"insert into access_audit ({', '.join(COLUMNS)}) values ({', '.join(['%s'] * len(COLUMNS))})"  # noqa: S608 -- names from the tuple above


class Line(NamedTuple):
    """One attempt: who, what, on whose record."""

    actor: Actor
    action: str
    kind: str
    person: int = NOBODY
    key: UUID | None = None
    outcome: str = "done"
    detail: str = ""


def record(
    actor: Actor,
    action: str,
    *,
    kind: str,
    person: int | None,
    key: UUID | None = None,
    outcome: str = "done",
    detail: str = "",
    at: datetime | None = None,
) -> None:
    """Write one line in the current transaction."""
    record_all([Line(actor, action, kind, person or NOBODY, key, outcome, detail)], at or clock.now())


def record_all(lines: Collection[Line], at: datetime) -> None:
    """Write lines in the current transaction. One is inserted: a COPY costs three round trips, whatever it holds."""
    if len(lines) == 1:
        db.execute(_INSERT, values(next(iter(lines)), at))
    elif lines:
        db.copy("access_audit", COLUMNS, TYPES, (values(line, at) for line in lines))


def values(line: Line, at: datetime) -> tuple[object, ...]:
    """A line as the columns of `COLUMNS`."""
    actor = line.actor
    return (
        bucket_of(line.person), line.person, at, actor.account, actor.role, actor.facility or "", actor.purpose,
        line.action, line.kind, line.key, line.outcome, line.detail,
    )  # fmt: skip
