"""The last step of every way in: the session begins, and the person goes where they wanted."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from sosuckhoe.access import sessions
from sosuckhoe.access.models import Account
from sosuckhoe.base import clock
from sosuckhoe.doors.look import client

AFTER = "after"
"""Where the session keeps the page that was asked for before signing in."""


def remember(request: HttpRequest) -> None:
    """Keep where the person wanted to go while they prove who they are."""
    if after := client.safe_next(request.GET.get("next", ""), request):
        request.session[AFTER] = after


def welcome(request: HttpRequest, account: Account, how: str) -> HttpResponse:
    """Begin the session and lead on."""
    after = client.safe_next(request.session.get(AFTER, ""), request)
    sessions.begin(request.session, account, how, clock.now(), **client.whence(request))
    return redirect(after or client.home_of(account.role))


def activated(request: HttpRequest, account: Account) -> HttpResponse:
    """After a code on paper: citizens are in, and see how to come back."""
    sessions.begin(request.session, account, "paper", clock.now(), **client.whence(request))
    return redirect("entrance:account")
