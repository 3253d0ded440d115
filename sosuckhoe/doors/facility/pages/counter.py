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
from sosuckhoe.doors.facility.desk_forms import CardForm, CodeForm, EmergencyForm
from sosuckhoe.doors.look import dates, tongue
from sosuckhoe.doors.look.signed_in import signed_in
from sosuckhoe.identity import queries as identity
from sosuckhoe.identity.claim import Identifier

_SYSTEMS = ("cccd", "bhyt")
_SHOWN, _SHOWN_SECONDS = "desk-sentence", 3600
"""The sentence that stood on the page comes back signed, so that what is recorded is what was shown."""


@require_http_methods(["GET", "HEAD", "POST"])
@desk("read", "queue")
def counter(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The desk; a code that is typed or scanned opens the book."""
    is_card = "the" in request.POST
    codes = CodeForm(request.POST if request.method == "POST" and not is_card else None)
    cards = CardForm(request.POST if is_card else None)
    form: CodeForm | CardForm = cards if is_card else codes
    status = 422
    if form.is_bound and form.is_valid():
        try:
            return _opened(_consented(request, actor, form))
        except Problem as fault:
            form.add_error("card" if is_card else "code", tongue.said(fault))
            status = fault.status
    sentence = _sentence(actor)
    facts = {
        "rows": _rows(actor),
        "address": request.build_absolute_uri(reverse("citizen:number", args=[facility_of(actor)])),
        "form": form,
        "codes": codes,
        "cards": cards,
        "may_break_glass": policy.can(actor, "break-glass", "book", person=NO_ONE),
        "sentence": sentence,
        "shown": signing.dumps(sentence, salt=_SHOWN),
    }
    return show(request, actor, "counter", section="counter", **facts, status=status if form.errors else 200)


def _rows(actor: Actor) -> list[tuple[Any, Any]]:
    """The numbers that were taken today, with whose they are."""
    taken = counters.waiting(facility_of(actor), clock.today())
    known = identity.known_all([one.person for one in taken])
    return [(one, known[one.person]) for one in taken if one.person in known]


def _consented(request: HttpRequest, actor: Actor, form: CodeForm | CardForm) -> int:
    """Whose book the code of a telephone, or a card with its PIN, opens."""
    told = form.cleaned_data
    if isinstance(form, CodeForm):
        return counters.redeem(actor, told["code"], clock.now())
    try:
        shown = signing.loads(request.POST.get("da-hien", ""), salt=_SHOWN, max_age=_SHOWN_SECONDS)
    except signing.BadSignature as fault:
        raise Problem("SSK-1150") from fault
    return counters.with_card(actor, told["card"], told["pin"], str(shown), clock.now())


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
    form = EmergencyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            return _opened(_break_glass(actor, form.cleaned_data))
        except Problem as fault:
            form.add_error("number" if fault.number == "SSK-1153" else None, tongue.said(fault))
    return show(request, actor, "emergency", section="counter", form=form, status=422 if form.errors else 200)


def _break_glass(actor: Actor, told: dict[str, Any]) -> int:
    number = "".join(told["number"].split())
    found = (identity.person_of(Identifier(system, number)) for system in _SYSTEMS)
    person = next((one for one in found if one), None)
    if person is None:
        raise Problem("SSK-1153")
    now, reason = clock.now(), emergency.words()["reasons"][told["reason"]]
    until = dates.moment(now + timedelta(hours=emergency.words()["hours"]))
    who = f"{actor.name}, {name_of(facility_of(actor))}"
    text = grants.words()["kinds"]["emergency"]["vi"].format(recipient=who, what=reason["vi"], until=until)
    emergency.break_glass(actor, person, told["reason"], told["said"], text, now)
    return person


def _opened(person: int) -> HttpResponse:
    known = identity.known(person)
    if known is None:
        raise Problem("SSK-1002")
    return redirect("citizen:summary", known.ref.patient)
