"""What the worker does for insight."""

from __future__ import annotations

from datetime import timedelta

from sosuckhoe.base import clock
from sosuckhoe.insight import queries
from sosuckhoe.insight.actions.count import count

PAUSE = timedelta(seconds=2)
"""Filings are counted a batch at a time: while packages pour in, a batch every two seconds costs least."""


def drain() -> int:
    """Count what has been filed; the number of filings counted, 0 when none waits or the last batch was just now."""
    now, last = clock.now(), queries.as_of()
    if not queries.has_uncounted() or (last and timedelta() <= now - last < PAUSE):
        return 0
    return count(now)
