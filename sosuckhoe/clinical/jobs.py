"""What the worker does for the repository."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from functools import cache
from itertools import islice

from django.conf import settings

from sosuckhoe.base import clock
from sosuckhoe.base.rounds import Work
from sosuckhoe.clinical import defined
from sosuckhoe.clinical.actions import forget_answers, train_dictionary, types_without_dictionary
from sosuckhoe.clinical.bulk import background
from sosuckhoe.clinical.subscribing.delivering import Courier
from sosuckhoe.clinical.subscribing.fanning import fan_out

ANSWERS_KEPT = timedelta(days=1)
"""For so long a request may be sent again under its id."""

LEARNT_AT_ONCE = 6
"""Learning takes about 0.6 s of the worker: so many types in one round leave the others most of a minute."""

_children: dict[str, subprocess.Popen[bytes]] = {}


def drain() -> int:
    """Tell subscribers and start background jobs; how much was done."""
    at = clock.now()
    defined.refresh()
    _run_background()
    return fan_out(at) + _courier().turn(at)


def remove_old(at: datetime) -> int:
    """Answers and exports of a day ago go; how many."""
    return forget_answers(at - ANSWERS_KEPT) + background.remove_old(at)


def learn(at: datetime) -> int:
    """Learn dictionaries of some types that need one; how many were learnt. Types without a pattern are passed by."""
    learnt = (name for name in types_without_dictionary() if train_dictionary(name, at) is not None)
    return len(list(islice(learnt, LEARNT_AT_ONCE)))


ROUNDS = (Work("answers", remove_old), Work("dictionaries", learn))


@cache
def _courier() -> Courier:
    return Courier(settings.SUBSCRIBER_HOSTS)


def _run_background() -> None:
    """A process of its own runs the jobs, so that nothing waits for them; one at a time."""
    running = _children.get("runner")
    if running is not None and running.poll() is None:
        return
    if background.waiting():
        _children["runner"] = subprocess.Popen([sys.executable, "-m", "sosuckhoe.clinical.bulk.runner"])
