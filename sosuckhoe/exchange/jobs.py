"""What the worker does for exchange."""

from __future__ import annotations

import logging
from collections.abc import Callable

from sosuckhoe.base import clock, db
from sosuckhoe.exchange.actions import file, tying
from sosuckhoe.exchange.bhxh import jobs as insurance
from sosuckhoe.exchange.feeds import jobs as feeds
from sosuckhoe.exchange.fhir_feed import jobs as pulls
from sosuckhoe.exchange.population import jobs as population
from sosuckhoe.exchange.register import jobs as register

_BEGINNERS = (
    population.begin_when_due,
    register.renew_when_due,
    insurance.begin_when_due,
    pulls.begin_when_due,
    feeds.begin_when_due,
)
_log = logging.getLogger(__name__)


def drain() -> int:
    """File what has arrived, then make one who proved to be one; how much was done. Longer runs are begun beside it."""
    for begin in _BEGINNERS:
        _begin(begin)
    return file.drain(clock.now()) + tying.settle_waiting(clock.now())


def _begin(begin: Callable[[], None]) -> None:
    """What cannot be begun (a wrong setting, a wrong list) must not keep hospitals' files waiting."""
    try:
        begin()
    except Exception as error:
        if db.is_unavailable(error):
            raise
        _log.exception("%s could not begin", begin.__module__)
