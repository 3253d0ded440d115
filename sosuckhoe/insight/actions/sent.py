"""Count what facilities sent and which rules it broke. A filing never changes, so it is added once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sosuckhoe.base import db
from sosuckhoe.base.clock import day_of
from sosuckhoe.insight.actions.check_ins import places_of

DAY, MONTH = "day", "month"
_NUMBERS = 7
"""arrivals, broken, packages, filed, unchanged, refused, noted."""


def count(arrivals: Sequence[int]) -> None:
    """Add these arrivals' filings and findings."""
    filings = db.tuples(db.statement(__file__, "filings"), (list(arrivals),))
    places = places_of({row[0] for row in filings})
    sums: dict[tuple[Any, ...], list[int]] = {}
    newest: dict[tuple[Any, ...], datetime] = {}
    for facility, at, received, packages, *outcomes, is_broken in filings:
        numbers = [1, int(is_broken), packages, *outcomes]
        for cell in _cells(facility, places[facility], at):
            sums[cell] = [have + more for have, more in zip(sums.get(cell, [0] * _NUMBERS), numbers, strict=True)]
            newest[cell] = max(newest.get(cell, received), received)
    _add("add_sent", [(*cell, newest[cell], *numbers) for cell, numbers in sums.items()])
    _count_findings(arrivals, places)


def month_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def _cells(facility: str, place: str, at: datetime) -> Iterator[tuple[str, str, date, str]]:
    """Days and months of the facility, of its place, and of the country."""
    day = day_of(at)
    for span, since in ((DAY, day), (MONTH, month_of(day))):
        for where, who in ((place, facility), (place, ""), ("", "")):
            yield span, where, since, who


def _count_findings(arrivals: Sequence[int], places: dict[str, str]) -> None:
    broken: Counter[tuple[Any, ...]] = Counter()
    examples: dict[tuple[Any, ...], str] = {}
    rows = db.tuples(db.statement(__file__, "findings"), (list(arrivals),))
    for facility, at, rule, tbl, field, level, number, example in rows:
        since = month_of(day_of(at))
        for place in (places[facility], ""):
            cell = (place, since, rule, tbl, field, level)
            broken[cell] += number
            examples[cell] = min(examples.get(cell, example), example)
    _add("add_broken", [(*cell, number, examples[cell]) for cell, number in broken.items()])


def _add(statement: str, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        db.execute(db.statement(__file__, statement), [list(column) for column in zip(*sorted(rows), strict=True)])
