"""Until when a guardian holds a child's book: the birthdays of `data/ages.yaml`. Pure."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sosuckhoe.base import facts

_WHOLE, _YEAR_AND_MONTH = 10, 7


class Until(NamedTuple):
    """`full`: from this day on the level is `see`; `end`: from this day on there is nothing."""

    full: date | None
    end: date | None


def until(born: str) -> Until:
    """The days of hand-over of somebody born on a date as known ('2024', '2024-05', '2024-05-17'); none without one.

    Of a date that is not known to the day the earliest counts: nobody's book is held too long.
    """
    start = born if len(born) == _WHOLE else f"{born}-01" if len(born) == _YEAR_AND_MONTH else f"{born}-01-01"
    try:
        birth = date.fromisoformat(start)
    except ValueError:
        return Until(None, None)
    return Until(birthday(birth, ages()["full_until"]), birthday(birth, ages()["until"]))


def birthday(birth: date, age: int) -> date:
    """The day on which somebody is so many years old; who was born on 29 February is so on 1 March."""
    try:
        return birth.replace(year=birth.year + age)
    except ValueError:
        return date(birth.year + age, 3, 1)


@cache
def ages() -> dict[str, Any]:
    """`data/ages.yaml`."""
    return facts.read_yaml(Path(__file__).parent / "data" / "ages.yaml")
