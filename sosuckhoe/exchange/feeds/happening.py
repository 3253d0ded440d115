"""On which day a record of another system says that somebody was cared for. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path

from sosuckhoe.base import clock, facts
from sosuckhoe.clinical.search.date import BEGINNING, END
from sosuckhoe.clinical.search.extract import main_range
from sosuckhoe.exchange.feeds.item import Item

VISIT = "Encounter"
_DAY = timedelta(days=1)
_ENDS = {BEGINNING.year, END.year}
"""Of the calendar: no day that somebody lived through."""


def day_of(item: Item) -> date | None:
    """The day in Vietnam of a record's main date.

    None where it tells none, for what was planned or did not happen, for what is more than a day after the record was
    written (some tell that by the day alone), and for what is no care (a card, an appointment).
    """
    types, undone = _facts()
    body = item.body or {}
    if item.type not in types or body.get("status") in undone:
        return None
    found = main_range(item.type, body)
    if found is None or found.low - item.as_of > _DAY or found.low.year in _ENDS:
        return None
    return clock.day_of(found.low)


def not_happened() -> frozenset[str]:
    """The statuses by which nobody was cared for, or not yet."""
    return _facts()[1]


@cache
def _facts() -> tuple[frozenset[str], frozenset[str]]:
    read = facts.read_yaml(Path(__file__).parent / "data" / "accepted.yaml")
    return frozenset(read["dated"]), frozenset(read["not_happened"])
