"""Signing in with VNeID: there, back, and to one's book."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from sosuckhoe.access import accounts
from sosuckhoe.access.models import Account
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.entrance import arriving
from sosuckhoe.doors.look.signed_in import actor_of
from sosuckhoe.exchange.vneid import client
from sosuckhoe.exchange.vneid.told import Told
from sosuckhoe.identity import queries as identity
from sosuckhoe.identity.claim import Identifier

_WHOLE_DAY = len("2026-01-01")


@require_GET
def leave_for(request: HttpRequest) -> HttpResponse:
    """To VNeID."""
    arriving.remember(request)
    try:
        back = request.build_absolute_uri(reverse("entrance:vneid-back"))
        return client.to_issuer(request, back, again=actor_of(request) is not None)
    except Problem as problem:
        return _refused(request, problem)


@require_GET
def come_back(request: HttpRequest) -> HttpResponse:
    """From VNeID: signed in, or a page that says why not and what to do."""
    try:
        told = client.who_came_back(request)
        account = _account(told)
    except Problem as problem:
        return _refused(request, problem)
    return arriving.welcome(request, account, "vneid")


def _account(told: Told) -> Account:
    """The account of whom the number means. A number whose birth date is another one's opens nothing."""
    person = identity.person_of(Identifier("cccd", told.number))
    known = identity.known(person) if person else None
    if known is None or person is None:
        raise Problem("SSK-1104")
    if len(known.claim.birth) == _WHOLE_DAY and told.birth and known.claim.birth != told.birth:
        raise Problem("SSK-1106")
    return accounts.of_person(person, known.claim.name)


def _refused(request: HttpRequest, problem: Problem) -> HttpResponse:
    context = {"number": problem.number, "problem": problem, "is_unknown": problem.number == "SSK-1104"}
    return render(request, "entrance/vneid_refused.html", context, status=problem.status)
