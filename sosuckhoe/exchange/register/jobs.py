"""What the worker does for the registers: once a day, entries that have begun or ended say so."""

from __future__ import annotations

from datetime import date

from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.register import filing

_CONFLICT = "SSK-3409"
_looked = {"day": date.min}


def renew_when_due() -> None:
    """Renew entries on the first turn of a day; when another worker does it too, the next turn looks again."""
    today = clock.today()
    if _looked["day"] == today:
        return
    try:
        filing.renew(today, clock.now())
    except Problem as problem:
        if problem.number != _CONFLICT:
            raise
        return
    _looked["day"] = today
