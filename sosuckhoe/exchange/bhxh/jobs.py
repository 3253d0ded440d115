"""What the worker does for the insurer: once a night, beside its turns, cards that end soon."""

from __future__ import annotations

from datetime import date

from sosuckhoe.base import clock
from sosuckhoe.exchange.beside import Beside
from sosuckhoe.exchange.bhxh import client, night
from sosuckhoe.exchange.population.night import plan

run = Beside("the nightly look at cards")
_looked = {"day": date.min}


def begin_when_due() -> None:
    """Begin tonight's run when its hour has come, the hour of all nightly asking."""
    here = clock.now().astimezone(clock.VIETNAM)
    if not client.is_connected() or _looked["day"] == here.date() or here.hour < plan().hour or run.is_under_way:
        return
    _looked["day"] = here.date()
    run.begin(lambda: night.renew(client.insurer(), clock.now()))
