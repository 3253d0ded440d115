"""What the worker does for the population database: the nightly run, beside its turns."""

from __future__ import annotations

from datetime import date

from sosuckhoe.base import clock
from sosuckhoe.exchange.beside import Beside
from sosuckhoe.exchange.population import client, night

run = Beside("the nightly reconciliation")
_looked = {"day": date.min}


def begin_when_due() -> None:
    """Begin tonight's run when its hour has come and nobody has begun it."""
    at = clock.now()
    today = clock.day_of(at)
    if not client.is_connected() or _looked["day"] == today or run.is_under_way:
        return
    if not night.is_due(at):
        return
    _looked["day"] = today
    if day := night.begin(at):
        run.begin(lambda: night.run(day, client.register(), clock.now()))
