"""Telephones of accounts: written alike, found by a keyed digest, changed with a delay."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sosuckhoe.access import audit, blind, bounds, sending, sign_in
from sosuckhoe.access.actor import Actor
from sosuckhoe.access.models import Account
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem

PREFIX_DIGITS = 6
_NOISE = re.compile(r"[\s.()-]")
_MOBILE = re.compile(r"0[35789][0-9]{8}")


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
    return blind.digest("phone", phone)


def accounts_at(number: bytes, at: datetime) -> list[Account]:
    """The active accounts that may use a number now, by its digest."""
    found = db.tuples(
        "select distinct account from access_phone where blind = %s and since <= %s and (until is null or until > %s)",
        (number, at, at),
    )
    return list(Account.objects.filter(pk__in=[row[0] for row in found], is_active=True).order_by("pk"))


def of_account(account: int, at: datetime) -> list[Any]:
    """An account's telephones: id, last digits, since, is_waiting."""
    found = db.rows(
        """
        select id, sealed, since, since > %s as is_waiting from access_phone
        where account = %s and (until is null or until > %s) order by since
        """,
        (at, account, at),
    )
    return [(row.id, blind.unseal(row.sealed)[-3:], row.since, row.is_waiting) for row in found]


def enter(actor: Actor, account: Account, phone: str, at: datetime) -> datetime:
    """Give an account a number; from when on it is good: the first at once, a later one waits and the old is told."""
    number = written(phone)
    with db.atomic():
        db.value("select pg_advisory_xact_lock(%s, %s)", (0x5048, account.pk % 2**31))
        old = db.tuples(
            "select sealed from access_phone where account = %s and since <= %s and (until is null or until > %s)",
            (account.pk, at, at),
        )
        since = at + bounds.phone_hold() if old else at
        db.execute(
            "update access_phone set until = %s where account = %s and (until is null or until > %s)",
            (since, account.pk, since),
        )
        db.execute(
            "insert into access_phone (account, blind, sealed, since) values (%s, %s, %s, %s)",
            (account.pk, blind_of(number), blind.seal(number), since),
        )
        audit.record(actor, "change-phone", kind="account", person=account.person, at=at)
        for (sealed,) in old:
            sending.send(blind.unseal(sealed), sending.words("phone-changes"), at)
    return since


def tell(account: int, text: str, at: datetime) -> int:
    """Send words to the telephones that an account has now; how many there are."""
    living = db.tuples(
        "select sealed from access_phone where account = %s and since <= %s and (until is null or until > %s)",
        (account, at, at),
    )
    for (sealed,) in living:
        sending.send(blind.unseal(sealed), text, at)
    return len(living)


def keep_old(account: Account, at: datetime) -> None:
    """Stop a change that still waits: the old number stays."""
    with db.atomic():
        db.execute("delete from access_phone where account = %s and since > %s", (account.pk, at))
        db.execute(
            "update access_phone set until = null where account = %s and since <= %s and until > %s",
            (account.pk, at, at),
        )
        audit.record(sign_in.actor_for(account), "keep-phone", kind="account", person=account.person, at=at)
