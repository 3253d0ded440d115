"""Working days: Monday to Friday without the public holidays of `data/holidays.yaml`. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from sosuckhoe.base import facts
from sosuckhoe.base.clock import VIETNAM

_SATURDAY = 5


def after(at: datetime, days: int) -> datetime:
    """So many working days later, at the same hour. Days are days of Vietnam."""
    while days:
        at += timedelta(days=1)
        days -= is_working(at.astimezone(VIETNAM).date())
    return at


def is_working(day: date) -> bool:
    """Whether offices are open."""
    free, worked = _listed()
    return day in worked or (day.weekday() < _SATURDAY and day not in free)


@cache
def _listed() -> tuple[frozenset[date], frozenset[date]]:
    years = facts.read_yaml(Path(__file__).parent / "data" / "holidays.yaml")["years"].values()
    return frozenset(day for year in years for day in year["free"]), frozenset(
        day for year in years for day in year["worked"]
    )
