"""What the worker does for feeds, beside its turns, because a file may be millions of lines.

Files that wait are filed; files that may tell of something erased by right are looked through.
"""

from __future__ import annotations

from sosuckhoe.base import db
from sosuckhoe.base.beside import Beside
from sosuckhoe.exchange.feeds import deliver, sweeping
from sosuckhoe.exchange.feeds.readers import readers

run = Beside("the filing of deliveries")


def begin_when_due() -> None:
    """Begin what waits, unless that is under way."""
    if run.is_under_way:
        return
    if db.value("select true from exchange_delivery where ended is null limit 1") or sweeping.is_due():
        run.begin(_work)


def _work() -> None:
    deliver.drain(readers())
    sweeping.sweep(readers())
