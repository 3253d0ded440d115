"""The nightly pull: each source once a night after its hour; one that was interrupted is gone on with at any time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from sosuckhoe.base import clock, db, facts
from sosuckhoe.exchange.fhir_feed.server import Place, places


@dataclass(frozen=True, slots=True)
class Plan:
    """When: `data/pulling.yaml`."""

    hour: int
    again_minutes: int

    @property
    def pause(self) -> timedelta:
        """How long an interrupted pull is left alone."""
        return timedelta(minutes=self.again_minutes)


@cache
def plan() -> Plan:
    """The plan of every night."""
    fact = facts.read_yaml(Path(__file__).parent / "data" / "pulling.yaml")
    return Plan(fact["hour"], fact["again_minutes"])


def due(at: datetime) -> list[str]:
    """The sources to be pulled now."""
    return [source for source, place in places().items() if is_due(source, place, at)]


def is_due(source: str, place: Place, at: datetime) -> bool:
    """Whether a pull of the source is under way, or tonight's has not been begun."""
    last = db.one("select began, ended from exchange_pull where source = %s order by id desc limit 1", (source,))
    if last is not None and last.ended is None:
        return True
    here = at.astimezone(clock.VIETNAM)
    begins = here.replace(hour=plan().hour if place.hour is None else place.hour, minute=0, second=0, microsecond=0)
    return here >= begins and (last is None or last.began < begins)
