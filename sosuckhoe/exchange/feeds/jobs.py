"""What the worker does for feeds, in a thread of its own, because a file may be millions of lines.

Files that wait are filed; files that may tell of something erased by right are looked through.
"""

from __future__ import annotations

import logging
import threading

import django.db

from sosuckhoe.base import db
from sosuckhoe.exchange.feeds import deliver, sweeping
from sosuckhoe.exchange.feeds.readers import readers

_log = logging.getLogger(__name__)
_running: list[threading.Thread] = []


def begin_when_due() -> None:
    """Begin what waits, unless that is under way."""
    if any(one.is_alive() for one in _running):
        return
    if db.value("select true from exchange_delivery where ended is null limit 1") or sweeping.is_due():
        thread = threading.Thread(target=_run, name="feeds", daemon=True)
        _running[:] = [thread]
        thread.start()


def wait() -> None:
    """Wait for what is under way."""
    for thread in _running:
        thread.join()


def _run() -> None:
    try:
        deliver.drain(readers())
        sweeping.sweep(readers())
    except Exception as error:  # noqa: BLE001 -- a file that fails must not end the worker; its kind is named
        _log.error("filing deliveries ended (%s)", type(error).__name__)
    finally:
        django.db.connection.close()
