"""Data quality: which rules a facility breaks most, and whether it is getting better."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock
from sosuckhoe.doors.facility.desk import desk, facility_of, show
from sosuckhoe.doors.look import asked
from sosuckhoe.doors.look.finding_words import Tag, level, rule_told
from sosuckhoe.exchange import sent
from sosuckhoe.insight import queries as counted
from sosuckhoe.insight.actions.sent import month_of

SPANS = {"ngay": 30, "tuan": 26 * 7}
"""By day for a month, by week for half a year: days looked back."""

MOST_RULES = 20
_WEEK = 7


class Period(NamedTuple):
    """What came in a day or a week."""

    since: date
    packages: int
    refused: int
    noted: int

    @property
    def refused_share(self) -> float | None:
        """Per cent of the packages that were refused; None without packages."""
        return round(100 * self.refused / self.packages, 1) if self.packages else None

    @property
    def notes_each(self) -> float | None:
        """Notes per package; None without packages."""
        return round(self.noted / self.packages, 1) if self.packages else None


@desk("read", "findings")
def quality(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The rules broken most, and the trend by day or by week."""
    code, today = facility_of(actor), clock.today()
    span = asked.chosen(request, "theo", SPANS) or "ngay"
    first = today - timedelta(days=SPANS[span] - 1)
    if span == "tuan":
        first -= timedelta(days=first.weekday())
    rows = sent.broken(code, first, today)
    rules = _rules(rows[:MOST_RULES], today)
    days = counted.sent_by_facility_daily(code, first, today)
    trend = periods(days, first, today, 1 if span == "ngay" else _WEEK)
    return show(
        request,
        actor,
        "quality",
        section="quality",
        span=span,
        first=first,
        today=today,
        rules=rules,
        number_of_rules=len(rows),
        head=gettext("Ngày") if span == "ngay" else gettext("Tuần từ ngày"),
        shares=[(f"{one.since:%d/%m}", one.refused_share) for one in trend],
        notes=[(f"{one.since:%d/%m}", one.notes_each) for one in trend],
        total=_total(days),
        as_of=counted.as_of(),
    )


def _rules(rows: Sequence[Any], today: date) -> list[tuple[Any, str, Tag]]:
    """Broken rules with their sentence and how grave they are."""
    known = counted.examples(rows, [month_of(today), month_of(today.replace(day=1) - timedelta(days=1))])
    return [(row, rule_told(row, known.get((row.rule, row.tbl, row.field), "")), level(row.level)) for row in rows]


def periods(days: Sequence[Any], first: date, last: date, length: int) -> list[Period]:
    """Sums of so many days each, from the first day on, empty ones included."""
    starts = [first + timedelta(days=length * i) for i in range((last - first).days // length + 1)]
    sums = {start: [0, 0, 0] for start in starts}
    for row in days:
        start = starts[(row.since - first).days // length]
        for i, number in enumerate((row.packages, row.refused, row.noted)):
            sums[start][i] += number
    return [Period(start, *numbers) for start, numbers in sums.items()]


def _total(days: Sequence[Any]) -> Period | None:
    if not days:
        return None
    return Period(
        days[0].since,
        sum(row.packages for row in days),
        sum(row.refused for row in days),
        sum(row.noted for row in days),
    )
