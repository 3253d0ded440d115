"""Telephones of accounts: written alike, found by a keyed digest, changed with a delay."""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from typing import Any, NamedTuple

from sosuckhoe.access import audit, blind, bounds, sending, sessions, sign_in
from sosuckhoe.access.actor import Actor
from sosuckhoe.access.models import Account
from sosuckhoe.base import blinding, db, sealing
from sosuckhoe.base.errors import Problem

_PREFIX_DIGITS = 6
_TOKEN_BYTES = 12
_NOISE = re.compile(r"[\s.()-]")
_MOBILE = re.compile(r"0[35789][0-9]{8}")
SEALED = "access phone"
"""The purpose of `access_phone.sealed`, bound to account and blind index."""


class Phone(NamedTuple):
    """A telephone of an account: its last three digits; `until`: when it ends, if it does."""

    digits: str
    since: datetime
    until: datetime | None
    is_waiting: bool


def written(text: str) -> str:
    """A Vietnamese mobile number as ten digits ('+84 912 345 678' too). Problem SSK-1110 when it is none."""
    digits = _NOISE.sub("", text)
    for foreign in ("+84", "0084", "84"):
        if digits.startswith(foreign) and len(digits) == len(foreign) + 9:
            digits = "0" + digits.removeprefix(foreign)
    if not _MOBILE.fullmatch(digits):
        raise Problem("SSK-1110")
    return digits


def blind_of(phone: str) -> bytes:
    """What the tables know a number by."""
    return blinding.blind("phone", phone)


def prefix_of(phone: str) -> bytes:
    """What bounds of sending know its first digits by: numbers that were bought in a row."""
    return blinding.blind("phone prefix", phone[:_PREFIX_DIGITS])


def sealed(account: int, number: str) -> bytes:
    """A number as `access_phone` keeps it: it opens for that account and under its own blind index only."""
    return sealing.seal(SEALED, sealing.place(account, blind_of(number)), number.encode())


def _opened(row: Any) -> str:
    return sealing.unseal(SEALED, sealing.place(row.account, bytes(row.blind)), row.sealed).decode()


def accounts_at(number: bytes, at: datetime) -> list[Account]:
    """The active accounts that may use a number now, by its digest."""
    found = db.tuples(
        "select distinct account from access_phone where blind = %s and since <= %s and (until is null or until > %s)",
        (number, at, at),
    )
    return list(Account.objects.filter(pk__in=[row[0] for row in found], is_active=True).order_by("pk"))


def of_account(account: int, at: datetime) -> list[Phone]:
    """An account's telephones, those too that are not good yet."""
    found = db.rows(
        """
        select account, blind, sealed, since, until, since > %s as is_waiting from access_phone
        where account = %s and (until is null or until > %s) order by since
        """,
        (at, account, at),
    )
    return [Phone(_opened(row)[-3:], row.since, row.until, row.is_waiting) for row in found]


def enter(actor: Actor, account: Account, phone: str, at: datetime, keep_at: str = "") -> datetime:
    """Give an account a number; from when on it is good: the first at once, a later one waits and the old is told.

    `keep_at`: the address of the page that stops the change, to which the message adds what opens it.
    """
    number = written(phone)
    with db.atomic():
        old = _living(account, at)
        since = at + bounds.phone_hold() if old else at
        db.execute("delete from access_phone where account = %s and since > %s", (account.pk, at))
        db.execute(
            "insert into access_phone (account, blind, sealed, since) values (%s, %s, %s, %s)",
            (account.pk, blind_of(number), sealed(account.pk, number), since),
        )
        audit.record(actor, "change-phone", kind="account", person=account.person, at=at)
        _end(old, since, keep_at, at)
    return since


def remove(actor: Actor, account: Account, at: datetime, keep_at: str = "") -> datetime | None:
    """Let an account have no telephone; from when on: it waits, and the old one is told. None: there is none."""
    with db.atomic():
        old = _living(account, at)
        if not old:
            return None
        until = at + bounds.phone_hold()
        db.execute("delete from access_phone where account = %s and since > %s", (account.pk, at))
        audit.record(actor, "remove-phone", kind="account", person=account.person, at=at)
        _end(old, until, keep_at, at)
    return until


def _living(account: Account, at: datetime) -> list[Any]:
    """The telephones that are good now, while nobody else changes them."""
    db.value("select pg_advisory_xact_lock(%s, %s)", (0x5048, account.pk % 2**31))
    return db.rows(
        """
        select id, account, blind, sealed from access_phone
        where account = %s and since <= %s and (until is null or until > %s)
        """,
        (account.pk, at, at),
    )


def _end(old: list[Any], until: datetime, keep_at: str, at: datetime) -> None:
    """End telephones at a later moment, and tell each how to stay."""
    for row in old:
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        db.execute(
            "update access_phone set until = %s, stops = %s where id = %s",
            (until, blind.digest("keep phone", token), row.id),
        )
        words = (
            sending.words("phone-changes-link", address=keep_at + token) if keep_at else sending.words("phone-changes")
        )
        sending.send(_opened(row), words, at)


def numbers_of(account: int, at: datetime) -> list[str]:
    """The numbers of an account that are good now."""
    living = db.rows(
        "select account, blind, sealed from access_phone "
        "where account = %s and since <= %s and (until is null or until > %s)",
        (account, at, at),
    )
    return [_opened(row) for row in living]


def tell(account: int, text: str, at: datetime) -> None:
    """Send words to the telephones that an account has now."""
    for number in numbers_of(account, at):
        sending.send(number, text, at)


def keep_old(account: Account, at: datetime) -> None:
    """Stop a change that still waits: the old number stays."""
    with db.atomic():
        db.execute("delete from access_phone where account = %s and since > %s", (account.pk, at))
        db.execute(
            "update access_phone set until = null, stops = null where account = %s and since <= %s and until > %s",
            (account.pk, at, at),
        )
        audit.record(sign_in.actor_for(account), "keep-phone", kind="account", person=account.person, at=at)


def is_kept_by(token: str, at: datetime) -> bool:
    """Whether this opens a change that still waits."""
    return _of_token(token, at) is not None


def keep_by(token: str, at: datetime) -> None:
    """By the message to the old telephone: it stays, and whoever is signed in to the account is not any more.

    Problem SSK-1165 when nothing waits for it.
    """
    with db.atomic():
        account = Account.objects.filter(pk=_of_token(token, at)).first()
        if account is None:
            raise Problem("SSK-1165")
        keep_old(account, at)
        sessions.end_all(account.pk, at)


def _of_token(token: str, at: datetime) -> int | None:
    found: int | None = db.value(
        "select account from access_phone where stops = %s and until > %s", (blind.digest("keep phone", token), at)
    )
    return found
