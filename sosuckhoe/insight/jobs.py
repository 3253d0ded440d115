"""What the worker does for insight."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from sosuckhoe.base import clock
from sosuckhoe.insight import nightly, queries
from sosuckhoe.insight.actions.count import count

PAUSE = timedelta(seconds=2)
"""Filings are counted a batch at a time: while packages pour in, a batch every two seconds costs least."""

LOOK_EVERY_SECONDS = {"copy": 600.0, "reach": 20.0}
_next: dict[str, float] = {}
_children: dict[str, subprocess.Popen[bytes]] = {}


def drain() -> int:
    """Count what has been filed; the number of filings counted, 0 when none waits or the last batch was just now."""
    now, last = clock.now(), queries.as_of()
    _begin_when_due("copy", lambda: nightly.is_due(Path(settings.ANALYTICS_FOLDER), clock.now()))
    _begin_when_due("reach", lambda: nightly.is_reach_due(clock.now()))
    if not queries.has_uncounted() or (last and timedelta() <= now - last < PAUSE):
        return 0
    return count(now)


def _begin_when_due(what: str, is_due: Callable[[], bool]) -> None:
    """Once a night, in a process of its own: reading everything may take an hour. One that failed is begun again."""
    now = time.monotonic()
    running = _children.get(what)
    if now < _next.get(what, now) or (running is not None and running.poll() is None):
        return
    _next[what] = now + LOOK_EVERY_SECONDS[what]
    if is_due():
        words = [sys.executable, "-m", "sosuckhoe.insight.nightly", what]
        _children[what] = subprocess.Popen(words)  # noqa: S603 -- our own words
