"""How facilities stand with what people asked of them by right, overdue ones first: totals, nobody's record."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from sosuckhoe.access import requests
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock
from sosuckhoe.doors.office.scope import COUNTRY, place_name, province_asked, show, totals
from sosuckhoe.identity import queries as register
from sosuckhoe.insight.residence import facility_place


@totals("quality")
def demands(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Requests that wait and that are overdue, by facility of the province."""
    province, now = province_asked(request, actor), clock.now()
    told = requests.standings(actor, now)
    known = register.facilities({one.facility for one in told})
    registered = {code: found.province for code, found in known.items()}
    here = [
        one for one in told if province in {COUNTRY, facility_place(registered.get(one.facility, ""), one.facility)}
    ]
    names = {code: found.name for code, found in known.items()}
    facts = {
        "section": "demands",
        "province": province,
        "name": place_name(province, clock.today()),
        "lines": [(names.get(one.facility, one.facility), one) for one in here],
        "late": sum(one.late for one in here),
        "waiting": sum(one.waiting for one in here),
        "facilities": sum(one.late > 0 for one in here),
    }
    return show(request, actor, "demands", **facts)
