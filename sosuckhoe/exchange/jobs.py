"""What the worker does for exchange."""

from __future__ import annotations

from datetime import datetime

from sosuckhoe.base import clock
from sosuckhoe.base.rounds import Work
from sosuckhoe.exchange.actions import file, tying
from sosuckhoe.exchange.bhxh import client as insurance
from sosuckhoe.exchange.bhxh import night as cards
from sosuckhoe.exchange.feeds import jobs as feeds
from sosuckhoe.exchange.fhir_feed import night as pulls
from sosuckhoe.exchange.population import client as population
from sosuckhoe.exchange.population import night as reconciliation
from sosuckhoe.exchange.register import filing as register


def drain() -> int:
    """File what has arrived, then make one who proved to be one; how much was done. Files of feeds are filed beside."""
    feeds.begin_when_due()
    return file.drain(clock.now()) + tying.settle_waiting(clock.now())


def renew(at: datetime) -> int:
    """Entries of registers that have begun or ended say so; how many. SSK-3409 when a list is brought in meanwhile."""
    return register.renew(clock.day_of(at), at)


def reconcile(at: datetime) -> int:
    """Take the changes of the population register and ask it about everybody whose turn has come; how many."""
    return reconciliation.run(clock.day_of(at), population.register(), at)


def look_at_cards(at: datetime) -> int:
    """Ask the insurer about cards that end soon; how many were answered."""
    return cards.renew(insurance.insurer(), at)


ROUNDS = (
    Work("register", renew),
    Work("population", reconcile, wanted=population.is_connected),
    Work("cards", look_at_cards, wanted=insurance.is_connected),
    Work("pull", pulls.pull_from, parts=pulls.hours),
)
