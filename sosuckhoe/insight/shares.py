"""What one person adds to the counts. Pure: the visits as they stand → shares; two sets of shares → what changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sosuckhoe.insight.residence import Residence, residence

EVER = date(1, 1, 1)
"""The `since` of what is not counted by time: books."""

BOOK, YEAR, WEEK, KIND = "book", "year", "week", "kind"


class Visit(NamedTuple):
    """An episode as counting needs it; codes as the facility wrote them, `day` in Vietnam."""

    day: date
    kind: str
    province: str
    commune: str


class Cell(NamedTuple):
    """The name of a cell of `insight_cell`."""

    measure: str
    parent: str
    since: date
    place: str
    kind: str = ""


class Change(NamedTuple):
    """By how much a cell's books or visits, and its people, change."""

    total: int
    people: int


Shares = Mapping[Cell, int]


def shares_of(visits: Sequence[Visit]) -> Counter[Cell]:
    """Everything that a person with these visits adds; nothing without a visit.

    A book lies where the newest visit that names a known province says that its owner lives.
    """
    if not visits:
        return Counter()
    homes = [residence(visit.province, visit.commune, visit.day) for visit in visits]
    shares = Counter(_places(BOOK, EVER, _home(visits, homes)))
    for visit, home in zip(visits, homes, strict=True):
        shares.update(_of_visit(visit, home))
    return shares


def changes(pairs: Iterable[tuple[Shares, Shares]]) -> dict[Cell, Change]:
    """What changes in the cells when each person's first shares become the second."""
    total: Counter[Cell] = Counter()
    people: Counter[Cell] = Counter()
    for old, new in pairs:
        for shares, sign in ((old, -1), (new, 1)):
            for cell, number in shares.items():
                total[cell] += sign * number
                people[cell] += sign
    return {cell: Change(total[cell], people[cell]) for cell in total if total[cell] or people[cell]}


def written(shares: Shares) -> list[list[str | int]]:
    """Shares as JSON holds them, in order."""
    return [[*cell[:2], cell.since.isoformat(), *cell[3:], number] for cell, number in sorted(shares.items())]


def parsed(rows: Iterable[Sequence[str | int]]) -> dict[Cell, int]:
    """The inverse of `written`."""
    return {
        Cell(str(measure), str(parent), date.fromisoformat(str(since)), str(place), str(kind)): int(number)
        for measure, parent, since, place, kind, number in rows
    }


def week_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def _home(visits: Sequence[Visit], homes: Sequence[Residence]) -> Residence:
    known = [i for i, home in enumerate(homes) if home.province != "unknown"] or range(len(homes))
    return homes[max(known, key=lambda i: (visits[i].day, homes[i]))]


def _of_visit(visit: Visit, home: Residence) -> Iterator[Cell]:
    year = date(visit.day.year, 1, 1)
    yield from _places(YEAR, year, home)
    for place in ("", home.province):
        yield Cell(WEEK, "", week_of(visit.day), place)
        yield Cell(KIND, "", year, place, visit.kind.strip())


def _places(measure: str, since: date, home: Residence) -> Iterator[Cell]:
    """The country, the province, and within a known province the commune."""
    yield Cell(measure, "", since, "")
    yield Cell(measure, "", since, home.province)
    if home.province != "unknown":
        yield Cell(measure, home.province, since, home.commune)
