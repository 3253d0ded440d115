"""What the worker does for exchange."""

from __future__ import annotations

from sosuckhoe.base import clock
from sosuckhoe.exchange.actions import file


def drain() -> int:
    """File what has arrived; the number of arrivals filed, 0 when nothing waits."""
    return file.drain(clock.now())
