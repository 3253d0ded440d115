"""`python -m sosuckhoe.insight.nightly copy|reach`: renew one of them, in a process of its own beside the worker.

`copy` is the analytical copy, `reach` what is known and printed of how far the books reach.
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from pathlib import Path

import django

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock
from sosuckhoe.insight import queries
from sosuckhoe.insight.copied import place

EVERY = timedelta(days=1)
HOUR = 2
"""In Vietnam: few visit at night."""

REACH_HOUR = 3
"""After the population register has been asked."""


def is_due(folder: Path, now: datetime) -> bool:
    """Whether the copy is to be renewed. Where nobody has ever made one, none is made."""
    found = place.current(folder)
    if found is None:
        return False
    local = now.astimezone(clock.VIETNAM)
    return now - found.moment >= EVERY or (local.hour == HOUR and now - found.moment > EVERY / 2)


def is_reach_due(now: datetime) -> bool:
    """Whether tonight's work on reach waits, or the very first."""
    local = now.astimezone(clock.VIETNAM)
    if local.hour < REACH_HOUR and queries.reach_day() is not None:
        return False
    return queries.is_reach_due(local.date())


def main(what: str) -> None:
    """Renew one of them once."""
    django.setup()
    from django.conf import settings

    from sosuckhoe.insight.actions import copy, reach

    if what == "reach":
        reach.run(clock.now())
    else:
        copy.copy(PROGRAM, Path(settings.ANALYTICS_FOLDER), clock.now())


if __name__ == "__main__":
    main(sys.argv[1])
