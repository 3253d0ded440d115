"""What addresses and forms ask for, when it makes sense."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from django.http import HttpRequest

from sosuckhoe.base.errors import Problem

FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
"""Days that pages know. Around the ends of the calendar a day has no moments in the database."""

_DIGITS = 15
"""Of a number in an address; more would not fit the database's integers."""


def number_in(text: str) -> int | None:
    """A whole number as text; None for what is no number, or too long for one of the database."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None


def number(request: HttpRequest, name: str) -> int | None:
    """A whole number that the address names; None for none."""
    return number_in(request.GET.get(name, ""))


def mark(request: HttpRequest, name: str = "sau") -> tuple[int, int] | None:
    """Where a page of a list begins: the two numbers of the last row before it, as '12-3'; None for none."""
    first, _, second = (number_in(part) for part in request.GET.get(name, "").partition("-"))
    return None if first is None or second is None else (first, min(second, 2**31 - 1))


def chosen(request: HttpRequest, name: str, choices: Mapping[str, object] | Sequence[str]) -> str:
    """One of the choices that the address names, or ''."""
    value = request.GET.get(name, "")
    return value if value in choices else ""


def day(request: HttpRequest, name: str = "ngay") -> date | None:
    """A day (yyyy-mm-dd) that the address names; None for none and for what is no day of these."""
    try:
        asked = date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None
    return asked if FIRST <= asked <= LAST else None


def key(request: HttpRequest, name: str) -> UUID:
    """What a form names by its key. Problem SSK-1002 for any other text."""
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError as fault:
        raise Problem("SSK-1002") from fault
