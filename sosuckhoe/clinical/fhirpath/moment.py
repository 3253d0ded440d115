"""Dates, times and moments of any precision. https://hl7.org/fhirpath/#datetime"""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple, TypeAlias

Parts: TypeAlias = tuple[int | Decimal, ...]

_MOMENT = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(T(?:(\d\d)(?::(\d\d)(?::(\d\d(?:\.\d+)?))?)?(Z|[+-]\d\d:\d\d)?)?)?"
)
_TIME = re.compile(r"(\d\d)(?::(\d\d)(?::(\d\d(?:\.\d+)?))?)?")
_MOST = (24, 60, 61)
_HOUR = 3
_FULL = 6
_ZONES = (14 * 60, -12 * 60)
"""The first and the last zone of the world, in minutes: what a moment without a zone may mean."""


class Moment(NamedTuple):
    """`parts` from the year (of a Time from the hour) as far as known, seconds a Decimal; `zone` in minutes."""

    kind: str
    parts: Parts
    zone: int | None = None

    def __str__(self) -> str:
        if self.kind == "Time":
            return _clock(self.parts)
        day = "-".join(f"{part:02d}" if at else f"{part:04d}" for at, part in enumerate(self.parts[:_HOUR]))
        if self.kind == "Date" or len(self.parts) <= _HOUR:
            return day
        return f"{day}T{_clock(self.parts[_HOUR:])}{_zone_text(self.zone)}"


def _clock(parts: Parts) -> str:
    return ":".join(_two(part) for part in parts)


def _two(part: int | Decimal) -> str:
    text = str(part)
    return text if len(text.partition(".")[0]) > 1 else f"0{text}"


def _zone_text(zone: int | None) -> str:
    if zone is None:
        return ""
    return "Z" if not zone else f"{'-' if zone < 0 else '+'}{abs(zone) // 60:02d}:{abs(zone) % 60:02d}"


def parse_literal(text: str) -> Moment | None:
    """`@2015-02`, `@2015T`, `@T14:30`."""
    if text.startswith("@T"):
        return parse_time(text[2:])
    return parse_moment(text[1:], "DateTime" if "T" in text else "Date")


def parse_time(text: str) -> Moment | None:
    """`14:30` → Time; None for what is not one."""
    match = _TIME.fullmatch(text)
    parts = _parts_of(match.groups()) if match else None
    return Moment("Time", parts) if parts and _is_clock(parts) else None


def parse_moment(text: str, kind: str) -> Moment | None:
    """`2015-02-04T14:34:28Z` → Date or DateTime as asked; None for what is not one."""
    match = _MOMENT.fullmatch(text)
    if match is None or (kind == "Date" and match.group(4)):
        return None
    groups = match.groups()
    parts = _parts_of((*groups[:3], *groups[4:7]))
    return Moment(kind, parts, _zone(groups[7])) if _is_day(parts[:_HOUR]) and _is_clock(parts[_HOUR:]) else None


def _parts_of(texts: tuple[str | None, ...]) -> Parts:
    known = [text for text in texts if text is not None]
    clock = len(texts) - 1
    return tuple(Decimal(text) if at == clock else int(text) for at, text in enumerate(known))


def _zone(text: str | None) -> int | None:
    if text is None or text == "Z":
        return None if text is None else 0
    minutes = int(text[1:3]) * 60 + int(text[4:])
    return -minutes if text[0] == "-" else minutes


def _is_day(parts: Parts) -> bool:
    whole = [int(part) for part in parts] + [1, 1]
    return 1 <= whole[1] <= 12 and 1 <= whole[2] <= _last_day(whole[0], whole[1])  # noqa: PLR2004 -- months


def _is_clock(parts: Parts) -> bool:
    return all(part < most for part, most in zip(parts, _MOST, strict=False))


def _last_day(year: int, month: int) -> int:
    return calendar.monthrange(max(year, 1), month)[1]


def compare(left: Moment, right: Moment) -> int | None:
    """-1, 0, 1; None when the precision or a missing zone leaves it open. Both are times, or neither."""
    if len(left.parts) > _HOUR and len(right.parts) > _HOUR and left.zone != right.zone:
        if left.zone is None or right.zone is None:
            return _compare_unzoned(left, right)
        left, right = _in_utc(left), _in_utc(right)
    for one, other in zip(left.parts, right.parts, strict=False):
        if one != other:
            return -1 if one < other else 1
    return 0 if len(left.parts) == len(right.parts) else None


def _compare_unzoned(left: Moment, right: Moment) -> int | None:
    """One has a zone, the other may be in any."""
    found = {
        compare(
            left if left.zone is not None else left._replace(zone=zone),
            right if right.zone is not None else right._replace(zone=zone),
        )
        for zone in _ZONES
    }
    return found.pop() if len(found) == 1 else None


def _in_utc(one: Moment) -> Moment:
    if not one.zone:
        return one._replace(zone=0)
    whole = [int(part) for part in (*one.parts[:5], 0)][:5]
    try:
        moved = datetime(*whole) - timedelta(minutes=one.zone)  # type: ignore[arg-type] # noqa: DTZ001 -- a bare count
    except OverflowError:
        return one._replace(zone=0)
    parts = (moved.year, moved.month, moved.day, moved.hour, moved.minute, *one.parts[5:])
    return Moment(one.kind, parts[: len(one.parts)], 0)


def of_datetime(at: datetime) -> Moment:
    """The moment with its milliseconds and its zone."""
    offset = at.utcoffset()
    seconds = Decimal(f"{at.second}.{at.microsecond // 1000:03d}")
    zone = None if offset is None else int(offset.total_seconds()) // 60
    return Moment("DateTime", (at.year, at.month, at.day, at.hour, at.minute, seconds), zone)


def plus(one: Moment, unit: str, count: Decimal) -> Moment | None:
    """Add a count of a calendar unit (`month`), truncated to whole ones above seconds; None past the calendar."""
    whole = count if unit in {"second", "millisecond"} else Decimal(int(count))
    if one.kind == "Time":
        return _plus_clock(one, unit, whole)
    try:
        if unit in {"year", "month"}:
            return _plus_months(one, int(whole) * (12 if unit == "year" else 1))
        return _plus_seconds(one, _SECONDS[unit] * whole)
    except (OverflowError, ValueError):
        return None


_SECONDS = {
    "week": Decimal(604_800),
    "day": Decimal(86_400),
    "hour": Decimal(3_600),
    "minute": Decimal(60),
    "second": Decimal(1),
    "millisecond": Decimal("0.001"),
}
_DAYS_OF = {1: 365, 2: 30}
"""How many days count as one more year or month, where no day is known."""


def _plus_months(one: Moment, months: int) -> Moment:
    if len(one.parts) == 1:
        return _checked(one._replace(parts=(int(one.parts[0]) + int(months / 12),)))
    total = int(one.parts[0]) * 12 + int(one.parts[1]) - 1 + months
    year, month = total // 12, total % 12 + 1
    day = [min(int(part), _last_day(year, month)) for part in one.parts[2:3]]
    return _checked(one._replace(parts=(year, month, *day, *one.parts[3:])))


def _checked(one: Moment) -> Moment:
    date(int(one.parts[0]), 1, 1)
    return one


def _plus_seconds(one: Moment, seconds: Decimal) -> Moment:
    known = len(one.parts)
    if known in _DAYS_OF:
        more = int(seconds / _SECONDS["day"] / _DAYS_OF[known])
        return _plus_months(one, more * (12 if known == 1 else 1))
    whole = [int(part) for part in (*one.parts[:5], 0, 0)][:5]
    second = Decimal(one.parts[5]) if known == _FULL else Decimal(0)
    step = _SECONDS[("day", "hour", "minute", "second")[known - _HOUR]]
    moved = second + (seconds if known == _FULL else Decimal(int(seconds / step)) * step)
    minutes, left = divmod(moved, 60)
    if left < 0:
        minutes, left = minutes - 1, left + 60
    at = datetime(*whole) + timedelta(minutes=int(minutes))  # type: ignore[arg-type] # noqa: DTZ001 -- a bare count
    return one._replace(parts=(at.year, at.month, at.day, at.hour, at.minute, left)[:known])


def _plus_clock(one: Moment, unit: str, count: Decimal) -> Moment | None:
    if unit not in _SECONDS:
        return None
    base = Moment("DateTime", (2000, 1, 1, *one.parts))
    return Moment("Time", _plus_seconds(base, _SECONDS[unit] * count % 86_400).parts[_HOUR:])


def today(at: datetime) -> Moment:
    """The date of a moment."""
    return Moment("Date", (at.year, at.month, at.day))


_DIGITS = (4, 6, 8, 10, 12, 14)
_CLOCK_DIGITS = (2, 4, 6)
_FRACTION = 3


def precision(one: Moment) -> int:
    """How many digits are written. https://hl7.org/fhirpath/#precision"""
    digits = (_CLOCK_DIGITS if one.kind == "Time" else _DIGITS)[len(one.parts) - 1]
    last = one.parts[-1]
    return digits + (max(0, -int(last.as_tuple().exponent)) if isinstance(last, Decimal) else 0)


def boundary(one: Moment, digits: int, *, high: bool) -> Moment | None:
    """The first or last moment that this may mean, to so many digits; None when there is no such precision.

    An hour alone is its first minute, as in the specification's example. https://hl7.org/fhirpath/#highboundary
    """
    levels = _CLOCK_DIGITS if one.kind == "Time" else _DIGITS
    with_fraction = levels[-1] + _FRACTION
    if digits not in levels and digits != with_fraction:
        return None
    clock = _filled_clock(one.parts if one.kind == "Time" else one.parts[_HOUR:], high=high)
    full = clock if one.kind == "Time" else (*_filled_day(one.parts[:_HOUR], high=high), *clock)
    known = full if digits == with_fraction else full[: levels.index(digits) + 1]
    if digits == levels[-1]:
        known = (*known[:-1], Decimal(int(known[-1])))
    if one.kind == "Time":
        return Moment("Time", known)
    if len(known) <= _HOUR:
        return Moment("Date", known)
    return Moment("DateTime", known, one.zone if one.zone is not None else _ZONES[high])


def _filled_day(parts: Parts, *, high: bool) -> Parts:
    year = int(parts[0])
    month = int(parts[1]) if len(parts) > 1 else 12 if high else 1
    day = parts[2] if len(parts) == _HOUR else _last_day(year, month) if high else 1
    return (year, month, day)


def _filled_clock(parts: Parts, *, high: bool) -> Parts:
    hour = parts[0] if parts else 23 if high else 0
    minute = parts[1] if len(parts) > 1 else 59 if high and not parts else 0
    second = Decimal(parts[2]) if len(parts) == _HOUR else Decimal(59 if high else 0)
    known = max(0, -int(second.as_tuple().exponent))
    rest = Decimal(10) ** -known - Decimal("0.001") if high and known < _FRACTION else Decimal(0)
    return (hour, minute, (second + rest).quantize(Decimal("0.001"), ROUND_DOWN))
