"""Books that were opened in an emergency: another person says whether that was justified."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from sosuckhoe.access import emergency, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.look.signed_in import signed_in
from sosuckhoe.doors.office.scope import COUNTRY, own_province, show
from sosuckhoe.identity import queries as register
from sosuckhoe.insight.residence import facility_place


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(lambda actor: policy.check(actor, "review", "emergency"))
def emergencies(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What waits for review in the officer's province. Who was treated is not named here."""
    waiting = _waiting(actor)
    problem = None
    if request.method == "POST":
        try:
            key = _key(request, waiting)
            said = request.POST.get("nhan-xet", "")[:500]
            emergency.review(actor, key, request.POST.get("ket-luan", ""), said, clock.now())
        except Problem as fault:
            if fault.number != "SSK-1152":
                raise
            problem = fault
        else:
            return redirect("office:emergencies")
    language = "en" if (get_language() or "vi").startswith("en") else "vi"
    reasons = {key: entry[language] for key, entry in emergency.words()["reasons"].items()}
    facts = {
        "section": "emergencies",
        "waiting": [(one, reasons[one.reason], one.due < clock.now()) for one in waiting],
        "verdicts": [(key, entry[language]) for key, entry in emergency.words()["verdicts"].items()],
        "problem": problem,
    }
    return show(request, actor, "emergencies", **facts)


def _waiting(actor: Actor) -> list[emergency.Opened]:
    province = own_province(actor)
    found = emergency.to_review()
    known = register.facilities({one.facility for one in found})
    return [one for one in found if province in {COUNTRY, _place(one.facility, known)}]


def _place(code: str, known: dict[str, register.Facility]) -> str:
    return facility_place(known[code].province if code in known else "", code)


def _key(request: HttpRequest, waiting: list[emergency.Opened]) -> UUID:
    asked = request.POST.get("lan-mo", "")
    known = next((one.id for one in waiting if str(one.id) == asked), None)
    if known is None:
        raise Problem("SSK-1002")
    return known
