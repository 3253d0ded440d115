"""Records of consent: written once, never changed; a later one ends an earlier one. What they do is compiled.

A right that a record gives or takes holds from the commit on: every statement that reads rows asks the compiled
tables (`sight.py`), and nothing of them is remembered.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from sosuckhoe.access import audit, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db, facts
from sosuckhoe.base.clock import day_of
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import bucket_of, new_key

_LOCK = 0x4752

FOR_EVER = datetime(9999, 12, 31, tzinfo=UTC)
"""The end of what lasts until it is ended."""

ACTION = {
    "show": "consent", "exclude": "consent", "desk": "consent", "link": "share", "hide": "hide",
    "represent": "name", "emergency": "break-glass", "app": "consent", "restrict": "restrict",
}  # fmt: skip
"""What policy calls the giving, and the ending, of each kind of grant."""


class Wish(NamedTuple):
    """What is to be granted. `recipient`: a facility's code, @account, #person, an app, or ''; `text` as shown."""

    kind: str
    recipient: str
    scope: dict[str, Any]
    text: str
    until: datetime = FOR_EVER
    channel: str = "page"


class Grant(NamedTuple):
    """A record. `ended` is when a later one ended it."""

    id: UUID
    person: int
    kind: str
    at: datetime
    until: datetime
    account: int
    channel: str
    recipient: str
    scope: dict[str, Any]
    text: str
    digest: bytes
    ended: datetime | None

    def is_live(self, at: datetime) -> bool:
        """Whether it holds at a moment."""
        return self.ended is None and at < self.until


@cache
def words() -> dict[str, Any]:
    """`data/consents.yaml`."""
    return facts.read_yaml(Path(__file__).parent / "data" / "consents.yaml")


def give(actor: Actor, person: int, wish: Wish, at: datetime) -> UUID:
    """Write a record and what it does. Raises SSK-1002 where policy forbids it, SSK-1140 for an end that has passed.

    SSK-3190: somebody is named who holds the book otherwise.
    """
    if wish.until <= at:
        raise Problem("SSK-1140")
    action = ACTION[wish.kind]
    with db.atomic():
        policy.check(actor, action, "book", person=person)
        key = _write(actor, person, wish, at, ends=None)
        _EFFECTS.get(wish.kind, _nothing)(person, key, wish, at)
        audit.record(actor, action, kind="book", person=person, key=key, detail=wish.kind, at=at)
    return key


def standing(person: int, wish: Wish, at: datetime) -> UUID | None:
    """The grant that says the same already (kind, recipient, scope) and holds: a button may be pressed twice.

    Within the transaction that would give it: who asks for the same book meanwhile waits.
    """
    db.value("select pg_advisory_xact_lock(%s, %s)", (_LOCK, person % 2**31))
    same = (wish.kind, wish.recipient, wish.scope)
    live = (one for one in of_person(person) if one.is_live(at))
    return next((one.id for one in live if (one.kind, one.recipient, one.scope) == same), None)


def give_anew(actor: Actor, person: int, wish: Wish, at: datetime) -> UUID:
    """Give a grant in the place of those of its kind that its recipient has: all of it, or none. Raises as `give`."""
    with db.atomic():
        for known in of_person(person):
            if known.kind == wish.kind and known.recipient == wish.recipient and known.is_live(at):
                end(actor, person, known.id, at)
        return give(actor, person, wish, at)


def end(actor: Actor, person: int, key: UUID, at: datetime) -> Grant:
    """End a grant: at once, everywhere. What has ended stays as it is: a button may be pressed twice.

    Raises SSK-1002 when there is none, or the actor may not.
    """
    with db.atomic():
        known = find(person, key)
        if known is None:
            raise Problem("SSK-1002")
        action = (
            "withdraw" if known.kind == "represent" and known.recipient == f"#{actor.person}" else ACTION[known.kind]
        )
        policy.check(actor, action, "book", person=person)
        if known.ended is not None:
            return known
        text = words()["kinds"]["end"]["vi"]
        _write(actor, person, Wish("end", known.recipient, {}, text), at, ends=key)
        _undo(known, at)
        audit.record(actor, action, kind="book", person=person, key=key, detail=f"end {known.kind}", at=at)
    return known


def find(person: int, key: UUID) -> Grant | None:
    """A grant of a person's book."""
    return next(iter(_read("g.id = %s", person, (key,))), None)


def of_person(person: int) -> list[Grant]:
    """Every grant of a book, newest first; the records that only end another are told as its `ended`."""
    return _read("true", person, ())


def narrow(person: int, at: datetime) -> None:
    """Note that somebody has lost a right to the person's rows."""
    db.execute(
        """
        insert into access_narrowed (bucket, person, at) values (%s, %s, %s)
        on conflict (bucket, person) do update set at = excluded.at
        """,
        (bucket_of(person), person, at),
    )


def _read(where: str, person: int, values: tuple[object, ...]) -> list[Grant]:
    found = db.tuples(
        f"""
        select g.id, g.person, g.kind, g.at, g.until, g.account, g.channel, g.recipient, g.scope, g.text, g.digest, e.at
        from access_grant g left join access_grant e on e.bucket = g.bucket and e.ends = g.id
        where g.bucket = %s and g.person = %s and g.ends is null and {where}
        order by g.at desc, g.id
        """,  # noqa: S608 -- conditions from above
        (bucket_of(person), person, *values),
    )
    return [Grant._make((*row[:8], _scope(row[8]), row[9], bytes(row[10]), row[11])) for row in found]


def _scope(stored: Any) -> dict[str, Any]:
    scope: dict[str, Any] = orjson.loads(stored) if isinstance(stored, str | bytes) else stored
    return scope


def _write(actor: Actor, person: int, wish: Wish, at: datetime, *, ends: UUID | None) -> UUID:
    key = new_key(bucket_of(person), at)
    db.execute(
        """
        insert into access_grant
          (bucket, id, person, kind, at, until, account, channel, recipient, scope, text, digest, ends)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            bucket_of(person), key, person, wish.kind, at, wish.until, actor.account, wish.channel, wish.recipient,
            orjson.dumps(wish.scope).decode(), wish.text, hashlib.sha256(wish.text.encode()).digest(), ends,
        ),
    )  # fmt: skip
    return key


def _tie(person: int, key: UUID, wish: Wish, at: datetime) -> None:
    """A tie of its own: until its end, with the labels that it shows."""
    db.execute(
        """
        insert into access_tie (bucket, person, facility, since, basis, until, shown, overrides)
        values (%s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            bucket_of(person), person, wish.recipient, at, key, wish.until, wish.scope.get("labels", 0),
            wish.kind == "emergency",
        ),
    )  # fmt: skip


def _exclude(person: int, key: UUID, wish: Wish, at: datetime) -> None:
    db.execute(
        "insert into access_exclusion (bucket, person, holder, basis) values (%s, %s, %s, %s)",
        (bucket_of(person), person, wish.recipient, key),
    )
    narrow(person, at)


def _represent(person: int, key: UUID, wish: Wish, at: datetime) -> None:
    """One relation between two persons; a new grant takes the place of the one before.

    What the law or a decision gave is no grant, and none takes its place (SSK-3190): ended, it would end that too.
    """
    holder = int(wish.recipient.removeprefix("#"))
    written = db.execute(
        """
        insert into access_relation (bucket, holder, dependant, kind, level, since, until, basis)
        values (%s, %s, %s, 'representative', %s, %s, %s, %s)
        on conflict (bucket, holder, dependant) do update
        set kind = excluded.kind, level = excluded.level, since = excluded.since, until = excluded.until,
          basis = excluded.basis
        where access_relation.basis is not null or access_relation.until <= excluded.since
        """,
        (bucket_of(holder), holder, person, wish.scope["level"], day_of(at), day_of(wish.until), key),
    )
    if not written:
        raise Problem("SSK-3190")


def _nothing(person: int, key: UUID, wish: Wish, at: datetime) -> None:
    """What the record says is done by the room that gave it."""


_EFFECTS = {"show": _tie, "desk": _tie, "emergency": _tie, "exclude": _exclude, "represent": _represent}


def _undo(known: Grant, at: datetime) -> None:
    """Take back what the record did."""
    place = (bucket_of(known.person), known.person, known.id)
    match known.kind:
        case "show" | "desk" | "emergency":
            db.execute("delete from access_tie where bucket = %s and person = %s and basis = %s", place)
            narrow(known.person, at)
        case "app":
            ended = "update access_app_family set ended = %s where basis = %s and ended is null"
            db.execute(ended, (at, known.id))
            narrow(known.person, at)
        case "exclude":
            db.execute("delete from access_exclusion where bucket = %s and person = %s and basis = %s", place)
        case "represent":
            holder = int(known.recipient.removeprefix("#"))
            db.execute(
                "delete from access_relation where bucket = %s and holder = %s and dependant = %s and basis = %s",
                (bucket_of(holder), holder, known.person, known.id),
            )
