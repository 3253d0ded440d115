"""Moments as whole minutes: `day * 1440 + minute`, where a day is `date.toordinal()`. Local time of Vietnam."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

DAY = 1440
YEAR_DAYS = 365.25
YEAR = YEAR_DAYS * DAY


@lru_cache(maxsize=8192)
def day_text(day: int) -> str:
    """A day as yyyyMMdd."""
    return date.fromordinal(day).strftime("%Y%m%d")


def stamp(moment: int) -> str:
    """A moment as yyyyMMddHHmm."""
    day, minute = divmod(moment, DAY)
    return f"{day_text(day)}{minute // 60:02d}{minute % 60:02d}"


def stamp_day(moment: int) -> str:
    """The day of a moment as yyyyMMdd."""
    return day_text(moment // DAY)


@lru_cache(maxsize=8192)
def date_of(day: int) -> date:
    """The date of a day."""
    return date.fromordinal(day)


def as_datetime(moment: int) -> datetime:
    """A moment as a naive local datetime."""
    day, minute = divmod(moment, DAY)
    on = date_of(day)
    return datetime(on.year, on.month, on.day, minute // 60, minute % 60)  # noqa: DTZ001 -- local time, as the files have it


def years_between(earlier: int, later: int) -> float:
    """Years from one moment to another: an age."""
    return (later - earlier) / YEAR
