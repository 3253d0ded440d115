"""Whether one more message may go out: the bounds of sending (`data/sign_in.yaml`), over codes and news together."""

from __future__ import annotations

from datetime import datetime, timedelta

from sosuckhoe.access import bounds
from sosuckhoe.base import db

_SENT = """
select (select count(*) from sent where blind = %(blind)s and sent > %(soon)s) as soon,
    (select count(*) from sent where blind = %(blind)s and sent > %(day)s) as number,
    (select count(*) from sent where prefix = %(prefix)s and sent > %(day)s) as prefix,
    (select count(*) from sent where sent > %(day)s) as everybody,
    (select count(*) from access_code where place = %(place)s and sent > %(soon_there)s) as soon_there,
    (select count(*) from access_code where place = %(place)s and sent > %(day)s) as there
"""
_BOTH = "select blind, prefix, sent from access_code union all select blind, prefix, sent from access_notice"


def is_left(number: bytes, prefix: bytes, at: datetime, *, place: bytes | None = None) -> bool:
    """Whether a message stays within the bounds of the number, its prefix, the day and the budget. By digests.

    `place`: of the network address that asked for it; None for news, which nobody asks for.
    """
    limits = bounds.sending()
    soon, soon_there = (at - timedelta(minutes=limits[one]["minutes"]) for one in ("a_number", "a_place"))
    day = at - timedelta(days=1)
    found = db.one(
        f"with sent as not materialized ({_BOTH}) {_SENT}",
        {"blind": number, "prefix": prefix, "place": place, "soon": soon, "soon_there": soon_there, "day": day},
    )
    return bool(
        found.soon < limits["a_number"]["count"]
        and found.number < limits["a_number_a_day"]
        and found.prefix < limits["a_prefix_a_day"]
        and found.everybody < limits["a_day"]
        and found.soon_there < limits["a_place"]["count"]
        and found.there < limits["a_place_a_day"]
    )


def is_left_of_kind(number: bytes, kind: str, at: datetime) -> bool:
    """Whether a number may be told of one more emergency today, or of one more change of what opens its account.

    Messages of other kinds do not count: none silences it.
    """
    sent = "select count(*) from access_notice where blind = %s and kind = %s and sent > %s"
    count: int = db.value(sent, (number, kind, at - timedelta(days=1)))
    most: int = bounds.sending()["emergencies_a_number_a_day"]
    return count < most
