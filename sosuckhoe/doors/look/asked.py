"""What an address asks for, when it makes sense; None when it does not."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest

FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
"""Days that pages know. Around the ends of the calendar a day has no moments in the database."""


def day(request: HttpRequest, name: str = "ngay") -> date | None:
    """A day (yyyy-mm-dd) that the address names."""
    try:
        asked = date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None
    return asked if FIRST <= asked <= LAST else None
