"""Between the first proof and the second. The session names who waits, apart from who is signed in, for ten minutes.

It is bound to the password that was there: whoever waits when it changes, or when the account begins anew, waits for
nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare

from sosuckhoe.access import accounts, blind, passkeys, totp
from sosuckhoe.access.models import Account
from sosuckhoe.base import clock
from sosuckhoe.doors.entrance import arriving

WAITING = "waiting"
_MINUTES = timedelta(minutes=10)


def has_second(account: Account) -> bool:
    """Whether an account has an app or a passkey."""
    return totp.has(account.pk) or bool(passkeys.listed(account.pk))


def wait(request: HttpRequest, account: Account, first: str) -> HttpResponse:
    """The first proof (`password`, `paper`) was right: on to the second one, or to get one."""
    after = request.session.get(arriving.AFTER, "")
    request.session.flush()
    until = (clock.now() + _MINUTES).isoformat()
    request.session[WAITING] = {"account": account.pk, "first": first, "until": until, "of": _mark(account)}
    request.session[arriving.AFTER] = after
    if first == "paper":
        return redirect("entrance:password")
    return redirect("entrance:second" if has_second(account) else "entrance:enrol")


def waiting(request: HttpRequest, *firsts: str) -> Account | None:
    """Who waits after one of these first proofs."""
    kept = request.session.get(WAITING)
    if not kept or kept["first"] not in firsts or datetime.fromisoformat(kept["until"]) < clock.now():
        return None
    account = accounts.active(kept["account"])
    return account if account and constant_time_compare(kept.get("of", ""), _mark(account)) else None


def _mark(account: Account) -> str:
    """What changes with the password, and with every invitation, which takes the password away."""
    return blind.digest("waiting", str(account.pk), account.password).hex()
