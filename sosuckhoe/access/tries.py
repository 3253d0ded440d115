"""Refused tries to sign in, in the trace: the first of a window line by line, the others as one line with their number.

A window is of one way and one account, or of one way and one network address where the account is nobody's. So whoever
goes on trying makes the trace grow by so many lines a window, and it says how many tries there were.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sosuckhoe.access import audit, blind, bounds, places, sign_in
from sosuckhoe.access.actor import STRANGER
from sosuckhoe.base import db

MOST_AT_ONCE = 500


def note(place: str, account: int | None, detail: str, at: datetime) -> None:
    """Trace a refused try in a way (`detail`): by a line, or as one more that the window has counted."""
    whose = ("tries at", places.counted(place)) if account is None else ("tries of", str(account))
    key = blind.digest(*whose, detail)
    with db.atomic():
        _tell("key = %s and began <= %s", (key, at - _window()), at)
        count = db.value(
            """
            insert into access_try as known (key, account, detail, began, count) values (%s, %s, %s, %s, 1)
            on conflict (key) do update set count = known.count + 1 returning count
            """,
            (key, account, detail, at),
        )
        if count <= bounds.traced()["lines"]:
            _write(account, detail, at)


def tell_ended(at: datetime) -> None:
    """End the windows that are over: a line for each that counted more than it wrote."""
    with db.atomic():
        some = "key in (select key from access_try where began <= %s limit %s for update skip locked)"
        _tell(some, (at - _window(), MOST_AT_ONCE), at)


def _tell(which: str, values: tuple[object, ...], at: datetime) -> None:
    ended = f"delete from access_try where {which} returning account, detail, count"  # noqa: S608 -- conditions from above
    for row in db.rows(ended, values):
        more = row.count - bounds.traced()["lines"]
        if more > 0:
            _write(row.account, f"{row.detail} +{more}", at)


def _write(account: int | None, detail: str, at: datetime) -> None:
    actor = sign_in.actor_of_account(account) or STRANGER
    audit.record(actor, "sign-in", kind="account", person=None, outcome="refused", detail=detail, at=at)


def _window() -> timedelta:
    return timedelta(minutes=bounds.traced()["minutes"])
