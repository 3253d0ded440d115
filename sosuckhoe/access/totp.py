"""Codes of an authenticator app (RFC 6238). Each step's code works once."""

from __future__ import annotations

from datetime import datetime

import pyotp

from sosuckhoe.access import audit, sign_in
from sosuckhoe.access.models import Account
from sosuckhoe.base import db, sealing

_STEP_SECONDS = 30
SEALED = "access totp"
"""The purpose of `access_totp.sealed`, bound to the account."""


def new_secret() -> str:
    """A secret of 160 bits, in base 32."""
    return pyotp.random_base32()


def address(secret: str, account: Account) -> str:
    """What the app scans."""
    return pyotp.TOTP(secret).provisioning_uri(name=account.username, issuer_name="So Suc Khoe")


def confirm(account: Account, secret: str, code: str, at: datetime) -> bool:
    """Keep a secret whose code was right, for an account that has none: of two at the same time one gets nothing."""
    step = _step_of(secret, code, at)
    if step is None:
        return False
    with db.atomic():
        kept = db.execute(
            "insert into access_totp (account, sealed, made, last) values (%s, %s, %s, %s) on conflict do nothing",
            (account.pk, sealing.seal(SEALED, sealing.place(account.pk), secret.encode()), at, step),
        )
        if not kept:
            return False
        audit.record(sign_in.actor_for(account), "add-totp", kind="account", person=account.person, at=at)
    return True


def check(account: int, code: str, at: datetime) -> bool:
    """Whether a code is right, and newer than the last one used."""
    row = db.one("select sealed from access_totp where account = %s", (account,))
    step = _step_of(_opened(account, row.sealed), code, at) if row else None
    return step is not None and bool(
        db.execute("update access_totp set last = %s where account = %s and last < %s", (step, account, step))
    )


def has(account: int) -> bool:
    """Whether an account uses an app."""
    return bool(db.value("select true from access_totp where account = %s", (account,)))


def _opened(account: int, sealed: bytes) -> str:
    return sealing.unseal(SEALED, sealing.place(account), sealed).decode()


def _step_of(secret: str, code: str, at: datetime) -> int | None:
    """The step whose code this is: now, or one before or after, for clocks that differ."""
    now, made = int(at.timestamp()) // _STEP_SECONDS, pyotp.TOTP(secret)
    steps = (step for step in (now - 1, now, now + 1) if pyotp.utils.strings_equal(made.generate_otp(step), code))
    return next(steps, None)
