"""At a facility's desk: the owner shows a code or takes a number, and the facility may see the book for the visit."""

from __future__ import annotations

import hashlib
import secrets
from base64 import b32encode
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sosuckhoe.access import cards, grants, policy, sign_in
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db
from sosuckhoe.base.clock import VIETNAM
from sosuckhoe.base.errors import Problem

VISIT = timedelta(hours=24)
"""So long a visit's right lasts at most."""

SHOWN = timedelta(minutes=5)
"""So long a code is good."""

_LETTERS = 12


class Taken(NamedTuple):
    """A number at an entrance."""

    number: int
    person: int
    at: datetime


def show_code(actor: Actor, person: int, text: str, at: datetime) -> str:
    """A code of 60 bits that opens the book to one facility, once. Only its digest is kept."""
    code = b32encode(secrets.token_bytes(8)).decode()[:_LETTERS]
    with db.atomic():
        policy.check(actor, "consent", "book", person=person)
        db.execute("delete from access_desk_code where expires < %s or person = %s", (at, person))
        db.execute(
            "insert into access_desk_code (digest, person, account, expires, text) values (%s, %s, %s, %s, %s)",
            (_digest(code), person, actor.account, at + SHOWN, text),
        )
    return "-".join(code[start : start + 4] for start in range(0, _LETTERS, 4))


def redeem(actor: Actor, code: str, at: datetime) -> int:
    """Turn a code into the right of the actor's facility for this visit; whose book it is. SSK-1150 for no code."""
    policy.check(actor, "read", "queue", facility=actor.facility or "")
    letters = "".join(code.upper().replace("-", "").split())
    with db.atomic():
        row = db.one(
            "delete from access_desk_code where digest = %s and expires > %s returning person, account, text",
            (_digest(letters), at),
        )
        owner = sign_in.actor_of_account(row.account) if row else None
        if row is None or owner is None:
            raise Problem("SSK-1150")
        _give(owner, row.person, actor.facility or "", row.text, at)
    return int(row.person)


def with_card(actor: Actor, code: str, pin: str, text: str, at: datetime) -> int:
    """The owner's card and PIN, typed at the desk, are the consent for this visit; whose book it is.

    Each call is a try of the card (SSK-1160, SSK-1161). `text`: the sentence that stood beside the PIN.
    """
    policy.check(actor, "read", "queue", facility=actor.facility or "")
    account = cards.enter(code, pin, at)
    if account.person is None:
        raise Problem("SSK-1160")
    _give(sign_in.actor_for(account), account.person, actor.facility or "", text, at, channel="card")
    return int(account.person)


def take_number(actor: Actor, person: int, facility: str, text: str, at: datetime) -> int:
    """The person's number at the facility today, with the right that goes with it; the same one when asked again."""
    day = at.astimezone(VIETNAM).date()
    with db.atomic():
        policy.check(actor, "consent", "book", person=person)
        db.execute("select pg_advisory_xact_lock(hashtextextended(%s, 11))", (f"{facility} {day}",))
        known: int | None = db.value(
            "select number from access_queue where facility = %s and day = %s and person = %s", (facility, day, person)
        )
        if known is not None:
            return known
        number: int = db.value(
            """
            insert into access_queue (facility, day, number, person, at)
            select %(facility)s, %(day)s, coalesce(max(number), 0) + 1, %(person)s, %(at)s
            from access_queue where facility = %(facility)s and day = %(day)s
            returning number
            """,
            {"facility": facility, "day": day, "person": person, "at": at},
        )
        _give(actor, person, facility, text, at)
    return number


def waiting(facility: str, day: date) -> list[Taken]:
    """Who has taken a number at a facility, in order."""
    asked = "select number, person, at from access_queue where facility = %s and day = %s order by number"
    return [Taken._make(row) for row in db.tuples(asked, (facility, day))]


def _give(owner: Actor, person: int, facility: str, text: str, at: datetime, channel: str = "desk") -> None:
    scope = {"labels": 0, "purpose": "treatment"}
    grants.give(owner, person, grants.Wish("desk", facility, scope, text, at + VISIT, channel), at)


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
