"""What the worker does for the insurer: once a night, in a thread of its own, cards that end soon."""

from __future__ import annotations

import logging
import threading
from datetime import date

import django.db

from sosuckhoe.base import clock
from sosuckhoe.exchange.bhxh import client, night
from sosuckhoe.exchange.population.night import plan

_log = logging.getLogger(__name__)
_looked = {"day": date.min}


def begin_when_due() -> None:
    """Begin tonight's run when its hour has come, the hour of all nightly asking."""
    here = clock.now().astimezone(clock.VIETNAM)
    if not client.is_connected() or _looked["day"] == here.date() or here.hour < plan().hour:
        return
    _looked["day"] = here.date()
    threading.Thread(target=_run, name="bhxh", daemon=True).start()


def _run() -> None:
    try:
        night.renew(client.insurer(), clock.now())
    except Exception as error:  # noqa: BLE001 -- a night that fails must not end the worker; its kind is named
        _log.error("the nightly look at cards ended (%s)", type(error).__name__)
    finally:
        django.db.connection.close()
