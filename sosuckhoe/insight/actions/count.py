"""Count what has been filed.

A batch is one transaction: the filings taken, every count, and how far it has come. A killed process leaves the
filings uncounted; a filing that was counted is not handed over again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sosuckhoe.base import db
from sosuckhoe.exchange.actions.count import count_again, take_uncounted
from sosuckhoe.insight.actions import check_ins, merged, people, sent

MOST_ARRIVALS = 500
"""A batch shares its round trips among so many arrivals; a larger one gains little and is seen later."""

_LOCK = 0x5353_4B20


def count(at: datetime, most: int = MOST_ARRIVALS) -> int:
    """Count the oldest uncounted filings; how many. 0 as well while another process is counting."""
    with db.atomic():
        if not db.value("select pg_try_advisory_xact_lock(%s)", (_LOCK,)):
            return 0
        merged.count()
        arrivals = take_uncounted(most)
        if arrivals:
            people.count(arrivals)
            check_ins.count(arrivals)
            sent.count(arrivals)
        _note(len(arrivals), at if len(arrivals) < most else _newest(arrivals))
    return len(arrivals)


def _newest(arrivals: Sequence[int]) -> datetime:
    """When the newest of these was filed: with more waiting, the counts are not of now."""
    newest: datetime = db.value("select max(at) from exchange_filing where arrival = any(%s)", (list(arrivals),))
    return newest


def begin_again(at: datetime) -> None:
    """Throw all counts away, to be made anew from exchange's tables: after the rules of counting have changed."""
    with db.atomic():
        db.value("select pg_advisory_xact_lock(%s)", (_LOCK,))
        db.execute(
            "truncate insight_person, insight_cell, insight_checked_in, insight_hour, insight_sent, insight_broken"
        )
        db.execute("delete from insight_state")
        count_again()
        _note(0, at)


def _note(arrivals: int, at: datetime) -> None:
    db.execute(
        """
        insert into insight_state as state (arrivals, as_of) values (%s, %s)
        on conflict (single) do update set arrivals = state.arrivals + excluded.arrivals, as_of = excluded.as_of
        """,
        (arrivals, at),
    )
