"""What people ask of the facility by right, overdue first, and its answers. An erasure needs two persons."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods

from sosuckhoe.access import requests
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.book import granting
from sosuckhoe.doors.facility.desk import desk, facility_of, show
from sosuckhoe.identity import queries as identity
from sosuckhoe.insight.actions.people import recount

_SAID_ON_PAGE = frozenset({"SSK-1155", "SSK-2402", "SSK-2403", "SSK-2404", "SSK-2405", "SSK-2406", "SSK-2407"})


@require_http_methods(["GET", "HEAD", "POST"])
@desk("answer", "request")
def asked(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The list, each with a form for its answer."""
    problem = None
    if request.method == "POST":
        try:
            _act(request, actor)
        except Problem as fault:
            if fault.number not in _SAID_ON_PAGE:
                raise
            problem = fault
        else:
            messages.success(request, gettext("Đã ghi nhận, có hiệu lực ngay."))
            return redirect("facility:requests")
    rows, now = requests.of_facility(facility_of(actor)), clock.now()
    known = identity.known_all({one.person for one in rows})
    language = "en" if (get_language() or "vi").startswith("en") else "vi"
    facts = {
        "rows": [
            (one, known[one.person].claim, requests.words()["kinds"][one.kind][language], one.clocks(now))
            for one in rows
            if one.person in known
        ],
        "outcomes": [(key, entry[language]) for key, entry in requests.words()["outcomes"].items()],
        "grounds": {key: entry[language] for key, entry in requests.erasing()["grounds"].items()},
        "account": actor.account,
        "problem": problem,
    }
    return show(request, actor, "requests", section="requests", status=problem.status if problem else 200, **facts)


def _act(request: HttpRequest, actor: Actor) -> None:
    try:
        key = UUID(request.POST.get("yeu-cau", ""))
    except ValueError as fault:
        raise Problem("SSK-1002") from fault
    _DEEDS.get(request.POST.get("viec", "tra-loi"), _unknown)(request, actor, key)


def _answer(request: HttpRequest, actor: Actor, key: UUID) -> None:
    said, ground = request.POST.get("loi", "")[:2000], request.POST.get("can-cu", "")
    outcome = request.POST.get("ket-qua", "")
    if ground and outcome == requests.DONE:
        granting.propose(actor, key, ground, said, clock.now())
    else:
        granting.answer(actor, key, outcome, said, clock.now())


def _confirm(_request: HttpRequest, actor: Actor, key: UUID) -> None:
    granting.confirm(actor, key, clock.now(), also=lambda person: recount(([bucket_of(person)], [person])))


def _send_back(_request: HttpRequest, actor: Actor, key: UUID) -> None:
    requests.send_back(actor, key, clock.now())


def _unknown(_request: HttpRequest, _actor: Actor, _key: UUID) -> None:
    raise Problem("SSK-1002")


_DEEDS: dict[str, Callable[[HttpRequest, Actor, UUID], None]] = {
    "tra-loi": _answer,
    "xac-nhan": _confirm,
    "tra-lai": _send_back,
}
