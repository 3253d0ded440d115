"""A facility's first page: how today goes, and what waits for somebody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock
from sosuckhoe.doors.facility import wording
from sosuckhoe.doors.facility.desk import desk, facility_of, show
from sosuckhoe.exchange import sent
from sosuckhoe.exchange.actions.receive import lane_of
from sosuckhoe.insight import queries as counted

NEWEST_REFUSED = 5


@desk("read", "package")
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Today's numbers, the newest arrivals that were refused, and where to go."""
    code, today = facility_of(actor), clock.today()
    numbers = counted.sent_by_facility_daily(code, today, today)
    refused = sent.arrivals(code, sent.Filter(outcome="refused"), None, NEWEST_REFUSED)
    newest = sent.arrivals(code, sent.Filter(), None, 1)
    return show(
        request,
        actor,
        "home",
        section="home",
        today=today,
        numbers=numbers[0] if numbers else None,
        came=sent.number_came(code, today),
        waiting=sent.waiting(code, lane_of(code)),
        refused=[(row, wording.arrival_outcome(row)) for row in refused],
        newest=newest[0] if newest else None,
        as_of=counted.as_of(),
    )
