"""Totals as pages may show them: a number, or None for a cell that is hidden because few people stand in it.

Every function reads what a page needs together with the sums that a reader could form from neighbouring pages, so
that a cell hidden on one page cannot be computed from another.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeVar

from sosuckhoe.insight import queries
from sosuckhoe.insight.queries import Number
from sosuckhoe.insight.shares import BOOK, EVER, YEAR
from sosuckhoe.insight.suppression import hidden

COUNTRY = ""
WHOLE_DAY = -1
WEEK = timedelta(days=7)
_NONE = Number(0, 0)
Key = TypeVar("Key", bound=Hashable)
Shown = Mapping[Key, int | None]


def books(parent: str) -> dict[str, int | None]:
    """Books by province, or by commune of one: place → books. `parent` itself is in it as the total."""
    return _by_place(BOOK, parent, EVER)


def visits(parent: str, year: int) -> dict[str, int | None]:
    """Visits of a year by province, or by commune of one. `parent` itself is in it as the total."""
    return _by_place(YEAR, parent, date(year, 1, 1))


def visits_by_week(first: date, weeks: int) -> dict[tuple[str, date], int | None]:
    """Visits by (place, Monday) for so many weeks from a Monday on, empty weeks included; '' is the country."""
    mondays = [first + WEEK * number for number in range(weeks)]
    numbers = queries.weeks(first, mondays[-1])
    places = sorted({place for place, _ in numbers} | {COUNTRY})
    full = {(place, monday): numbers.get((place, monday), Number(0, 0)) for place in places for monday in mondays}
    return _matrix(full, date.max, _hidden_years({first.year, mondays[-1].year}))


def visits_by_kind(year: int) -> dict[tuple[str, str], int | None]:
    """A year's visits by (place, MA_LOAI_KCB); '' is the country."""
    return _matrix(queries.kinds(date(year, 1, 1)), "total", _hidden_years({year}))


def check_ins_by_place(day: date) -> dict[str, int | None]:
    """Check-ins of a day by the facility's province; '' is the country."""
    numbers = {place: Number(count, count) for place, count in queries.arrivals_by_place(day).items()}
    return _shown(numbers, [(COUNTRY, [place for place in numbers if place])])


def check_ins(day: date, place: str) -> dict[tuple[str, int], int | None]:
    """Check-ins of a day in a place by (facility, hour): facility '' is the whole place, hour -1 the whole day."""
    counts = dict(queries.hours(day, place))
    for (facility, _), count in list(counts.items()):
        counts[facility, WHOLE_DAY] = counts.get((facility, WHOLE_DAY), 0) + count
    numbers = {key: Number(count, count) for key, count in counts.items()}
    facilities = sorted({facility for facility, _ in numbers} - {""})
    hours = sorted({hour for _, hour in numbers} - {WHOLE_DAY})
    sums = [((facility, WHOLE_DAY), [(facility, hour) for hour in hours]) for facility in ["", *facilities]]
    if facilities:
        sums += [(("", hour), [(facility, hour) for facility in facilities]) for hour in [*hours, WHOLE_DAY]]
    above = check_ins_by_place(day).get(place, 0)
    return _shown(numbers, sums, also=[("", WHOLE_DAY)] if above is None else [])


def _by_place(measure: str, parent: str, since: date) -> dict[str, int | None]:
    country = queries.parts(measure, COUNTRY, since)
    shown = _shown(country, [(COUNTRY, [place for place in country if place])])
    if parent == COUNTRY:
        return shown
    numbers = {**queries.parts(measure, parent, since), parent: country.get(parent, Number(0, 0))}
    parts = [place for place in numbers if place != parent]
    return _shown(numbers, [(parent, parts)], also=[parent] if shown.get(parent, 0) is None else [])


def _hidden_years(years: Iterable[int]) -> list[str]:
    """The places whose total of one of these years is hidden."""
    return [place for year in years for place, total in visits(COUNTRY, year).items() if total is None]


def _matrix(
    numbers: Mapping[tuple[str, Key], Number], every: Key, places_hidden: Sequence[str]
) -> dict[tuple[str, Key], int | None]:
    """Cells by place and column. A reader also knows each place's total (column `every`) and the country's parts."""
    places = sorted({place for place, _ in numbers})
    columns = list({column: None for _, column in numbers})
    people: dict[tuple[str, Key], Number] = dict(numbers)
    for place in places:
        people[place, every] = Number(0, sum(numbers.get((place, column), _NONE).people for column in columns))
    sums = [((place, every), [(place, column) for column in columns]) for place in places]
    sums += [((COUNTRY, column), [(place, column) for place in places if place]) for column in columns]
    shown = _shown(people, sums, also=[(place, every) for place in places_hidden])
    return {key: shown[key] for key in numbers}


def _shown(
    numbers: Mapping[Key, Number], sums: Iterable[tuple[Key, Sequence[Key]]], also: Sequence[Key] = ()
) -> dict[Key, int | None]:
    gone = hidden({key: number.people for key, number in numbers.items()}, sums, also=also)
    return {key: None if key in gone else number.total for key, number in numbers.items()}
