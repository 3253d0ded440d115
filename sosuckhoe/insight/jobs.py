"""What the worker does for insight."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock
from sosuckhoe.base.rounds import Work
from sosuckhoe.insight import queries
from sosuckhoe.insight.actions import reach
from sosuckhoe.insight.actions.count import count
from sosuckhoe.insight.copied import place

PAUSE = timedelta(seconds=2)
"""Filings are counted a batch at a time: while packages pour in, a batch every two seconds costs least."""


def drain() -> int:
    """Count what has been filed; the number of filings counted, 0 when none waits or the last batch was just now."""
    now, last = clock.now(), queries.as_of()
    if not queries.has_uncounted() or (last and timedelta() <= now - last < PAUSE):
        return 0
    return count(now)


def renew_copy(at: datetime) -> int:
    """Make the analytical copy anew; how many resources are in it. In a process of its own."""
    from sosuckhoe.insight.actions import copy

    return sum(copy.copy(PROGRAM, Path(settings.ANALYTICS_FOLDER), at).counts.values())


def has_copy() -> bool:
    """Whether somebody has ever made a copy: otherwise none is made."""
    return place.current(Path(settings.ANALYTICS_FOLDER)) is not None


ROUNDS = (
    Work("copy", renew_copy, wanted=has_copy),
    Work("reach", reach.run, wanted=queries.has_books),
)
