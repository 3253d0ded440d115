"""Calls to the population database. What comes back is bytes: it is stored before it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.outside.line import Line
from sosuckhoe.exchange.population.messages import Ask, written

SYSTEM = "CSDL quốc gia về dân cư"


@dataclass(frozen=True, slots=True)
class Register:
    """The population database at the other end of a line. Each call raises Away or Declined."""

    line: Line

    def verify(self, ask: Ask) -> bytes:
        """One person: bytes of an Answer."""
        return self.line.ask("/verify", written(ask))

    def reconcile(self, asks: Sequence[Ask]) -> bytes:
        """A batch: bytes of a Batch."""
        return self.line.ask("/reconcile", written({"asks": asks}))

    def changes(self, after: int, most: int) -> bytes:
        """What happened since: bytes of a page of Changes."""
        return self.line.ask("/changes", written({"after": after, "most": most}))


@cache
def register() -> Register:
    """The register that the settings name. Problem SSK-4533 when they name none."""
    if not settings.POPULATION_URL:
        raise Problem("SSK-4533", system=SYSTEM, setting="SOSUCKHOE_POPULATION")
    return Register(Line(SYSTEM, settings.POPULATION_URL, settings.POPULATION_TOKEN))


def is_connected() -> bool:
    """Whether there is a register to ask."""
    return bool(settings.POPULATION_URL)
