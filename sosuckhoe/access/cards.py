"""Cards for people without a telephone: a QR code that holds 120 bits of chance, and a PIN set at a desk.

Of the code only a keyed digest is kept; the PIN is hashed as a password is, after a keyed digest that binds it to its
card, so that a copy of the table alone tells no PIN of six figures.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.contrib.auth.hashers import check_password, make_password

from sosuckhoe.access import audit, blind, codes, phones, pins, policy, sending, sign_in
from sosuckhoe.access.actor import Actor
from sosuckhoe.access.models import Account
from sosuckhoe.base import db, facts
from sosuckhoe.base.errors import Problem

_LETTERS = 24
_LOCK = 0x4341


class Card(NamedTuple):
    """A card that was given out. `facility`: the code of the desk; `ended`: None while it is good."""

    made: datetime
    facility: str
    is_locked: bool
    ended: datetime | None
    why: str


@cache
def words() -> dict[str, Any]:
    """`data/cards.yaml`."""
    return facts.read_yaml(Path(__file__).parent / "data" / "cards.yaml")


def chance_pin(born: str) -> str:
    """A PIN for those who do not choose one."""
    figures = words()["pin_figures"]
    made = (f"{secrets.randbelow(10**figures):0{figures}d}" for _ in iter(int, 1))
    return next(pin for pin in made if not pins.is_weak(pin, born))


def check_pin(pin: str, born: str) -> None:
    """Problem SSK-1162 for a PIN that is none, or is guessed first."""
    if len(pin) != words()["pin_figures"] or not (pin.isascii() and pin.isdigit()) or pins.is_weak(pin, born):
        raise Problem("SSK-1162")


def issue(actor: Actor, account: Account, pin: str, proof: str, born: str, at: datetime) -> str:
    """Give out a card; the one before ends. Its code can be read this one time.

    `proof`: how the person was known (`data/cards.yaml`). Raises SSK-1162 for a weak PIN, SSK-1163 without a proof,
    SSK-1002 where policy forbids it. Telephones of the account, if there are any, are told.
    """
    check_pin(pin, born)
    if proof not in words()["proofs"]:
        raise Problem("SSK-1163")
    letters = "".join(secrets.choice(codes.ALPHABET) for _ in range(_LETTERS))
    with db.atomic():
        policy.check(actor, "activate", "account", person=account.person)
        db.value("select pg_advisory_xact_lock(%s, %s)", (_LOCK, account.pk % 2**31))
        _end(account.pk, "replaced", at)
        db.execute(
            "insert into access_card (id, account, pin, facility, clerk, proof, made)"
            " values (%s, %s, %s, %s, %s, %s, %s)",
            (_id(letters), account.pk, make_password(_bound(letters, pin)), actor.facility, actor.account, proof, at),
        )
        audit.record(actor, "issue-card", kind="account", person=account.person, detail=proof, at=at)
        phones.tell(account.pk, sending.words("card"), at)
    return codes.spaced(letters)


def enter(code: str, pin: str, at: datetime) -> Account:
    """Whose card it is. Each call is a try. Problem SSK-1160 for every fault, SSK-1161 for a card that is locked."""
    letters = cleaned(code)
    row = db.one(
        "update access_card set tries = tries + 1 where id = %s and ended is null returning account, pin, tries",
        (_id(letters),),
    )
    if row and row.tries > words()["tries"]:
        raise Problem("SSK-1161")
    is_right = check_password(_bound(letters, pin), row.pin if row else _nobodys_pin())
    account = Account.objects.filter(pk=row.account, is_active=True).first() if row else None
    if row is None or account is None or not is_right:
        _refuse(account, row.tries if row else 0, at)
        raise Problem("SSK-1160")
    db.execute("update access_card set tries = 0 where id = %s", (_id(letters),))
    return account


def end_own(account: Account, at: datetime) -> None:
    """The owner ends the card. Problem SSK-1002 when there is none."""
    end(sign_in.actor_for(account), account, "owner", at)


def end_at_desk(actor: Actor, account: Account, at: datetime) -> None:
    """A desk ends the card of somebody whom it has received. Problem SSK-1002 when there is none."""
    with db.atomic():
        policy.check(actor, "activate", "account", person=account.person)
        end(actor, account, "desk", at)


def end(actor: Actor, account: Account, why: str, at: datetime) -> None:
    """End the living card, and what is signed in with it. Problem SSK-1002 when there is none."""
    with db.atomic():
        if not _end(account.pk, why, at):
            raise Problem("SSK-1002")
        audit.record(actor, "end-card", kind="account", person=account.person, detail=why, at=at)


def end_silently(account: int, at: datetime) -> None:
    """The account was disabled or begins anew: whatever card it had is worth nothing."""
    _end(account, "account", at)


def of_account(account: int) -> Card | None:
    """The newest card of an account."""
    return _read("account = %s", (account,))


def given_to(person: int, since: datetime) -> Card | None:
    """The newest card that opens a person's book and was given out since: what the owner is told."""
    return _read(
        "account in (select id from access_account where person = %s and role = 'citizen') and made >= %s",
        (person, since),
    )


def cleaned(text: str) -> str:
    """The code of a card as it is kept, from the card's address as a scanner types it, or from the code alone."""
    return codes.cleaned(text.rstrip("/").rpartition("/")[2])


def _read(where: str, values: tuple[object, ...]) -> Card | None:
    row = db.one(
        f"select made, facility, tries, ended, why from access_card where {where} order by made desc limit 1",  # noqa: S608 -- conditions from above
        values,
    )
    return Card(row.made, row.facility, row.tries >= words()["tries"], row.ended, row.why) if row else None


def _end(account: int, why: str, at: datetime) -> int:
    ended = db.execute(
        "update access_card set ended = %s, why = %s where account = %s and ended is null", (at, why, account)
    )
    db.execute(
        "update access_session set ended = %s where account = %s and how = 'card' and ended is null", (at, account)
    )
    return ended


def _refuse(account: Account | None, tries: int, at: datetime) -> None:
    """A wrong PIN of a card that exists is its owner's to know."""
    if account is not None:
        detail = "card-locked" if tries >= words()["tries"] else "card"
        actor = sign_in.actor_for(account)
        audit.record(actor, "sign-in", kind="account", person=account.person, outcome="refused", detail=detail, at=at)


@cache
def _nobodys_pin() -> str:
    """Checked when there is no such card, so that it takes the same time."""
    return make_password(secrets.token_hex())


def _id(letters: str) -> bytes:
    return blind.digest("card", letters)


def _bound(letters: str, pin: str) -> str:
    return blind.digest("card pin", letters, pin).hex()
