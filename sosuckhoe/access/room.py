"""Whether one more message may go out: the bounds of sending (`data/sign_in.yaml`), over codes and news together."""

from __future__ import annotations

from datetime import datetime, timedelta

from sosuckhoe.access import bounds
from sosuckhoe.base import db

_SENT = """
select (select count(*) from sent where blind = %(blind)s and sent > %(soon)s) as soon,
    (select count(*) from sent where blind = %(blind)s and sent > %(day)s) as number,
    (select count(*) from sent where prefix = %(prefix)s and sent > %(day)s) as prefix,
    (select count(*) from sent where sent > %(day)s) as everybody
"""
_BOTH = "select blind, prefix, sent from access_code union all select blind, prefix, sent from access_notice"


def is_left(number: bytes, prefix: bytes, at: datetime) -> bool:
    """Whether a message stays within the bounds of the number, its prefix, the day and the budget. By digests."""
    limits = bounds.sending()
    soon, day = at - timedelta(minutes=limits["a_number"]["minutes"]), at - timedelta(days=1)
    found = db.one(
        f"with sent as not materialized ({_BOTH}) {_SENT}",
        {"blind": number, "prefix": prefix, "soon": soon, "day": day},
    )
    return bool(
        found.soon < limits["a_number"]["count"]
        and found.number < limits["a_number_a_day"]
        and found.prefix < limits["a_prefix_a_day"]
        and found.everybody < limits["a_day"]
    )


def is_left_for_emergency(number: bytes, at: datetime) -> bool:
    """Whether one more emergency may be told to a number today. Other messages to it do not count: none silences it."""
    sent = "select count(*) from access_notice where blind = %s and kind = 'emergency' and sent > %s"
    count: int = db.value(sent, (number, at - timedelta(days=1)))
    most: int = bounds.sending()["emergencies_a_number_a_day"]
    return count < most
