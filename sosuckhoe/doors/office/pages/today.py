"""Arrivals: who checked in on a day, by province, facility and hour."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.look import asked
from sosuckhoe.doors.look.cells import csv_file
from sosuckhoe.doors.office.scope import COUNTRY, place_name, province_asked, show, totals
from sosuckhoe.identity import queries as register
from sosuckhoe.identity.queries import Facility
from sosuckhoe.insight import tables
from sosuckhoe.insight.residence import UNKNOWN
from sosuckhoe.insight.tables import WHOLE_DAY

FIRST_HOUR, LAST_HOUR = 6, 19
"""Hours that the chart always shows; others only where somebody came."""


class Line(NamedTuple):
    """One province or facility and how many came (None where hidden), and where it is told in full ('': nowhere)."""

    code: str
    name: str
    came: int | None
    link: str = ""


@totals("arrivals")
def today(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Check-ins by facility (of a province) or by province, and by hour."""
    province, on, facility = (
        province_asked(request, actor),
        asked.day(request) or clock.today(),
        request.GET.get("co-so", ""),
    )
    shown = tables.check_ins(on, province)
    if facility and (facility, WHOLE_DAY) not in shown:
        raise Problem("SSK-1002")
    return show(
        request,
        actor,
        "today",
        section="today",
        province=province,
        facility=facility,
        above="?" + urlencode({"tinh": province if facility else "", "ngay": on.isoformat()}),
        name=_name(facility) if facility else place_name(province, clock.today()),
        on=on,
        is_today=on == clock.today(),
        total=shown.get((facility, WHOLE_DAY), 0),
        lines=_lines(province, on, shown),
        pairs=[(str(hour), number) for hour, number in _hours(shown, facility)],
    )


@totals("arrivals")
def today_csv(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The day as a file: by province for the country, by facility for a province."""
    province, on = province_asked(request, actor), asked.day(request) or clock.today()
    hidden = gettext("dưới 10 hoặc được ẩn")
    lines = _lines(province, on, tables.check_ins(on, province))
    rows = [(line.code, line.name, hidden if line.came is None else line.came) for line in lines]
    return csv_file(f"den-kham-{province or 'ca-nuoc'}-{on}", ["ma", "ten", "luot_den"], rows)


def _lines(province: str, on: date, shown: Mapping[tuple[str, int], int | None]) -> list[Line]:
    if province == COUNTRY:
        by_place = tables.check_ins_by_place(on)
        found = [_province(place, came, on) for place, came in by_place.items() if place]
    else:
        codes = sorted({facility for facility, _ in shown if facility})
        names = register.facilities(codes)
        found = [_facility(province, code, names.get(code), shown[code, WHOLE_DAY], on) for code in codes]
    return sorted(found, key=lambda line: (line.came is None, -(line.came or 0), line.code))


def _facility(province: str, code: str, entry: Facility | None, came: int | None, on: date) -> Line:
    link = f"?{urlencode({'tinh': province, 'ngay': on, 'co-so': code})}"
    return Line(code, entry.name if entry else code, came, link)


def _province(place: str, came: int | None, on: date) -> Line:
    link = "" if place == UNKNOWN else f"?{urlencode({'tinh': place, 'ngay': on})}"
    return Line(place, place_name(place, clock.today()), came, link)


def _hours(shown: Mapping[tuple[str, int], int | None], facility: str) -> list[tuple[int, int | None]]:
    came = {hour: number for (who, hour), number in shown.items() if who == facility and hour != WHOLE_DAY}
    hours = sorted({*came, *range(FIRST_HOUR, LAST_HOUR)})
    return [(hour, came.get(hour, 0)) for hour in hours]


def _name(facility: str) -> str:
    entry = register.facility(facility)
    return entry.name if entry else facility
