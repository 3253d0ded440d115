"""What the worker does for the repository."""

from __future__ import annotations

import time
from datetime import timedelta

from sosuckhoe.base import clock
from sosuckhoe.clinical.actions import forget_answers, train_dictionary, types_without_dictionary

ANSWERS_KEPT = timedelta(days=1)
"""For so long a request may be sent again under its id."""

LOOK_EVERY_SECONDS = 60.0
_looked: dict[str, float] = {}


def drain() -> int:
    """Once a minute: drop old answers, and learn the dictionary of one type that needs one. How many were learnt."""
    now = time.monotonic()
    if now - _looked.get("at", -LOOK_EVERY_SECONDS) < LOOK_EVERY_SECONDS:
        return 0
    at = clock.now()
    forget_answers(at - ANSWERS_KEPT)
    waiting = types_without_dictionary()
    if not waiting or train_dictionary(waiting[0], at) is None:
        _looked["at"] = now
        return 0
    return 1
