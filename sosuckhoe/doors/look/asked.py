"""What addresses and forms ask for, when it makes sense."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest

from sosuckhoe.base.errors import Problem

FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
"""Days that pages know. Around the ends of the calendar a day has no moments in the database."""


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
