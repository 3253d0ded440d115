"""Gia đình: who holds my book, whose books I hold; to name a representative, and to end it. No book is opened here."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from sosuckhoe.access import custody, grants, policy
from sosuckhoe.access import family as ties
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.text import fold
from sosuckhoe.book import queries
from sosuckhoe.book.owner import Owner
from sosuckhoe.doors.citizen import wording
from sosuckhoe.doors.citizen.forms import NamingForm
from sosuckhoe.doors.look import asked, tongue
from sosuckhoe.doors.look.signed_in import signed_in
from sosuckhoe.identity import queries as identity
from sosuckhoe.identity.claim import Identifier

_NOBODY = "SSK-1148"


class Line(NamedTuple):
    """A relation as the page shows it: the other person's name ('' when the house knows none), and its last day."""

    tie: ties.Tie
    name: str
    patient: UUID | None
    level: str
    last: date | None


def _check(actor: Actor) -> None:
    policy.check(actor, "read", "book", person=actor.person)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(_check)
def family(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The page, and what is decided on it."""
    me = actor.person
    if me is None:
        raise Http404
    form = NamingForm(request.POST if request.POST.get("viec") == "nho" else None)
    problem = _done(request, actor, me, form) if request.method == "POST" else None
    if request.method == "POST" and problem is None and not form.errors:
        messages.success(request, gettext("Đã ghi nhận, có hiệu lực ngay."))
        return redirect("citizen:family")
    facts = {
        "problem": problem if not form.is_bound else None,
        "form": form,
        "holders": [_line(one, one.holder) for one in ties.holders_of(me)],
        "held": [_line(one, one.dependant) for one in ties.held_by(me)],
        "levels": [
            (key, wording.chosen("levels", key), wording.chosen("explained", key)) for key in grants.words()["levels"]
        ],
        "decisions": [(one, _name_of(one.holder), wording.reason(one.reason)) for one in custody.of_person(me)],
    }
    status = problem.status if problem else 422 if form.errors else 200
    return render(request, "citizen/family.html", facts, status=status)


def _done(request: HttpRequest, actor: Actor, me: int, form: NamingForm) -> Problem | None:
    """Do what the form says; what is wrong with it, for the page to say."""
    try:
        if not form.is_bound:
            _DEEDS.get(request.POST.get("viec", ""), _unknown)(request, actor, me)
        elif form.is_valid():
            _name(actor, me, form)
    except Problem as problem:
        if problem.status == 404:  # noqa: PLR2004 -- not theirs: as if it were not there
            raise
        if form.is_bound:
            form.add_error("number" if problem.number == _NOBODY else None, tongue.said(problem))
        return problem
    return None


def _line(tie: ties.Tie, other: int) -> Line:
    whose = queries.owner(other)
    name, patient = (whose.name, whose.patient) if whose else ("", None)
    return Line(tie, name, patient, wording.chosen("held", tie.level), tie.until and tie.until - timedelta(days=1))


def _name_of(person: int) -> str:
    whose = queries.owner(person)
    return whose.name if whose else ""


def _name(actor: Actor, me: int, form: NamingForm) -> None:
    """Name a representative by number and name, as they stand on their identity card."""
    asked_for = form.cleaned_data
    other = _person(asked_for["number"], asked_for["name"])
    if other is None:
        raise Problem(_NOBODY)
    if other.person == me:
        form.add_error("number", gettext("Đây là số của chính bạn. Hãy ghi số của người được nhờ"))
        return
    now = clock.now()
    until = now + timedelta(days=int(asked_for["days"]))
    level = asked_for["level"]
    text = wording.sentence("represent", recipient=other.name, what=wording.chosen("levels", level), until=until)
    wish = grants.Wish("represent", f"#{other.person}", {"level": level}, text, until)
    grants.give_anew(actor, me, wish, now)


def _person(number: str, name: str) -> Owner | None:
    """Who has this number and this name; None unless both are right."""
    person = identity.person_of(Identifier("cccd", number))
    whose = queries.owner(person) if person else None
    return whose if whose and fold(whose.name) == fold(name) else None


def _end(request: HttpRequest, actor: Actor, me: int) -> None:
    known = grants.find(me, asked.key(request, "ai"))
    if known is None or known.kind != "represent":
        raise Problem("SSK-1002")
    grants.end(actor, me, known.id, clock.now())


def _lay_down(request: HttpRequest, actor: Actor, me: int) -> None:
    """Give a book back. Of a book that one does not hold, or not any more, nothing is to be given."""
    patient = asked.key(request, "so-cua")
    for tie in ties.held_by(me):
        whose = queries.owner(tie.dependant)
        if whose and whose.patient == patient:
            ties.lay_down(actor, tie.dependant)
            return


def _unknown(_request: HttpRequest, _actor: Actor, _me: int) -> None:
    raise Problem("SSK-1002")


_DEEDS: dict[str, Any] = {"thoi": _end, "tra": _lay_down}
