"""Data quality by facility: how many packages, how many refused, which rules, how fresh. Counts of files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock
from sosuckhoe.doors.look.cells import csv_file
from sosuckhoe.doors.look.finding_words import rule_told
from sosuckhoe.doors.office.scope import (
    COUNTRY,
    demand_facility,
    own_province,
    place_name,
    province_asked,
    show,
    totals,
)
from sosuckhoe.exchange import sent
from sosuckhoe.identity import places
from sosuckhoe.identity import queries as register
from sosuckhoe.insight import queries as counted
from sosuckhoe.insight.actions.sent import month_of
from sosuckhoe.insight.residence import UNKNOWN, facility_place

DAYS, MOST_RULES, MONTHS = 30, 15, 12


class Sent(NamedTuple):
    """What a province or a facility sent in a month, and when it was last heard of (None: not lately)."""

    code: str
    name: str
    packages: int
    refused: int
    noted: int
    newest: datetime | None

    @property
    def refused_share(self) -> float | None:
        """Per cent of the packages; None without packages."""
        return round(100 * self.refused / self.packages, 1) if self.packages else None

    @property
    def notes_each(self) -> float | None:
        """Notes per package; None without packages."""
        return round(self.noted / self.packages, 1) if self.packages else None


@totals("quality")
def quality(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Quality by province, or by facility of one; the rules broken most; the last days."""
    province, today = province_asked(request, actor), clock.today()
    month = _month(request, today)
    lines = lines_of(province, month)
    days = counted.sent_by_day(province, "", today - timedelta(days=DAYS - 1), today)
    return show(
        request,
        actor,
        "quality",
        section="quality",
        province=province,
        name=place_name(province, today),
        month=month,
        months=_months(today),
        lines=lines,
        silent=sum(not line.packages for line in lines),
        total=_total(province, month),
        rules=_rules(counted.broken(province, month, MOST_RULES), [month]),
        pairs=_by_day(days, lambda one: one.refused_share),
        linked=[(line, _link(province, line.code, month)) for line in lines],
    )


@totals("quality")
def quality_csv(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The table as a file."""
    province = province_asked(request, actor)
    month = _month(request, clock.today())
    header = ["ma", "ten", "ho_so", "bi_tu_choi", "ghi_chu", "nhan_gan_nhat"]
    rows = [
        (one.code, one.name, one.packages, one.refused, one.noted, one.newest.isoformat() if one.newest else "")
        for one in lines_of(province, month)
    ]
    return csv_file(f"chat-luong-{province or 'ca-nuoc'}-{month:%Y-%m}", header, rows)


@totals("quality")
def facility(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """One facility: its days and the rules that it broke most."""
    entry = register.facility(code)
    demand_facility(code, entry.province if entry else "", province_asked(request, actor))
    today = clock.today()
    first = today - timedelta(days=DAYS - 1)
    days = counted.sent_by_facility_daily(code, first, today)
    return show(
        request,
        actor,
        "facility",
        section="quality",
        code=code,
        name=entry.name if entry else code,
        packages=_by_day(days, lambda one: one.packages),
        shares=_by_day(days, lambda one: one.refused_share),
        notes=_by_day(days, lambda one: one.notes_each),
        province=facility_place(entry.province if entry else "", code) if own_province(actor) == COUNTRY else "",
        rules=_rules(sent.broken(code, first, today)[:MOST_RULES], [month_of(today), month_of(first)]),
        newest=max((row.newest for row in days), default=None),
        first=first,
        today=today,
    )


def lines_of(province: str, month: date) -> list[Sent]:
    """Every province, or every facility of one, the worst first; those that sent nothing stand at the end."""
    if province == COUNTRY:
        names = {place.code: place.name for place in places.provinces(clock.today())}
        rows = counted.sent_by_place([*names, UNKNOWN], month)
        lines = [_of(row.place, names.get(row.place) or place_name(row.place, month), row) for row in rows]
    else:
        lines = _facilities(province, month)
    return sorted(lines, key=lambda line: (not line.packages, -(line.refused_share or 0), line.code))


def _facilities(province: str, month: date) -> list[Sent]:
    rows = {row.facility: row for row in counted.sent_by_facility(province, month) if row.facility}
    before = counted.sent_by_facility(province, month_of(month - timedelta(days=1)))
    last = {row.facility: row.newest for row in before}
    olds = [place.code for place in places.provinces(date.min) if places.province_now(place.code) == province]
    known = register.facilities_in({province, *olds}) | register.facilities(list(rows))
    return [
        _of(code, known[code].name if code in known else code, rows[code])
        if code in rows
        else Sent(code, known[code].name, 0, 0, 0, last.get(code))
        for code in {*known, *rows}
    ]


def _by_day(days: Sequence[Any], number: Callable[[Sent], float | None]) -> list[tuple[str, float | None]]:
    return [(f"{row.since:%d/%m}", number(_of("", "", row))) for row in days]


def _link(province: str, code: str, month: date) -> str:
    """Where a line is told in full: a province's facilities, a facility's days."""
    if province:
        return reverse("office:facility", args=[code])
    return "" if code == UNKNOWN else f"?{urlencode({'tinh': code, 'thang': f'{month:%Y-%m}'})}"


def _of(code: str, name: str, row: Any) -> Sent:
    return Sent(code, name, row.packages, row.refused, row.noted, row.newest)


def _total(province: str, month: date) -> Sent | None:
    rows = counted.sent_by_place([province], month)
    return _of(province, place_name(province, month), rows[0]) if rows else None


def _rules(rows: Sequence[Any], months: Sequence[date]) -> list[tuple[Any, str]]:
    """Broken rules with their sentence in the reader's language."""
    known = counted.examples(rows, months)
    return [(row, rule_told(row, known.get((row.rule, row.tbl, row.field), ""))) for row in rows]


def _month(request: HttpRequest, today: date) -> date:
    asked = request.GET.get("thang", "")
    return next((month for month in _months(today) if f"{month:%Y-%m}" == asked), month_of(today))


def _months(today: date) -> list[date]:
    """This month and those before it, newest first."""
    months = [month_of(today)]
    while len(months) < MONTHS:
        months.append(month_of(months[-1] - timedelta(days=1)))
    return months
