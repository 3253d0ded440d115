"""Visits by week and by kind."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock
from sosuckhoe.doors.look.cells import csv_file
from sosuckhoe.doors.look.finding_words import kind_of_visit
from sosuckhoe.doors.office.scope import place_name, province_asked, show, totals
from sosuckhoe.insight import tables
from sosuckhoe.insight.shares import week_of

WEEKS = 26


@totals("coverage")
def weeks(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Half a year of visits by week, and this year's by kind."""
    province, today = province_asked(request, actor), clock.today()
    return show(
        request,
        actor,
        "weeks",
        section="weeks",
        province=province,
        name=place_name(province, today),
        pairs=[(f"{monday:%d/%m}", number) for monday, number in by_week(province, today)],
        kinds=_kinds(province, today.year),
        year=today.year,
    )


@totals("coverage")
def weeks_csv(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The weeks as a file."""
    province, today = province_asked(request, actor), clock.today()
    hidden = gettext("dưới 10 hoặc được ẩn")
    rows = [(monday.isoformat(), hidden if number is None else number) for monday, number in by_week(province, today)]
    return csv_file(f"luot-kham-theo-tuan-{province or 'ca-nuoc'}", ["tuan_tu_ngay", "luot_kham"], rows)


def by_week(province: str, today: date) -> list[tuple[date, int | None]]:
    """Visits of each of the last weeks, oldest first; None where hidden."""
    first = week_of(today) - timedelta(weeks=WEEKS - 1)
    shown = tables.visits_by_week(first, WEEKS)
    mondays = [first + timedelta(weeks=number) for number in range(WEEKS)]
    return [(monday, shown.get((province, monday), 0)) for monday in mondays]


def _kinds(province: str, year: int) -> list[tuple[str, int | None]]:
    shown = tables.visits_by_kind(year)
    found = [(kind_of_visit(kind), number) for (place, kind), number in shown.items() if place == province]
    return sorted(found, key=lambda pair: (pair[1] is None, -(pair[1] or 0), pair[0]))
