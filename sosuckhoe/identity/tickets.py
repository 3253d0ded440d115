"""Differences between our word on a person and an outside register's, until somebody decides.

Nothing is overwritten: a ticket keeps both words, and who chose which. Inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from sosuckhoe.base import db, sealing
from sosuckhoe.base.keys import bucket_in, bucket_of, new_key
from sosuckhoe.identity.at_rest import OURS, THEIRS

OPEN, RESOLVED, REFUSED, SUPERSEDED = "open", "resolved", "refused", "superseded"
VERIFIED, DIFFERS, UNKNOWN = "verified", "differs", "unknown"
POPULATION, INSURANCE = "population", "bhxh"
"""Whose word differs from ours: the population register's, social insurance's."""
_COLUMNS = "ticket, person, facility, ours, theirs, state, opened, closed, account, reason, source"
_ONE = f"select {_COLUMNS} from identity_ticket where ticket = %s"  # noqa: S608 -- names from above


class Ticket(NamedTuple):
    """One difference. `ours` and `theirs` by field name; `facility` is whose word ours is."""

    key: UUID
    person: int
    facility: str
    ours: dict[str, str]
    theirs: dict[str, str]
    state: str
    opened: datetime
    closed: datetime | None
    account: int
    reason: str
    source: str = POPULATION


class Standing(NamedTuple):
    """How a person stands with the register, and when that was asked."""

    state: str
    checked: datetime


def note(
    person: int,
    facility: str,
    ours: Mapping[str, str],
    theirs: Mapping[str, str],
    at: datetime,
    source: str = POPULATION,
) -> UUID | None:
    """Open a ticket; None when the same difference is open or was refused already. A different open one gives way."""
    newest = [one for one in of_person(person, states=(OPEN, REFUSED)) if one.source == source]
    said = (dict(ours), dict(theirs))
    if newest and (newest[0].ours, newest[0].theirs) == said:
        return None
    supersede(person, at, source)
    return _write(person, facility, said, OPEN, at, source)


def keep(person: int, facility: str, ours: Mapping[str, str], theirs: Mapping[str, str], at: datetime) -> UUID:
    """What an official change replaced: a ticket that was decided when it was made."""
    return _write(person, facility, (dict(ours), dict(theirs)), RESOLVED, at)


def supersede(person: int, at: datetime, source: str = POPULATION) -> None:
    """The person's open ticket has no object any more: both agree now, or differ otherwise."""
    db.execute(
        """
        update identity_ticket set state = 'superseded', closed = %s
        where bucket = %s and person = %s and source = %s and state = 'open'
        """,
        (at, bucket_of(person), person, source),
    )


def close(ticket: Ticket, state: str, account: int, reason: str, at: datetime) -> bool:
    """Decide an open ticket; False when somebody was first."""
    return bool(
        db.execute(
            """
            update identity_ticket set state = %s, closed = %s, account = %s, reason = %s
            where bucket = %s and ticket = %s and state = 'open'
            """,
            (state, at, account, reason, bucket_of(ticket.person), ticket.key),
        )
    )


def ticket(key: UUID) -> Ticket | None:
    """One ticket. After a merge it lies with the kept person, and its key still carries the old bucket."""
    rows = db.tuples(f"{_ONE} and bucket = %s", (key, bucket_in(key))) or db.tuples(_ONE, (key,))
    return next((_read(row) for row in rows), None)


def of_person(person: int, states: Collection[str]) -> list[Ticket]:
    """The person's tickets in these states, newest first."""
    rows = db.tuples(
        f"select {_COLUMNS} from identity_ticket where bucket = %s and person = %s and state = any(%s) "  # noqa: S608 -- names from above
        "order by opened desc, ticket desc",
        (bucket_of(person), person, list(states)),
    )
    return [_read(row) for row in rows]


def open_within(first: int, last: int) -> list[Ticket]:
    """The open tickets of the persons of these buckets, `last` not among them."""
    rows = db.tuples(
        f"select {_COLUMNS} from identity_ticket where bucket >= %s and bucket < %s and state = 'open'",  # noqa: S608 -- names from above
        (first, last),
    )
    return [_read(row) for row in rows]


def of_facility(facility: str, most: int) -> list[Ticket]:
    """The open tickets that wait for a facility, newest first."""
    rows = db.tuples(
        f"select {_COLUMNS} from identity_ticket where facility = %s and state = 'open' "  # noqa: S608 -- names from above
        "order by opened desc, ticket desc limit %s",
        (facility, most),
    )
    return [_read(row) for row in rows]


def open_of(source: str, most: int, after: Ticket | None = None) -> list[Ticket]:
    """The open tickets of a source, wherever they wait, the oldest first; those behind another one."""
    rows = db.tuples(
        f"select {_COLUMNS} from identity_ticket where source = %s and state = 'open' "  # noqa: S608 -- names from above
        "and (%s::timestamptz is null or (opened, ticket) > (%s, %s::uuid)) order by opened, ticket limit %s",
        (source, *((after.opened, after.opened, after.key) if after else (None, None, None)), most),
    )
    return [_read(row) for row in rows]


def number_open(facility: str) -> int:
    """How many tickets wait for a facility."""
    found: int = db.value("select count(*) from identity_ticket where facility = %s and state = 'open'", (facility,))
    return found


def stand(states: Mapping[int, str], at: datetime) -> None:
    """Note how persons stand with the register: person → state."""
    rows = sorted((bucket_of(person), person, state) for person, state in states.items())
    if not rows:
        return
    db.execute(
        """
        insert into identity_standing (bucket, person, state, checked)
        select bucket, person, state, %s from unnest(%s::int4[], %s::int8[], %s::text[]) as new (bucket, person, state)
        on conflict (bucket, person) do update set state = excluded.state, checked = excluded.checked
        """,
        (at, *(list(column) for column in zip(*rows, strict=True))),
    )


def standing(person: int) -> Standing | None:
    """How the person stands with the register; None: never asked."""
    row = db.one(
        "select state, checked from identity_standing where bucket = %s and person = %s", (bucket_of(person), person)
    )
    return Standing(*row) if row else None


def _read(row: Sequence[Any]) -> Ticket:
    ticket = Ticket(*row)
    at = sealing.place(ticket.key)
    ours, theirs = sealing.unseal(OURS, at, row[3]), sealing.unseal(THEIRS, at, row[4])
    return ticket._replace(ours=orjson.loads(ours), theirs=orjson.loads(theirs))


def _write(
    person: int,
    facility: str,
    said: tuple[dict[str, str], dict[str, str]],
    state: str,
    at: datetime,
    source: str = POPULATION,
) -> UUID:
    key = new_key(bucket_of(person), at)
    ours, theirs = (
        sealing.seal(purpose, sealing.place(key), orjson.dumps(each))
        for purpose, each in zip((OURS, THEIRS), said, strict=True)
    )
    db.execute(
        """
        insert into identity_ticket
          (bucket, ticket, person, source, facility, ours, theirs, state, opened, closed)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            bucket_of(person), key, person, source, facility, ours, theirs, state, at,
            None if state == OPEN else at,
        ),
    )  # fmt: skip
    return key
