"""`python -m sosuckhoe.insight.nightly`: renew the analytical copy, in a process of its own beside the worker."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import django

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock
from sosuckhoe.insight.copied import place

EVERY = timedelta(days=1)
HOUR = 2
"""In Vietnam: few visit at night."""


def is_due(folder: Path, now: datetime) -> bool:
    """Whether the copy is to be renewed. Where nobody has ever made one, none is made."""
    found = place.current(folder)
    if found is None:
        return False
    local = now.astimezone(clock.VIETNAM)
    return now - found.moment >= EVERY or (local.hour == HOUR and now - found.moment > EVERY / 2)


def main() -> None:
    """Renew it once."""
    django.setup()
    from django.conf import settings

    from sosuckhoe.insight.actions.copy import copy

    copy(PROGRAM, Path(settings.ANALYTICS_FOLDER), clock.now())


if __name__ == "__main__":
    main()
