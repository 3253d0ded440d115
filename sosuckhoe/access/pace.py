"""How fast somebody may ask (`data/pace.yaml`): a bucket of tokens for each account, and for each app of an account.

It is of one process and costs no statement: a read must not cost a write. It holds off whoever fetches in masses what
they may see one by one; what they may see is policy's.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from sosuckhoe.access.actor import Actor
from sosuckhoe.base import facts
from sosuckhoe.base.errors import Problem

NUMBER = "SSK-9350"
_MOST_KEPT = 100_000
_MACHINES = frozenset({"system", "vendor", "program"})
_log = logging.getLogger(__name__)
_lock = threading.Lock()


class Pace(NamedTuple):
    """So many at once, and so many a second after that."""

    at_once: float
    a_second: float


class _Bucket:
    """What is left, at which second it was counted, and whether its emptiness was told."""

    __slots__ = ("at", "is_told", "left")

    def __init__(self, left: float, at: float) -> None:
        self.left, self.at, self.is_told = left, at, False


_buckets: dict[tuple[int, str], _Bucket] = {}


@cache
def paces() -> dict[str, Pace]:
    """Each kind of asker's."""
    found = facts.read_yaml(Path(__file__).parent / "data" / "pace.yaml")["paces"]
    return {kind: Pace(entry["at_once"], entry["a_minute"] / 60) for kind, entry in found.items()}


def spend(actor: Actor, count: int = 1) -> None:
    """Take from what the actor may ask for now. Problem SSK-9350, with the seconds to wait, when nothing is left.

    `count`: how many questions one request holds; what goes below nothing has to come back first.
    """
    if not settings.PACE:
        return
    own = paces()[_kind(actor)]
    pace, now = Pace(own.at_once * settings.PACE, own.a_second * settings.PACE), time.monotonic()
    key = (actor.account, actor.narrowing.app if actor.narrowing else "")
    with _lock:
        bucket = _buckets.get(key) or _new(key, pace, now)
        bucket.left, bucket.at = min(pace.at_once, bucket.left + (now - bucket.at) * pace.a_second), now
        if bucket.left >= 1:
            bucket.left -= count
            bucket.is_told = False
            return
        was_told, bucket.is_told = bucket.is_told, True
    if not was_told:
        _log.warning("an account of the role %s has to wait: it asks faster than it may", actor.role)
    raise Problem(NUMBER, seconds=max(1, math.ceil((1 - bucket.left) / pace.a_second)))


def _kind(actor: Actor) -> str:
    if actor.role in _MACHINES:
        return "system"
    if actor.narrowing is not None:
        return "app"
    return "citizen" if actor.role == "citizen" else "staff"


def _new(key: tuple[int, str], pace: Pace, now: float) -> _Bucket:
    """Buckets that have filled up again say nothing, and go when there are many."""
    if len(_buckets) >= _MOST_KEPT:
        slowest = max(one.at_once / one.a_second for one in paces().values())
        for old in [one for one, bucket in _buckets.items() if now - bucket.at > slowest]:
            del _buckets[old]
    return _buckets.setdefault(key, _Bucket(pace.at_once, now))
