"""Books that were opened in an emergency: another person says whether that was justified."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from sosuckhoe.access import emergency, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.look import asked, tongue
from sosuckhoe.doors.look.signed_in import signed_in
from sosuckhoe.doors.office.scope import COUNTRY, own_province, show
from sosuckhoe.identity import queries as register
from sosuckhoe.insight.residence import facility_place

_LONGEST = 500


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(lambda actor: policy.check(actor, "review", "emergency"))
def emergencies(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What waits for review in the officer's province. Who was treated is not named here."""
    waiting = _waiting(actor)
    problem = _reviewed(request, actor, waiting) if request.method == "POST" else None
    if request.method == "POST" and problem is None:
        return redirect("office:emergencies")
    language, refused = tongue.language(), request.POST.get("lan-mo", "") if problem else ""
    typed = {refused: (request.POST.get("ket-luan", ""), request.POST.get("nhan-xet", "")[:_LONGEST])}
    reasons = {key: entry[language] for key, entry in emergency.words()["reasons"].items()}
    facts = {
        "section": "emergencies",
        "waiting": [
            (one, reasons[one.reason], one.due < clock.now(), typed.get(str(one.id), ("", ""))) for one in waiting
        ],
        "verdicts": [(key, entry[language]) for key, entry in emergency.words()["verdicts"].items()],
        "problem": problem,
        "field": f"nx-{refused}",
        "status": problem.status if problem else 200,
    }
    return show(request, actor, "emergencies", **facts)


def _reviewed(request: HttpRequest, actor: Actor, waiting: list[emergency.Opened]) -> Problem | None:
    """Say what the form says of an opening that waits; of another one nothing is to be said any more."""
    key, said = asked.key(request, "lan-mo"), request.POST.get("nhan-xet", "")[:_LONGEST]
    if key not in {one.id for one in waiting}:
        messages.warning(request, gettext("Lần mở sổ này không còn chờ xem lại."))
        return None
    try:
        emergency.review(actor, key, request.POST.get("ket-luan", ""), said, clock.now())
    except Problem as problem:
        if problem.number != "SSK-1152":
            raise
        return problem
    messages.success(request, gettext("Đã ghi nhận."))
    return None


def _waiting(actor: Actor) -> list[emergency.Opened]:
    province = own_province(actor)
    found = emergency.to_review()
    known = register.facilities({one.facility for one in found})
    return [one for one in found if province in {COUNTRY, _place(one.facility, known)}]


def _place(code: str, known: dict[str, register.Facility]) -> str:
    return facility_place(known[code].province if code in known else "", code)
