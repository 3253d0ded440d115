"""News that people must hear of within a minute, by SMS to those who hold a book, within the bounds of sending."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sosuckhoe.access import family, phones, room, sending
from sosuckhoe.access.models import Account
from sosuckhoe.base import db, sealing

MOST_A_TURN = 100
EMERGENCY = "emergency"
OF_KEYS = ("passkey-added", "passkey-removed", "password-changed")
"""What was done to the ways into an account: whoever did it must not silence the news by asking for codes."""
_BY_THEMSELVES = {EMERGENCY, *OF_KEYS}
"""Each of these kinds has a bound of its own; all other news share those of codes."""
_FULL = "full"
SEALED = "access notice"
"""The purpose of `access_notice.sealed`, bound to the kind of news and the number's blind index."""
_resting = sending.Resting()


def tell_of(person: int, kind: str, at: datetime) -> int:
    """Queue a message for the owner's telephones and those who hold the book at the full level; how many there are."""
    persons = [person, *(tie.holder for tie in family.holders_of(person) if tie.level == _FULL)]
    accounts = Account.objects.filter(person__in=persons, role="citizen", is_active=True).values_list("pk", flat=True)
    return _queue({number for account in accounts for number in phones.numbers_of(account, at)}, kind, at)


def tell_account(account: int, kind: str, at: datetime) -> int:
    """Queue a message for the telephones that an account has now; how many there are."""
    return _queue(set(phones.numbers_of(account, at)), kind, at)


def _queue(numbers: set[str], kind: str, at: datetime) -> int:
    for number in sorted(numbers):
        index = phones.blind_of(number)
        sealed = sealing.seal(SEALED, sealing.place(kind, index), number.encode())
        db.execute(
            "insert into access_notice (kind, blind, prefix, sealed, made) values (%s, %s, %s, %s, %s)",
            (kind, index, phones.prefix_of(number), sealed, at),
        )
    if numbers:
        db.execute("notify sosuckhoe_work")
    return len(numbers)


def send_waiting(at: datetime) -> int:
    """Send what waits, emergencies before all else; how many were looked at. What is over a bound is not sent.

    A message that its sender fails on rests for a while (`sending.Resting`), and holds up no other.
    """
    with db.atomic():
        waiting = db.rows(
            "select id, kind, blind, prefix, sealed from access_notice"
            " where sealed is not null and id <> all (%s::int8[])"
            " order by kind <> %s, made limit %s for update skip locked",
            (_resting.now(), EMERGENCY, MOST_A_TURN),
        )
        return _resting.take(waiting, lambda row: _send(row, at))


def _send(row: Any, at: datetime) -> None:
    has_own = row.kind in _BY_THEMSELVES
    is_left = room.is_left_of_kind(row.blind, row.kind, at) if has_own else room.is_left(row.blind, row.prefix, at)
    is_sent = sending.is_offered() and is_left
    if is_sent:
        bound = sealing.place(row.kind, bytes(row.blind))
        sending.send(sealing.unseal(SEALED, bound, row.sealed).decode(), sending.words(row.kind), at)
    db.execute("update access_notice set sealed = null, sent = %s where id = %s", (at if is_sent else None, row.id))
