"""What the worker does for other systems' servers: the nightly pull, beside its turns."""

from __future__ import annotations

import logging
from datetime import datetime

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.beside import Beside
from sosuckhoe.exchange.feeds import deliver
from sosuckhoe.exchange.fhir_feed import night
from sosuckhoe.exchange.fhir_feed import pull as pulling
from sosuckhoe.exchange.fhir_feed.server import Server, place_of, places

run = Beside("the nightly pull")
_log = logging.getLogger(__name__)
_looked: dict[str, datetime] = {}


def begin_when_due() -> None:
    """Begin to pull what is due, unless that is under way or was tried a moment ago."""
    at = clock.now()
    if not places() or run.is_under_way or at < _looked.get("at", at):
        return
    _looked["at"] = at + night.plan().pause / 30
    due = [source for source in night.due(at) if at >= _looked.get(source, at)]
    if due:
        run.begin(lambda: _work(due))


def _work(sources: list[str]) -> None:
    for source in sources:
        _looked[source] = clock.now() + night.plan().pause
        _pull(source)


def _pull(source: str) -> None:
    try:
        known = deliver.source_of(source, clock.now())
        pulling.pull(PROGRAM, known, Server(known.vi, place_of(source)), clock.now())
    except Problem as problem:
        _log.warning("the pull of %s was interrupted (%s)", source, problem.number)
    except Exception as error:  # noqa: BLE001 -- one source that fails must not end the others; its kind is named
        _log.error("the pull of %s ended (%s)", source, type(error).__name__)
