"""What the worker does for exchange."""

from __future__ import annotations

from sosuckhoe.base import clock
from sosuckhoe.exchange.actions import file
from sosuckhoe.exchange.bhxh import jobs as insurance
from sosuckhoe.exchange.feeds import jobs as feeds
from sosuckhoe.exchange.fhir_feed import jobs as pulls
from sosuckhoe.exchange.population import jobs as population
from sosuckhoe.exchange.register import jobs as register


def drain() -> int:
    """File what has arrived; the number of arrivals filed, 0 when nothing waits. Longer runs are begun beside it."""
    population.begin_when_due()
    register.renew_when_due()
    insurance.begin_when_due()
    pulls.begin_when_due()
    feeds.begin_when_due()
    return file.drain(clock.now())
