"""The worker: calls every room's `jobs.drain()` while there is something to do, and begins what is due by the clock.

A writer may wake it with `notify sosuckhoe_work`; without that it looks twice a second. It holds no state:
killed at any point it leaves its batch where it was.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec

import django.db
import psycopg

from sosuckhoe.base import collecting, db
from sosuckhoe.site import prepare, processes
from sosuckhoe.site.rounds import running

ROOMS = ("access", "identity", "clinical", "exchange", "book", "insight")
CHANNEL = "sosuckhoe_work"
LOOK_EVERY_SECONDS = 0.5
AWAY_SECONDS = 1.0
SLOW_SECONDS = 0.5
"""A room's turn that takes longer holds up the others, and is named in the journal."""

TURN_SECONDS = 0.2
"""A turn takes at least this long, so that under a steady load a batch shares its round trips among many."""
_AWAY = (psycopg.OperationalError, psycopg.InterfaceError, django.db.OperationalError, django.db.InterfaceError)
_log = logging.getLogger(__name__)

Drain = Callable[[], int]


class Stop:
    """Set by SIGTERM and SIGINT; waiting for it ends at once."""

    def __init__(self) -> None:
        self.is_set = False
        self.woken, self._wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._set)

    def wait(self, seconds: float, *others: int) -> None:
        """Wait for the signal, or until one of the other files can be read."""
        select.select([self.woken, *others], [], [], seconds)

    def _set(self, _number: int, _frame: object) -> None:
        self.is_set = True
        with contextlib.suppress(BlockingIOError):
            os.write(self._wake, b".")


def work() -> None:
    """Work until told to stop; the batch under way is finished first. SSK-2304, SSK-2305 with other keys."""
    processes.die_with_parent()
    stop, drains = Stop(), list(_drains())
    collecting.look_seldom()
    while not stop.is_set:
        try:
            with _ear() as ear:
                prepare.check_keys()
                _work_while_connected(stop, drains, ear)
        except _AWAY as error:
            _log.warning("the database is away (%s), trying again", type(error).__name__)
            django.db.connection.close()
            stop.wait(AWAY_SECONDS)


def _drains() -> Iterator[Drain]:
    modules = (f"sosuckhoe.{room}.jobs" for room in ROOMS)
    for module in modules:
        if find_spec(module):
            yield import_module(module).drain
    yield running.Rounds().turn


@contextlib.contextmanager
def _ear() -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection of its own that hears notifications."""
    parameters = django.db.connection.get_connection_params()
    words = {name: value for name, value in parameters.items() if name not in {"cursor_factory", "context"}}
    with psycopg.connect(**words, autocommit=True) as ear:
        ear.execute(f"listen {CHANNEL}")
        yield ear


def _work_while_connected(stop: Stop, drains: Sequence[Drain], ear: psycopg.Connection[tuple[object, ...]]) -> None:
    while not stop.is_set:
        began = time.monotonic()
        done = sum(_run(drain) for drain in drains)
        if done:
            stop.wait(max(0.0, began + TURN_SECONDS - time.monotonic()))
        else:
            stop.wait(LOOK_EVERY_SECONDS, ear.fileno())
        for _ in ear.notifies(timeout=0):
            pass


def _run(drain: Drain) -> int:
    """One room's turn. A fault in one room does not stop the others."""
    db.forget_broken_connection()
    began = time.monotonic()
    try:
        return drain()
    except Exception as error:
        if db.is_unavailable(error) or db.is_unavailable(error.__cause__):
            raise
        _log.exception("%s failed", drain.__module__)
        return 0
    finally:
        if (seconds := time.monotonic() - began) > SLOW_SECONDS:
            _log.info("%s took %.1f s", drain.__module__, seconds)
