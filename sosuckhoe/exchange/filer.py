"""A process that files what waits, of which an import starts some. Tables are named only after Django is set up."""

from __future__ import annotations

import time
from multiprocessing.synchronize import Event

import django

PAUSE_SECONDS = 0.05


def file_until_done(all_received: Event) -> None:
    """File what waits until everything has been received and nothing waits any more."""
    django.setup()
    from sosuckhoe.base import clock, collecting
    from sosuckhoe.exchange import queries
    from sosuckhoe.exchange.actions import file

    collecting.look_seldom()
    while True:
        was_last = all_received.is_set()
        if file.drain(clock.now()) == 0:
            if was_last and not queries.is_anything_waiting():
                return
            time.sleep(PAUSE_SECONDS)
