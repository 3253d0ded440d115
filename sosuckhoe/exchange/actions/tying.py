"""Make one whom later records show to be one: after hospital files and check-ins were filed, a few persons a turn.

Each person is a transaction of its own, so that no file waits for a merge. A killed process leaves who waits in the
table `identity_unsettled`.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sosuckhoe.base import db
from sosuckhoe.exchange.feeds import memory, telling
from sosuckhoe.identity import bridging, merging, unsettled

MOST_A_TURN = 20
"""Some 40 ms of a worker's turn: files that came meanwhile wait no longer than that."""

AGAIN_AFTER = timedelta(minutes=10)
"""When somebody is tried again who met another change, or whose words this program fails at."""

_log = logging.getLogger(__name__)


def settle_waiting(at: datetime) -> int:
    """Settle those who have waited longest; how many were settled."""
    return sum(_settle(person, since, at) for person, since in unsettled.waiting(MOST_A_TURN, at))


def _settle(person: int, since: datetime, at: datetime) -> bool:
    """Whether that worked; whoever could not be settled is tried again later."""
    try:
        with db.atomic():
            _tie(person, at)
            unsettled.strike_off(person, since)
    except Exception as error:
        if db.is_unavailable(error):
            raise
        _log.warning("a person could not be settled (%s)", type(error).__name__)
        unsettled.put_off(person, at + AGAIN_AFTER)
        return False
    return True


def _tie(person: int, at: datetime) -> None:
    kept = {merge.keep for number in bridging.settle([person], at) if (merge := merging.found(number))}
    told = {one for one in kept if memory.words_of(one)}
    if told:
        telling.retell(told, at)
