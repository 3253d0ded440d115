"""The nightly pull: every server that SOSUCKHOE_PULLS names, each by itself."""

from __future__ import annotations

from datetime import datetime

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.exchange.feeds import deliver
from sosuckhoe.exchange.fhir_feed import pull as pulling
from sosuckhoe.exchange.fhir_feed.server import Server, place_of, places


def hours() -> dict[str, int | None]:
    """The sources, with the hour of those that have one of their own."""
    return {source: place.hour for source, place in places().items()}


def pull_from(at: datetime, source: str) -> int:
    """Pull from one source, or go on with a pull that was interrupted; how many files came. Raises as `pull` does."""
    known = deliver.source_of(source, at)
    return pulling.pull(PROGRAM, known, Server(known.vi, place_of(source)), at)
