"""Codes that are good once: by SMS and on paper. Kept as keyed digests, bound to what they were asked for.

NIST SP 800-63B-4, 3.1.3.2. https://pages.nist.gov/800-63-4/sp800-63b.html
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sosuckhoe.access import audit, blind, bounds, phones, places, room, sending
from sosuckhoe.access.actor import Actor
from sosuckhoe.access.models import Account
from sosuckhoe.base import db, sealing

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Thirty-two signs that are not taken for one another: five bits each."""

MOST_A_TURN = 100
SEALED = "access code"
"""The purpose of `access_code.sealed`, bound to the transaction."""

_resting = sending.Resting()

_SMS, _CHANGE, _PAPER = "sms", "change", "paper"


def ask(phone: str, at: datetime, *, place: str, account: int | None = None) -> UUID:
    """Ask for a code by SMS: the transaction that it will be good for. The same for every number, known or not.

    `place`: the network address that asks; one that asks for very many is answered the same, and nothing is kept.
    With an account: to a number that the account wants to have. Problem SSK-1110 for what is no number.
    """
    number, transaction, limit = phones.written(phone), uuid4(), bounds.sending()["asked_by_a_place"]
    values = {
        "id": transaction,
        "kind": _CHANGE if account else _SMS,
        "account": account,
        "blind": phones.blind_of(number),
        "prefix": phones.prefix_of(number),
        "place": blind.digest("codes asked from", places.counted(place)),
        "sealed": sealing.seal(SEALED, sealing.place(transaction), number.encode()),
        "made": at,
        "ends": at + bounds.lifetime("sms"),
        "since": at - timedelta(minutes=limit["minutes"]),
        "most": limit["count"],
    }
    db.execute(
        """
        insert into access_code (id, kind, account, blind, prefix, place, sealed, made, ends)
        select %(id)s, %(kind)s, %(account)s, %(blind)s, %(prefix)s, %(place)s, %(sealed)s, %(made)s, %(ends)s
        where (select count(*) from access_code where place = %(place)s and made > %(since)s) < %(most)s
        """,
        values,
    )
    db.execute("notify sosuckhoe_work")
    return transaction


def send_waiting(at: datetime) -> int:
    """Make and send the codes that were asked for, within the bounds of sending; how many were looked at.

    One that its sender fails on rests for a while, as news does, and ends with its time.
    """
    with db.atomic():
        waiting = db.rows(
            "select id, kind, blind, prefix, place, sealed, ends from access_code"
            " where sealed is not null and id <> all (%s::uuid[]) order by made limit %s for update skip locked",
            (_resting.now(), MOST_A_TURN),
        )
        return _resting.take(waiting, lambda row: _send(row, at))


def _send(row: Any, at: datetime) -> None:
    is_wanted = row.ends > at and (row.kind == _CHANGE or phones.accounts_at(row.blind, at))
    if is_wanted and sending.is_offered() and room.is_left(row.blind, row.prefix, at, place=row.place):
        code = f"{secrets.randbelow(10 ** bounds.code(_SMS)['digits']):0{bounds.code(_SMS)['digits']}d}"
        db.execute(
            "update access_code set sealed = null, digest = %s, sent = %s where id = %s",
            (_digest(row.id, code), at, row.id),
        )
        minutes = bounds.code(_SMS)["minutes"]
        number = sealing.unseal(SEALED, sealing.place(row.id), row.sealed).decode()
        sending.send(number, sending.words("code", code=code, minutes=minutes), at)
    else:
        db.execute("update access_code set sealed = null where id = %s", (row.id,))


def remove_unsent(at: datetime) -> int:
    """Codes that were asked for by nobody's account, never sent, and have ended, go; how many.

    Not sooner: while a code might be typed, a number that nobody here has is answered as slowly as any other.
    """
    return db.execute("delete from access_code where sent is null and account is null and ends < %s", (at,))


def redeem(transaction: UUID, code: str, at: datetime, *, account: int | None = None) -> bytes | None:
    """The digest of the number that a code by SMS has proved, once; None for every fault. Each call is a try."""
    row = db.one(
        """
        update access_code set tries = tries + 1
        where id = %s and kind = %s and account is not distinct from %s and used is null and ends > %s and tries < %s
        returning digest, blind
        """,
        (transaction, _CHANGE if account else _SMS, account, at, bounds.code(_SMS)["tries"]),
    )
    expected = bytes(row.digest) if row and row.digest else bytes(32)
    is_right = hmac.compare_digest(_digest(transaction, code), expected)
    if row is None or not is_right or not _use(transaction, at):
        return None
    return bytes(row.blind)


def prove(transaction: UUID, at: datetime) -> bytes | None:
    """One try to prove which person, after the code: the number's digest, or None when no try is left."""
    bound = bounds.code("proof")
    row = db.one(
        """
        update access_code set proofs = proofs + 1
        where id = %s and used > %s and done is null and proofs < %s returning blind
        """,
        (transaction, at - timedelta(minutes=bound["minutes"]), bound["tries"]),
    )
    return bytes(row.blind) if row else None


def finish(transaction: UUID, at: datetime) -> bool:
    """The proof succeeded: the transaction is over. False when it was over already."""
    return bool(db.execute("update access_code set done = %s where id = %s and done is null", (at, transaction)))


def print_for(actor: Actor, account: Account, at: datetime) -> str:
    """A code on paper that activates an account; the papers before it end. This is the one time it can be read."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(bounds.code(_PAPER)["letters"]))
    with db.atomic():
        db.execute(
            "update access_code set ends = %s where kind = %s and account = %s and used is null and ends > %s",
            (at, _PAPER, account.pk, at),
        )
        db.execute(
            "insert into access_code (id, kind, account, blind, prefix, made, ends)"
            " values (%s, %s, %s, %s, '', %s, %s)",
            (uuid4(), _PAPER, account.pk, _paper(letters), at, at + bounds.lifetime(_PAPER)),
        )
        audit.record(actor, "print-code", kind="account", person=account.person, at=at)
    return spaced(letters)


def paper_account(text: str, at: datetime) -> tuple[UUID, int] | None:
    """The transaction and the account of a code on paper; None for every fault. Each call is a try."""
    row = db.one(
        """
        update access_code set tries = tries + 1
        where kind = %s and blind = %s and used is null and ends > %s and tries < %s returning id, account
        """,
        (_PAPER, _paper(cleaned(text)), at, bounds.code(_PAPER)["tries"]),
    )
    return (row.id, row.account) if row else None


def use_paper(transaction: UUID, at: datetime) -> bool:
    """The code on paper is used up. False when somebody was quicker."""
    return _use(transaction, at)


def spaced(letters: str) -> str:
    """'ABCDEFGH' → 'ABCD-EFGH'."""
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def cleaned(text: str) -> str:
    """A code as it is kept, from how people type it: O and 0, I and 1 are not among its signs."""
    return "".join(sign for sign in text.upper() if sign in ALPHABET)


def _use(transaction: UUID, at: datetime) -> bool:
    return bool(db.execute("update access_code set used = %s where id = %s and used is null", (at, transaction)))


def _digest(transaction: UUID, code: str) -> bytes:
    return blind.digest("code", str(transaction), code.strip())


def _paper(letters: str) -> bytes:
    return blind.digest("paper", letters)
