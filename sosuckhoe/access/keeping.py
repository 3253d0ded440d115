"""How long what is kept is kept (`data/retention.yaml`), and which tables of access that means. Pure.

Every room has a module `keeping` with `KEPT`, its rows that have an end, and `STAYS`, its other tables by their class.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sosuckhoe.base import facts
from sosuckhoe.base.clock import VIETNAM

REMOVE, EMPTY = "remove", "empty"
_ACCOUNT = "(select a.person from access_account a where a.id = r.account)"
_TOLD = "select a.person from access_phone p join access_account a on a.id = p.account where p.blind = r.blind"
"""Who has, or had, the telephone that a message is for."""


class Kept(NamedTuple):
    """Rows of a table whose time ends.

    `ended`: SQL of the moment (of a row `r`) from which the class's time runs, null: not yet. `key`: the columns that
    name a row. `person`: SQL of whose it is, or a query of all whose it is (it may look at the hold `h`), '' where
    the row cannot say: the class tells why (`unheld` of `data/retention.yaml`). `empties`: a
    column and what an emptied row has there. `also`: tables of parts, with the columns that name the whole there
    and here.
    """

    name: str
    table: str
    key: tuple[str, ...]
    ended: str
    person: str = ""
    empties: tuple[str, str] | None = None
    also: tuple[tuple[str, str, str], ...] = ()


KEPT = (
    Kept("code", "access_code", ("id",), "r.ends", _ACCOUNT),
    Kept("code", "access_desk_code", ("digest",), "r.expires", "r.person"),
    Kept("message", "access_notice", ("id",), "r.made", _TOLD),
    Kept("message", "access_stub_message", ("id",), "r.at"),
    Kept("failure", "access_failure", ("key",), "r.last"),
    Kept("session", "access_session", ("id",), "coalesce(r.ended, r.ends)", _ACCOUNT),
    Kept("token", "access_token", ("digest",), "r.expires", _ACCOUNT),
    Kept("app", "access_app_family", ("id",), "coalesce(r.ended, r.until)", f"coalesce(r.person, {_ACCOUNT})"),
    Kept("means", "access_phone", ("id",), "r.until", _ACCOUNT),
    Kept("means", "access_card", ("id",), "r.ended", _ACCOUNT),
    Kept("queue", "access_queue", ("facility", "day", "number"), "r.at", "r.person"),
    Kept("tie", "access_tie", ("bucket", "person", "facility", "basis"), "r.until", "r.person"),
    Kept("narrowed", "access_narrowed", ("bucket", "person"), "r.at", "r.person"),
    Kept("request", "access_request", ("bucket", "id"), "r.answered", "r.person"),
)
STAYS = {
    "access_account": "account",
    "access_app": "register",
    "access_app_assertion": "app-token",
    "access_app_key": "house",
    "access_app_launch": "app-token",
    "access_app_token": "app-token",
    "access_audit": "trace",
    "access_custody": "consent",
    "access_data_key": "house",
    "access_emergency": "consent",
    "access_exclusion": "consent",
    "access_grant": "consent",
    "access_hidden": "consent",
    "access_hold": "consent",
    "access_passkey": "account",
    "access_relation": "consent",
    "access_retention_night": "count",
    "access_round": "house",
    "access_seal": "trace",
    "access_seal_state": "trace",
    "access_seal_told": "trace",
    "access_totp": "account",
    "access_try": "try",
}


@cache
def words() -> dict[str, Any]:
    """`data/retention.yaml`."""
    return facts.read_yaml(Path(__file__).parent / "data" / "retention.yaml")


@cache
def applied() -> tuple[str, ...]:
    """The classes that the round applies, in the order of the file."""
    return tuple(name for name, entry in words()["classes"].items() if entry["then"] in {REMOVE, EMPTY})


def before(name: str, at: datetime) -> datetime:
    """What ended before this moment is over its time. Years are of the calendar: 29 February gives 1 March."""
    entry = words()["classes"][name]["keep"]
    local = at.astimezone(VIETNAM)
    years = entry.get("years", 0)
    try:
        then = local.replace(year=local.year - years)
    except ValueError:
        then = local.replace(year=local.year - years, month=3, day=1)
    return then - timedelta(days=entry.get("days", 0))
