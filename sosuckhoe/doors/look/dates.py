"""Dates as people read them. The day that "ago" is counted from is an argument.

A value may be a `date`, a `datetime`, or FHIR text of any precision ("1961", "1961-05", "1961-05-02",
"2026-03-12T09:12:00+07:00"). Text that is no date is shown as it is, never hidden.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from django.utils.translation import gettext, ngettext

from sosuckhoe.base.clock import VIETNAM

When = date | datetime | str

_DAYS_OF_WEEK = 7
_DAYS_OF_MONTH = 30.44
_DAYS_OF_YEAR = 365.25
_LENGTH_OF_YEAR, _LENGTH_OF_MONTH = 4, 7


def day(value: When | None) -> str:
    """'12/03/2026', '03/2026' or '2026', by the precision of what is known; '' for nothing."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        if len(value) == _LENGTH_OF_YEAR:
            return value
        if len(value) == _LENGTH_OF_MONTH and value[4] == "-":
            return f"{value[5:]}/{value[:4]}"
    moment = parsed(value)
    return moment.strftime("%d/%m/%Y") if moment else str(value)


def long_day(value: When | None) -> str:
    """'Thứ Năm, 12/03/2026': for appointments, where the day of the week keeps people from a wrong journey."""
    moment = parsed(value)
    if moment is None:
        return day(value)
    return f"{_weekday(moment.weekday())}, {moment:%d/%m/%Y}"


def moment(value: When | None) -> str:
    """'9:12, 12/03/2026' in Vietnam's time; only the day when no hour is known."""
    known = parsed(value)
    if known is None or not isinstance(known, datetime):
        return day(value)
    return f"{known.hour}:{known:%M}, {known:%d/%m/%Y}"


def hour(value: When | None) -> str:
    """'9:12' in Vietnam's time; '' when no hour is known."""
    known = parsed(value)
    return f"{known.hour}:{known:%M}" if isinstance(known, datetime) else ""


def ago(value: When | None, on: date) -> str:
    """'hôm nay', 'hôm qua', '3 ngày trước', '2 tuần trước', 'ngày mai', '5 ngày nữa' …, seen from the day `on`."""
    known = parsed(value)
    if known is None:
        return ""
    days = (on - (known.date() if isinstance(known, datetime) else known)).days
    if days == 0:
        return gettext("hôm nay")
    if days == 1:
        return gettext("hôm qua")
    if days == -1:
        return gettext("ngày mai")
    return _past(days) if days > 0 else _coming(-days)


def parsed(value: When | None) -> date | datetime | None:
    """The day or moment (in Vietnam's time) that a value means; None when it is no whole date."""
    if isinstance(value, str):
        return _parsed_text(value)
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(VIETNAM)
    return value


@lru_cache(maxsize=4096)
def _parsed_text(text: str) -> date | datetime | None:
    try:
        if "T" not in text:
            return date.fromisoformat(text)
        known = datetime.fromisoformat(text)
    except ValueError:
        return None
    return known.astimezone(VIETNAM) if known.tzinfo else known


def _past(days: int) -> str:
    unit, number = _span(days)
    if unit == "day":
        return ngettext("%d ngày trước", "%d ngày trước", number) % number
    if unit == "week":
        return ngettext("%d tuần trước", "%d tuần trước", number) % number
    if unit == "month":
        return ngettext("%d tháng trước", "%d tháng trước", number) % number
    return ngettext("%d năm trước", "%d năm trước", number) % number


def _coming(days: int) -> str:
    unit, number = _span(days)
    if unit == "day":
        return ngettext("%d ngày nữa", "%d ngày nữa", number) % number
    if unit == "week":
        return ngettext("%d tuần nữa", "%d tuần nữa", number) % number
    if unit == "month":
        return ngettext("%d tháng nữa", "%d tháng nữa", number) % number
    return ngettext("%d năm nữa", "%d năm nữa", number) % number


def _span(days: int) -> tuple[str, int]:
    """The unit and the whole number of it that say a span best; a unit starts at two of it."""
    if days < 2 * _DAYS_OF_WEEK:
        return "day", days
    if days < 2 * _DAYS_OF_MONTH:
        return "week", days // _DAYS_OF_WEEK
    if days < 2 * _DAYS_OF_YEAR:
        return "month", int(days / _DAYS_OF_MONTH)
    return "year", int(days / _DAYS_OF_YEAR)


def _weekday(index: int) -> str:
    """Day of the week, Monday = 0."""
    names = (
        gettext("Thứ Hai"),
        gettext("Thứ Ba"),
        gettext("Thứ Tư"),
        gettext("Thứ Năm"),
        gettext("Thứ Sáu"),
        gettext("Thứ Bảy"),
        gettext("Chủ nhật"),
    )
    return names[index]
