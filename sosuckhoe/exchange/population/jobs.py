"""What the worker does for the population database: the nightly run, in a thread of its own, so that nothing waits."""

from __future__ import annotations

import logging
import threading
from datetime import date

import django.db

from sosuckhoe.base import clock
from sosuckhoe.exchange.population import client, night

_log = logging.getLogger(__name__)
_running: list[threading.Thread] = []
_looked = {"day": date.min}


def begin_when_due() -> None:
    """Begin tonight's run when its hour has come and nobody has begun it."""
    at = clock.now()
    today = clock.day_of(at)
    if not client.is_connected() or _looked["day"] == today or any(one.is_alive() for one in _running):
        return
    if not night.is_due(at):
        return
    _looked["day"] = today
    if day := night.begin(at):
        thread = threading.Thread(target=_run, args=(day,), name="population", daemon=True)
        _running[:] = [thread]
        thread.start()


def wait() -> None:
    """Wait for the run under way."""
    for thread in _running:
        thread.join()


def _run(day: date) -> None:
    try:
        night.run(day, client.register(), clock.now())
    except Exception as error:  # noqa: BLE001 -- a night that fails must not end the worker; its kind is named
        _log.error("the nightly reconciliation ended (%s)", type(error).__name__)
    finally:
        django.db.connection.close()
