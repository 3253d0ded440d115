"""Signing in with a printed card and its PIN: its QR code opens this page, or a desk's scanner types the code."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from sosuckhoe.access import cards, slowing
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.entrance import arriving, saying
from sosuckhoe.doors.entrance.forms import CardForm, ScannedForm
from sosuckhoe.doors.look import client


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, code: str = "") -> HttpResponse:
    """The card and the PIN. The page looks the same for every code."""
    given = request.POST if request.method == "POST" else None
    form = ScannedForm(code, given) if code else CardForm(given)
    if given is None or not form.is_valid():
        return saying.form(request, "card", form)
    place, at = client.address(request), clock.now()
    try:
        slowing.check(place, None, at)
        account = cards.enter(form.cleaned_data["code"], form.cleaned_data["pin"], at)
    except Problem as problem:
        if problem.number == "SSK-1160":
            slowing.failed(place, None, at, "card")
        return saying.form(request, "card", form, problem)
    return arriving.welcome(request, account, "card")
