"""After failures the next try waits, longer each time. Nobody is locked out by strangers.

Three counts: of a network address, of an account from that address, and of an account from addresses that it was never
signed in from. The last one does not hold for the owner's own places. A name that nobody has is counted as an account
is, so that waiting tells nobody which names there are.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sosuckhoe.access import blind, bounds, places, sessions, tries
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem

_FREE_OF_AN_ADDRESS = 10
"""Times as many failures as an account's are free for an address: many people share one."""


def check(place: str, account: int | None, at: datetime, *, name: str = "") -> None:
    """Problem SSK-1111 while the next try has to wait; that somebody went on trying is in the trace (`tries`).

    `name`: what was typed, where that may be nobody's.
    """
    seconds = max(_wait(key, factor, at) for key, factor in _keys(place, account, name))
    if seconds > 0:
        tries.note(place, account, "waits", at)
        raise Problem("SSK-1111", seconds=int(seconds) + 1)


def failed(place: str, account: int | None, at: datetime, how: str, *, name: str = "") -> None:
    """Count a failure in a way of signing in (`how`) and trace it."""
    forgotten = at - timedelta(hours=bounds.delay()["forgotten_hours"])
    for key, _ in _keys(place, account, name):
        db.execute(
            """
            insert into access_failure as known (key, count, last) values (%s, 1, %s)
            on conflict (key) do update set
                count = case when known.last < %s then 1 else known.count + 1 end, last = excluded.last
            """,
            (key, at, forgotten),
        )
    tries.note(place, account, how, at)


def succeeded(place: str, account: int) -> None:
    """The account's failures from here are forgotten; those of the address stay."""
    db.execute("delete from access_failure where key = %s", (_pair(place, str(account)),))


def _keys(place: str, account: int | None, name: str) -> list[tuple[bytes, int]]:
    keys = [(blind.digest("failures at", places.counted(place)), _FREE_OF_AN_ADDRESS)]
    if account is None and not name:
        return keys
    whose = f"name {name}" if account is None else str(account)
    keys.append((_pair(place, whose), 1))
    if account is None or not sessions.has_been_at(account, place):
        keys.append((blind.digest("failures of", whose), 1))
    return keys


def _pair(place: str, whose: str) -> bytes:
    return blind.digest("failures of at", whose, places.counted(place))


def _wait(key: bytes, factor: int, at: datetime) -> float:
    row = db.one("select count, last from access_failure where key = %s", (key,))
    bound = bounds.delay()
    over = row.count - bound["free"] * factor if row else 0
    if over < 0 or row is None or over == 0:
        return 0.0
    wait = min(bound["first_seconds"] * 2 ** min(over - 1, 20), bound["longest_seconds"])
    ends: datetime = row.last + timedelta(seconds=wait)
    return (ends - at).total_seconds()
