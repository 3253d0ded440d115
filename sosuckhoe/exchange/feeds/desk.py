"""Whose deliveries a steward sees: those of the sources of the area."""

from __future__ import annotations

from sosuckhoe.access import policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange import sources
from sosuckhoe.exchange.feeds import looking
from sosuckhoe.exchange.sources import Source
from sosuckhoe.identity.area import NOWHERE, province_of


def theirs(actor: Actor) -> dict[str, Source]:
    """The sources of the actor's area by their ids; all of them for the whole country."""
    policy.check(actor, "read", "delivery")
    area = province_of(actor)
    return {key: source for key, source in sources.sources().items() if area in {NOWHERE, source.area}}


def one(actor: Actor, number: int) -> looking.Row:
    """A delivery of the actor's area. SSK-1002 for any other."""
    row = looking.one(number)
    if row is None or row.source not in theirs(actor):
        raise Problem("SSK-1002")
    return row
