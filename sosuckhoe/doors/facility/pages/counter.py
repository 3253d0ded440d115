"""The desk of a facility: its QR code to print, today's numbers, the code of a book, and the emergency door."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sosuckhoe.access import desk as counters
from sosuckhoe.access import emergency, grants, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NO_ONE
from sosuckhoe.doors.facility.desk import desk, facility_of, name_of, show
from sosuckhoe.doors.look import dates, tongue
from sosuckhoe.doors.look.signed_in import signed_in
from sosuckhoe.identity import queries as identity
from sosuckhoe.identity.claim import Identifier

_SYSTEMS = ("cccd", "bhyt")
_LONGEST_NUMBER, _LONGEST_WORDS = 40, 500
_SHOWN, _SHOWN_SECONDS = "desk-sentence", 3600
"""The sentence that stood on the page comes back signed, so that what is recorded is what was shown."""


@require_http_methods(["GET", "HEAD", "POST"])
@desk("read", "queue")
def counter(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The desk; a code that is typed or scanned opens the book."""
    problem = None
    if request.method == "POST":
        try:
            return _opened(_consented(request, actor))
        except Problem as fault:
            problem = fault
    facility = facility_of(actor)
    taken = counters.waiting(facility, clock.today())
    known = identity.known_all([one.person for one in taken])
    rows = [(one, known[one.person]) for one in taken if one.person in known]
    address = request.build_absolute_uri(reverse("citizen:number", args=[facility]))
    may_break_glass = policy.can(actor, "break-glass", "book", person=NO_ONE)
    sentence = _sentence(actor)
    facts = {
        "rows": rows,
        "address": address,
        "problem": problem,
        "is_card": "the" in request.POST,
        "code": request.POST.get("ma", "")[:40],
        "card": request.POST.get("the", "")[:200],
        "may_break_glass": may_break_glass,
        "sentence": sentence,
        "shown": signing.dumps(sentence, salt=_SHOWN),
    }
    return show(request, actor, "counter", section="counter", **facts, status=problem.status if problem else 200)


def _consented(request: HttpRequest, actor: Actor) -> int:
    """Whose book the code of a telephone, or a card with its PIN, opens."""
    if "the" not in request.POST:
        return counters.redeem(actor, request.POST.get("ma", "")[:40], clock.now())
    try:
        shown = signing.loads(request.POST.get("da-hien", ""), salt=_SHOWN, max_age=_SHOWN_SECONDS)
    except signing.BadSignature as fault:
        raise Problem("SSK-1150") from fault
    card, pin = request.POST["the"][:200], request.POST.get("pin", "")[:20]
    return counters.with_card(actor, card, pin, str(shown), clock.now())


def _sentence(actor: Actor) -> str:
    """What a card's owner agrees to with the PIN."""
    language = tongue.language()
    until = dates.moment(clock.now() + counters.VISIT)
    told: str = grants.words()["kinds"]["desk"][language]
    return told.format(recipient=name_of(facility_of(actor)), until=until)


def _check_emergency(actor: Actor) -> None:
    """For those alone who may open a book so: others would learn which numbers have one."""
    policy.check(actor, "break-glass", "book", person=NO_ONE)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(_check_emergency)
def emergencies(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A book opened without a tie: by a number, a reason and some words."""
    problem = None
    if request.method == "POST":
        try:
            return _opened(_break_glass(request, actor))
        except Problem as fault:
            problem = fault
    language = tongue.language()
    reasons = [(key, entry[language]) for key, entry in emergency.words()["reasons"].items()]
    facts = {
        "section": "counter",
        "reasons": reasons,
        "problem": problem,
        "number": request.POST.get("so", "")[:_LONGEST_NUMBER],
        "reason": request.POST.get("ly-do", ""),
        "said": request.POST.get("loi", "")[:_LONGEST_WORDS],
    }
    return show(request, actor, "emergency", **facts, status=422 if problem else 200)


def _break_glass(request: HttpRequest, actor: Actor) -> int:
    number = "".join(request.POST.get("so", "").split())[:_LONGEST_NUMBER]
    found = (identity.person_of(Identifier(system, number)) for system in _SYSTEMS)
    person = next((one for one in found if one), None)
    if person is None:
        raise Problem("SSK-1153")
    now, reason = clock.now(), request.POST.get("ly-do", "")
    known: dict[str, Any] = emergency.words()["reasons"].get(reason, {"vi": ""})
    until = dates.moment(now + timedelta(hours=emergency.words()["hours"]))
    who = f"{actor.name}, {name_of(facility_of(actor))}"
    text = grants.words()["kinds"]["emergency"]["vi"].format(recipient=who, what=known["vi"], until=until)
    emergency.break_glass(actor, person, reason, request.POST.get("loi", "")[:_LONGEST_WORDS], text, now)
    return person


def _opened(person: int) -> HttpResponse:
    known = identity.known(person)
    if known is None:
        raise Problem("SSK-1002")
    return redirect("citizen:summary", known.ref.patient)
