"""One line for each attempt, in the transaction of what it records. No value from a record stands in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from sosuckhoe.access.actor import Actor
from sosuckhoe.base import binary, clock, db
from sosuckhoe.base.keys import NOBODY, bucket_of
from sosuckhoe.base.prepared import Prepared

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


def need_not_wait() -> bool:
    """Whether the line of a look may reach the disk after its answer (ADR 10); within a transaction it may not."""
    return not db.is_atomic() and not settings.DURABLE_LOOKS


def record_looks(actor: Actor, action: str, met: Sequence[tuple[int, str]], at: datetime) -> None:
    """One line for each person and kind of record that a look met: one statement, however many.

    Outside a transaction it does not wait for the disk, as the line of a read does not.
    """
    if not met:
        return
    _looks()(
        {
            "alone": binary.boolean(need_not_wait()),
            "at": binary.timestamp(at),
            "account": binary.int8(actor.account),
            "role": actor.role.encode(),
            "facility": (actor.facility or "").encode(),
            "purpose": actor.purpose.encode(),
            "action": action.encode(),
            "detail": actor.mark.encode(),
            "buckets": binary.int4_array(bucket_of(person) for person, _ in met),
            "persons": binary.int8_array(person for person, _ in met),
            "kinds": binary.text_array(kind for _, kind in met),
        }
    )


@cache
def _looks() -> Prepared:
    return Prepared(db.statement(__file__, "looks"))


def values(line: Line, at: datetime) -> tuple[object, ...]:
    """A line as the columns of `COLUMNS`."""
    actor = line.actor
    return (
        bucket_of(line.person), line.person, at, actor.account, actor.role, actor.facility or "", actor.purpose,
        line.action, line.kind, line.key, line.outcome, " ".join(filter(None, (actor.mark, line.detail))),
    )  # fmt: skip
