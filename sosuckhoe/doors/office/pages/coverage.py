"""Books and visits by place of residence: a map, the table behind it, and the table as a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock
from sosuckhoe.doors.look import chart_words, maps
from sosuckhoe.doors.look.cells import csv_file
from sosuckhoe.doors.look.maps import Level
from sosuckhoe.doors.look.steps import key_of
from sosuckhoe.doors.office.scope import COUNTRY, place_name, province_asked, show, totals
from sosuckhoe.identity import places
from sosuckhoe.insight import queries as counted
from sosuckhoe.insight import tables
from sosuckhoe.insight.residence import DIVIDED, UNKNOWN

BOOKS, VISITS = "so", "luot"


class Line(NamedTuple):
    """One place: its books and its visits of the year; None where hidden. `can_open`: it has communes to show."""

    place: str
    name: str
    books: int | None
    visits: int | None
    can_open: bool

    @property
    def is_on_map(self) -> bool:
        """Whether it is an area; people without a commune are in the table only."""
        return self.place not in {DIVIDED, UNKNOWN}

    @property
    def is_empty(self) -> bool:
        """Whether nobody was counted there; a hidden number is not nobody."""
        return self.books == 0 and self.visits == 0


class Asked(NamedTuple):
    """Which totals: of whose parts, of which year, and which of the two the map shows."""

    province: str
    year: int
    measure: str


@totals("coverage")
def coverage(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Books and visits by province, or by commune of one."""
    asked, today = _asked(request, actor), clock.today()
    lines = _lines(asked, today)
    values = {line.place: number for line in lines if (number := _number(line, asked.measure)) and line.is_on_map}
    level: Level = "commune" if asked.province else "province"
    title = _map_title(asked)
    names = maps.area_names(level, asked.province or None)
    return show(
        request,
        actor,
        "coverage",
        section="coverage",
        asked=asked,
        name=place_name(asked.province, today),
        filled=[line for line in lines if not line.is_empty],
        empty=[line for line in lines if line.is_empty],
        total=_line(asked, asked.province, _books(asked), _visits(asked), today),
        years=counted.years(),
        map=maps.map_svg(values, level, asked.province or None, title=title, said=_hidden(asked, lines)),
        map_title=title,
        map_words=chart_words.map_words(values, names),
        shades=key_of(values),
    )


def _hidden(asked: Asked, lines: Sequence[Line]) -> dict[str, str]:
    """What the map says of the places whose number is hidden."""
    return {line.place: gettext("ẩn, ít người") for line in lines if _number(line, asked.measure) is None}


@totals("coverage")
def coverage_csv(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The table as a file; an empty cell is a hidden one."""
    asked, today = _asked(request, actor), clock.today()
    name = f"so-va-luot-kham-{asked.province or 'ca-nuoc'}-{asked.year}"
    header = ["ma", "ten", "so_suc_khoe", f"luot_kham_{asked.year}"]
    rows = [(line.place, line.name, _cell(line.books), _cell(line.visits)) for line in _lines(asked, today)]
    return csv_file(name, header, rows)


def _asked(request: HttpRequest, actor: Actor) -> Asked:
    text = request.GET.get("nam", "")
    years = counted.years()
    year = int(text) if text in {str(known) for known in years} else (years[0] if years else clock.today().year)
    return Asked(province_asked(request, actor), year, VISITS if request.GET.get("xem") == VISITS else BOOKS)


def _lines(asked: Asked, today: date) -> Sequence[Line]:
    """Every place that there is, in the order of names' codes; those without a single book too; unplaced ones last."""
    books, visits = _books(asked), _visits(asked)
    known = places.communes(asked.province, today) if asked.province else places.provinces(today)
    codes = [place.code for place in known]
    odd = sorted({*books, *visits} - {*codes, asked.province})
    return [_line(asked, code, books, visits, today) for code in [*codes, *odd]]


def _line(asked: Asked, code: str, books: dict[str, int | None], visits: dict[str, int | None], today: date) -> Line:
    name = place_name(code, today, within=asked.province)
    can_open = asked.province == COUNTRY and code not in {UNKNOWN, COUNTRY}
    return Line(code, name, books.get(code, 0), visits.get(code, 0), can_open)


def _books(asked: Asked) -> dict[str, int | None]:
    return tables.books(asked.province)


def _visits(asked: Asked) -> dict[str, int | None]:
    return tables.visits(asked.province, asked.year)


def _map_title(asked: Asked) -> str:
    if asked.measure == VISITS:
        return gettext("Lượt khám năm %d") % asked.year
    return gettext("Sổ có lượt khám")


def _number(line: Line, measure: str) -> int | None:
    return line.visits if measure == VISITS else line.books


def _cell(number: int | None) -> Any:
    return gettext("dưới 10 hoặc được ẩn") if number is None else number
