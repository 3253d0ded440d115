"""What people ask of the facility by right, the most urgent first, and its answers."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from sosuckhoe.access import requests
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.facility.desk import desk, facility_of, show
from sosuckhoe.identity import queries as identity


@require_http_methods(["GET", "HEAD", "POST"])
@desk("answer", "request")
def asked(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The list, each with a form for its answer."""
    problem = None
    if request.method == "POST":
        try:
            key = UUID(request.POST.get("yeu-cau", ""))
            said = request.POST.get("loi", "")[:2000]
            requests.answer(actor, key, request.POST.get("ket-qua", ""), said, clock.now())
        except ValueError as fault:
            raise Problem("SSK-1002") from fault
        except Problem as fault:
            if fault.number != "SSK-1155":
                raise
            problem = fault
        else:
            return redirect("facility:requests")
    rows, now = requests.of_facility(facility_of(actor)), clock.now()
    known = identity.known_all({one.person for one in rows})
    language = "en" if (get_language() or "vi").startswith("en") else "vi"
    facts = {
        "rows": [
            (one, known[one.person].claim, requests.words()["kinds"][one.kind][language], one.is_late(now))
            for one in rows
            if one.person in known
        ],
        "outcomes": [(key, entry[language]) for key, entry in requests.words()["outcomes"].items()],
        "problem": problem,
    }
    return show(request, actor, "requests", section="requests", status=422 if problem else 200, **facts)
