"""Today is an argument: rules take `on` or `at`; only doors and jobs ask this clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""The country has kept one offset, without summer time, since 13 June 1975."""


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The date in Vietnam."""
    return datetime.now(VIETNAM).date()


def day_of(at: datetime) -> date:
    """The day in Vietnam of a moment with its zone: from seven hours before midnight in UTC it is the next one."""
    return at.astimezone(VIETNAM).date()
