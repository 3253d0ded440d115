"""What the worker does for the repository."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import timedelta
from functools import cache

from django.conf import settings

from sosuckhoe.base import clock
from sosuckhoe.clinical import defined
from sosuckhoe.clinical.actions import forget_answers, train_dictionary, types_without_dictionary
from sosuckhoe.clinical.bulk import background
from sosuckhoe.clinical.subscribing.delivering import Courier
from sosuckhoe.clinical.subscribing.fanning import fan_out

ANSWERS_KEPT = timedelta(days=1)
"""For so long a request may be sent again under its id."""

LOOK_EVERY_SECONDS = 60.0
LEARN_EVERY_SECONDS = 10.0
"""Learning takes the worker about 0.6 s; what waits to be filed meanwhile is filed before the next."""

_next: dict[str, float] = {}
_children: dict[str, subprocess.Popen[bytes]] = {}


def drain() -> int:
    """Tell subscribers, start background jobs, and look after what is stored; how much was done."""
    at = clock.now()
    defined.refresh()
    _run_background()
    return fan_out(at) + _courier().turn(at) + _look_after()


@cache
def _courier() -> Courier:
    return Courier(settings.SUBSCRIBER_HOSTS)


def _look_after() -> int:
    """Once a minute: drop what is old, and learn the dictionary of one type that needs one. How many were learnt."""
    now = time.monotonic()
    if now < _next.get("look", now):
        return 0
    at = clock.now()
    forget_answers(at - ANSWERS_KEPT)
    background.remove_old(at)
    waiting = types_without_dictionary()
    has_learnt = bool(waiting) and train_dictionary(waiting[0], at) is not None
    _next["look"] = now + (LEARN_EVERY_SECONDS if has_learnt else LOOK_EVERY_SECONDS)
    return int(has_learnt)


def _run_background() -> None:
    """A process of its own runs the jobs, so that nothing waits for them; one at a time."""
    running = _children.get("runner")
    if running is not None and running.poll() is None:
        return
    if background.waiting():
        _children["runner"] = subprocess.Popen([sys.executable, "-m", "sosuckhoe.clinical.bulk.runner"])
