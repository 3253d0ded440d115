"""How far the books reach: the counts of a print by place, against what was promised; a map, tables, a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.look import chart_words, figures, maps
from sosuckhoe.doors.look.cells import csv_file
from sosuckhoe.doors.look.steps import key_of
from sosuckhoe.doors.office.reach_lines import Line, lines_of, name_of, ordered
from sosuckhoe.doors.office.reach_words import described, part, rules_told, said, told
from sosuckhoe.doors.office.scope import COUNTRY, place_name, province_asked, show, totals
from sosuckhoe.identity import places
from sosuckhoe.insight import queries as counted
from sosuckhoe.insight.reach import facts, grounds, pace
from sosuckhoe.insight.residence import UNKNOWN

COMMUNES, DISTRICTS = "xa", "huyen"
FALLING, RISING = "giam", "tang"
_COMMUNE_DIGITS = 5
_LIMITS = (20, 40, 60, 80)
"""Per cent: where the map's shades begin, for all but the books created, of whom there may be few everywhere."""

_REACH = ("created", "linked", "opened", "filled")


class Asked(NamedTuple):
    """Which numbers: of which place, whose parts by what, which count the map shows, in which order."""

    province: str
    commune: str
    by: str
    measure: str
    order: str
    is_falling: bool

    @property
    def key(self) -> str:
        """The place as a print calls it."""
        return grounds.commune_key(self.province, self.commune) if self.commune else self.province

    def address(self, **other: str) -> str:
        """The page's own address with some of what it asks for changed."""
        asked = {
            "tinh": self.province,
            "xa": self.commune,
            "theo": self.by if self.by != COMMUNES else "",
            "xem": self.measure,
            "xep": self.order,
            "chieu": (FALLING if self.is_falling else RISING) if self.order else "",
        }
        return "?" + urlencode({key: value for key, value in {**asked, **other}.items() if value})


@totals("coverage")
def reach(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The counts of a place and of its parts."""
    asked, day = _asked(request, actor), counted.reach_day()
    lines = _lines(asked, day)
    here = _here(asked, day)
    filled = [line for line in lines if not line.is_empty]
    return show(
        request,
        actor,
        "reach",
        section="reach",
        asked=asked,
        day=day,
        name=_name(asked),
        trail=_trail(asked, actor),
        can_choose=not asked.commune,
        choices=[(count.key, said(count.names)) for count in facts.counts().values()],
        tiles=[_tile(here, key) for key in facts.counts()],
        population=here.population,
        targets=[told(one, here) for one in _standings(here, day)],
        tables=_tables(asked, filled),
        empty=[line for line in lines if line.is_empty],
        rules=rules_told(),
        measures=described(),
        file=reverse("office:reach-csv") + asked.address(),
        **(_map(asked, lines) if not asked.commune and asked.by == COMMUNES else {}),
    )


@totals("coverage")
def reach_csv(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The table as a file, of the same print: the same numbers are hidden in it."""
    asked, day = _asked(request, actor), counted.reach_day()
    here = _here(asked, day)
    header = ["ngay", "ma", "ten", "dan_so", *facts.counts()]
    rows = [
        [day, line.code, line.name, line.population, *map(_cell, line.numbers)] for line in [here, *_lines(asked, day)]
    ]
    return csv_file(f"do-bao-phu-{asked.commune or asked.province or 'ca-nuoc'}-{asked.by}-{day}", header, rows)


def _asked(request: HttpRequest, actor: Actor) -> Asked:
    """What is asked for. Problem SSK-1002 for a place that does not exist, or that is not the officer's."""
    today, area = clock.today(), actor.area or ""
    commune = request.GET.get("xa", "") or (area if len(area) == _COMMUNE_DIGITS else "")
    own = places.province_of(commune, today) if commune else None
    province = province_asked(request, actor)
    is_strange = commune and (own is None or province not in {COUNTRY, own})
    if is_strange or (len(area) == _COMMUNE_DIGITS and commune != area):
        raise Problem("SSK-1002")
    measure, order = request.GET.get("xem", ""), request.GET.get("xep", "")
    return Asked(
        own or province,
        commune,
        DISTRICTS if request.GET.get("theo") == DISTRICTS else COMMUNES,
        measure if measure in facts.counts() else "created",
        order if order in {*facts.counts(), "ten"} else "",
        request.GET.get("chieu", RISING if order == "ten" else FALLING) == FALLING,
    )


def _here(asked: Asked, day: date | None) -> Line:
    """The place itself. A province's own numbers stand on the country's page."""
    page = counted.reach(day, asked.province if asked.commune else COUNTRY) if day else {}
    return Line.of(asked.key, _name(asked), page.get(asked.key, {}))


def _lines(asked: Asked, day: date | None) -> list[Line]:
    if asked.commune or day is None:
        return []
    found = counted.reach(day, asked.province)
    if asked.by == DISTRICTS and asked.province == COUNTRY:
        found = counted.reach_of_kind(day, grounds.FORMER)
    lines = lines_of(asked.province, found, by_district=asked.by == DISTRICTS)
    return ordered(lines, asked.order, is_falling=asked.is_falling)


def _standings(here: Line, day: date | None) -> list[pace.Standing]:
    if day is None:
        return []
    return [
        pace.standing(target, here.number(target.measure), here.whole(target.measure), day)
        for target in facts.targets()
    ]


def _tile(here: Line, key: str) -> dict[str, Any]:
    count = facts.counts()[key]
    return {
        "name": said(count.names),
        "number": here.number(key),
        "share": part(here, key),
        "of": _whole_name(count.of),
    }


def _whole_name(of: str) -> str:
    return gettext("dân số") if of == facts.POPULATION else gettext("sổ đã tạo")


def _tables(asked: Asked, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Two tables, since one would be too wide: how far the books reach, and how good they are."""
    if not lines:
        return []
    rest = tuple(key for key in facts.counts() if key not in _REACH)
    return [
        _table(asked, lines, gettext("Độ phủ của sổ"), _REACH, has_population=True),
        _table(asked, lines, gettext("Chất lượng dữ liệu của sổ"), rest, has_population=False),
    ]


def _table(
    asked: Asked, lines: Sequence[Line], caption: str, keys: Sequence[str], *, has_population: bool
) -> dict[str, Any]:
    names = [said(facts.counts()[key].names) for key in keys]
    return {
        "caption": caption,
        "head": [_heading(asked, key, name) for key, name in zip(keys, names, strict=True)],
        "place_head": _heading(asked, "ten", gettext("Nơi ở")),
        "has_population": has_population,
        "rows": [
            (
                line,
                _link(asked, line),
                [(name, line.number(key), part(line, key)) for key, name in zip(keys, names, strict=True)],
            )
            for line in lines
        ],
    }


def _heading(asked: Asked, key: str, name: str) -> dict[str, Any]:
    """A column's heading: a link that sorts by it, largest first, and the other way round the second time."""
    is_own = asked.order == key
    is_falling = not asked.is_falling if is_own else key != "ten"
    return {
        "name": name,
        "href": asked.address(xep=key, chieu=FALLING if is_falling else RISING),
        "sorted": ("descending" if asked.is_falling else "ascending") if is_own else "",
    }


def _link(asked: Asked, line: Line) -> str:
    """Where a row is told in full; '' for what is no place of today."""
    if line.kind == grounds.COMMUNE:
        return asked.address(xa=line.code, theo="", xep="", chieu="")
    is_province = not line.kind and asked.province == COUNTRY and line.code != UNKNOWN
    return asked.address(tinh=line.code, xep="", chieu="") if is_province else ""


def _map(asked: Asked, lines: Sequence[Line]) -> dict[str, Any]:
    """Shares on a map; of the books created the number. Where there are none, an area is empty, not pale."""
    level: maps.Level = "commune" if asked.province else "province"
    is_share = asked.measure != "created"
    on_map = [line for line in lines if line.kind == grounds.COMMUNE or (not line.kind and level == "province")]
    found = {line.code: line.share(asked.measure) if is_share else line.number("created") for line in on_map}
    values = {code: float(value) for code, value in found.items() if value and code != UNKNOWN}
    limits = _LIMITS if is_share else ()
    name = said(facts.counts()[asked.measure].names)
    links = {line.code: link for line in on_map if (link := _link(asked, line))}
    words = {line.code: _in_words(line, asked.measure) for line in on_map}
    title = gettext("%(count)s, %% sổ đã tạo") % {"count": name} if is_share else name
    return {
        "map": maps.map_svg(values, level, asked.province or None, title=title, limits=limits, said=words, links=links),
        "map_title": title,
        "map_words": chart_words.map_words(values, maps.area_names(level, asked.province or None)),
        "shades": key_of(values, limits),
    }


def _in_words(line: Line, measure: str) -> str:
    """What the map says of a place: the number, and of whom it is how much."""
    number, share = line.number(measure), part(line, measure)
    if number is None:
        return gettext("được ẩn")
    return f"{figures.number(number)} ({share})" if share else figures.number(number)


def _trail(asked: Asked, actor: Actor) -> list[tuple[str, str]]:
    """The way down to this place, as far as the officer may go up."""
    area, base = actor.area or "", reverse("office:reach")
    steps = [(place_name(COUNTRY, clock.today()), base)] if not area else []
    if asked.commune and len(area) != _COMMUNE_DIGITS:
        steps.append((place_name(asked.province, clock.today()), base + asked.address(xa="")))
    return steps if asked.province else []


def _name(asked: Asked) -> str:
    return name_of(asked.key, asked.province)


def _cell(number: int | None) -> Any:
    return gettext("dưới 10 hoặc được ẩn") if number is None else number
