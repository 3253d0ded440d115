"""Date parameters. https://hl7.org/fhir/R4/search.html#date

Every value is a half-open range [low, high): a day lasts a day, a second a second. A time without a zone is
Vietnam's. An open end of a period is the end of time (the year 9999), an open start its beginning. Of a period that
ends before it starts only the start counts.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sosuckhoe.base.clock import VIETNAM
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.search import values

BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
END = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
LEAVES = frozenset({"date", "dateTime", "instant", "Period", "Timing"})

_SHAPE = re.compile(
    r"([0-9]{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12][0-9]|3[01])(?:T([01][0-9]|2[0-3]):([0-5][0-9])"
    r"(?::([0-5][0-9]|60)(?:\.([0-9]{1,12}))?)?(Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?)?)?)?",
)


class Range(NamedTuple):
    """[low, high)."""

    low: datetime
    high: datetime


@lru_cache(maxsize=1 << 15)
def range_of(text: str) -> Range | None:
    """The range that a FHIR date, dateTime or instant of any precision stands for; None when it is none."""
    found = _SHAPE.fullmatch(text)
    if not found:
        return None
    try:
        return _range(*found.groups())
    except (ValueError, OverflowError):
        return None


def _range(
    year: str,
    month: str | None,
    day: str | None,
    hour: str | None,
    minute: str | None,
    second: str | None,
    fraction: str | None,
    zone: str | None,
) -> Range:
    start = datetime(int(year), int(month or 1), int(day or 1), tzinfo=VIETNAM)
    if month is None:
        return _clipped(start, None if start.year == END.year else start.replace(year=start.year + 1))
    if day is None:
        carry, index = divmod(start.month, 12)
        last = start.year == END.year and carry
        return _clipped(start, None if last else start.replace(year=start.year + carry, month=index + 1))
    if hour is None or minute is None:
        return _clipped(start, start + timedelta(days=1))
    leap = second == "60"
    micros = int(fraction[:6].ljust(6, "0")) if fraction else 0
    low = start.replace(hour=int(hour), minute=int(minute), second=59 if leap else int(second or 0), microsecond=micros)
    if zone:
        low = low.replace(tzinfo=_zone(zone))
    if leap:
        low += timedelta(seconds=1)
    return _clipped(low, low + _width(second, fraction))


def _width(second: str | None, fraction: str | None) -> timedelta:
    if second is None:
        return timedelta(minutes=1)
    return timedelta(microseconds=10 ** (6 - min(len(fraction), 6))) if fraction else timedelta(seconds=1)


def _zone(text: str) -> Any:
    return datetime.fromisoformat(f"2000-01-01T00:00:00{text}").tzinfo


def _clipped(low: datetime, high: datetime | None) -> Range:
    return Range(low.astimezone(UTC), END if high is None else high.astimezone(UTC))


def value_range(data_type: str, value: Any) -> Range | None:
    """The range of a value of a FHIR data type; None when it has none."""
    if data_type == "Period":
        return _period(value)
    if data_type == "Timing":
        return _timing(value)
    return range_of(value) if isinstance(value, str) else None


def _period(period: dict[str, Any]) -> Range | None:
    start = range_of(period.get("start") or "")
    end = range_of(period.get("end") or "")
    if start is None and end is None:
        return None
    low, high = start.low if start else BEGINNING, end.high if end else END
    return Range(low, high) if start is None or low < high else start


def _timing(timing: dict[str, Any]) -> Range | None:
    """Only the outer limits count."""
    ranges = [found for event in timing.get("event") or () if (found := range_of(event))]
    bounds = (timing.get("repeat") or {}).get("boundsPeriod")
    if bounds and (found := _period(bounds)):
        ranges.append(found)
    if not ranges:
        return None
    return Range(min(r.low for r in ranges), max(r.high for r in ranges))


PREFIXES = frozenset({"eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"})
_PREFIXED = re.compile(r"([a-z]{2})?(.*)", re.DOTALL)
_SPACE_FOR_PLUS = re.compile(r" (?=[0-9]{2}:[0-9]{2}$)")


def comparisons(name: str, text: str, now: datetime) -> tuple[tuple[str, Range], ...]:
    """What `ge2026-05,lt2020` asks: prefixes with their ranges, any of which may hold. `name` is for the error."""
    return tuple(_comparison(name, alternative, now) for alternative in values.alternatives(text))


def _comparison(name: str, text: str, now: datetime) -> tuple[str, Range]:
    found = _PREFIXED.fullmatch(text)
    prefix, written = (found.group(1) or "eq", found.group(2)) if found else ("", "")
    value = range_of(_SPACE_FOR_PLUS.sub("+", written))
    if value is None or prefix not in PREFIXES:
        raise Problem(
            "SSK-3004", name=name, form="[eq|ne|gt|lt|ge|le|sa|eb|ap]YYYY[-MM[-DD[Thh:mm[:ss[.fff]](Z|+hh:mm)]]]"
        )
    return prefix, _widened(value, now) if prefix == "ap" else value


def _widened(value: Range, now: datetime) -> Range:
    """A tenth of the gap between now and the date, on both sides."""
    margin = max(abs(now - value.low), abs(now - value.high)) / 10
    low = value.low - margin if value.low - BEGINNING > margin else BEGINNING
    high = value.high + margin if END - value.high > margin else END
    return Range(low, high)
