"""An office's first page: four numbers, and where each is told in full."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock
from sosuckhoe.doors.office.scope import COUNTRY, own_province, place_name, show, totals
from sosuckhoe.insight import queries as counted
from sosuckhoe.insight import tables
from sosuckhoe.insight.actions.sent import month_of


@totals("coverage")
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Books, visits of the year, check-ins of today, packages of the month."""
    today, province = clock.today(), own_province(actor)
    sent = counted.sent_by_place([province], month_of(today))
    return show(
        request,
        actor,
        "home",
        section="home",
        today=today,
        name=place_name(province, today),
        province=province,
        books=tables.books(COUNTRY).get(province, 0),
        visits=tables.visits(COUNTRY, today.year).get(province, 0),
        came=tables.check_ins_by_place(today).get(province, 0),
        sent=sent[0] if sent else None,
    )
