"""Quantities: a value with a UCUM unit or a calendar duration. https://hl7.org/fhirpath/#quantity"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from sosuckhoe.clinical.ucum import unit

_WORDS = ("year", "month", "week", "day", "hour", "minute", "second", "millisecond")
CALENDAR = {**{word: word for word in _WORDS}, **{f"{word}s": word for word in _WORDS}}
"""Words of calendar durations → their singular."""

DEFINITE = {"week": "wk", "day": "d", "hour": "h", "minute": "min", "second": "s", "millisecond": "ms"}
"""Calendar durations that are the same as a UCUM unit; a year and a month are not."""

_MONTHS = {"year": 12, "month": 1}
_TEXT = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*(?:'([^']+)'|([a-zA-Z]+))?")


class Quantity(NamedTuple):
    """`is_calendar` when the unit was written as a word: `4 days`."""

    value: Decimal
    unit: str
    is_calendar: bool = False

    def __str__(self) -> str:
        return f"{self.value} {self.unit}" if self.is_calendar else f"{self.value} '{self.unit}'"


class Pair(NamedTuple):
    """Two values in one unit, the coarser one, and how many decimals the less precise of them has there."""

    left: Decimal
    right: Decimal
    decimals: int


def parse(text: str) -> Quantity | None:
    """A quantity as text (`1 day`, `1 'wk'`, `1.0`)."""
    match = _TEXT.fullmatch(text)
    if match is None or (match.group(3) and match.group(3) not in CALENDAR):
        return None
    return Quantity(Decimal(match.group(1)), match.group(2) or match.group(3) or "1", match.group(3) is not None)


def months_of(one: Quantity) -> Decimal | None:
    """The value in months when the unit is the calendar's year or month."""
    count = _MONTHS.get(CALENDAR.get(one.unit, "")) if one.is_calendar else None
    return None if count is None else one.value * count


def ucum_of(one: Quantity, *, loosely: bool = False) -> str | None:
    """The UCUM code of the unit; a calendar's year and month have one only when `loosely`."""
    if not one.is_calendar:
        return one.unit
    word = CALENDAR[one.unit]
    return DEFINITE.get(word) or ({"year": "a", "month": "mo"}[word] if loosely else None)


def pair(left: Quantity, right: Quantity, *, loosely: bool = False) -> Pair | None:
    """Both in one unit; None when the units cannot be compared."""
    left_months, right_months = months_of(left), months_of(right)
    if left_months is not None and right_months is not None:
        return Pair(left_months, right_months, 0)
    codes = ucum_of(left, loosely=loosely), ucum_of(right, loosely=loosely)
    if codes[0] is None or codes[1] is None:
        return None
    if codes[0] == codes[1]:
        return Pair(left.value, right.value, min(decimals(left.value), decimals(right.value)))
    return _converted(left, right, codes[0], codes[1])


def _converted(left: Quantity, right: Quantity, left_code: str, right_code: str) -> Pair | None:
    one, other = unit(left_code), unit(right_code)
    if one is None or other is None or one.dimensions != other.dimensions:
        return None
    if one.factor >= other.factor:
        return Pair(left.value, right.value * other.factor / one.factor, decimals(left.value))
    return Pair(left.value * one.factor / other.factor, right.value, decimals(right.value))


def decimals(value: Decimal) -> int:
    """How many digits stand after the point."""
    return max(0, -int(value.as_tuple().exponent))


def times(left: Quantity, right: Quantity, *, divide: bool) -> Quantity | None:
    """Product or quotient, in the product or quotient of the units; None for a calendar's year or month, or by 0."""
    one, other = ucum_of(left), ucum_of(right)
    if one is None or other is None or (divide and not right.value):
        return None
    if divide:
        return Quantity(left.value / right.value, "1" if one == other else f"({one})/({other})")
    return Quantity(left.value * right.value, other if one == "1" else one if other == "1" else f"({one}).({other})")
