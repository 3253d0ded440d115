"""The front door, signing out, and in the demo signing in by name. Real ways of signing in: doors/entrance."""

from __future__ import annotations

from itertools import groupby
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sosuckhoe.access import sessions
from sosuckhoe.access.models import Account
from sosuckhoe.base import clock
from sosuckhoe.doors.look import client
from sosuckhoe.doors.look.signed_in import actor_of

NEXT = "next"
"""The form field and query word that holds where to go after signing in (look.signed_in writes it)."""

_ORDER = ("citizen", "doctor", "nurse", "clerk", "officer", "steward")


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """The front door: to the sign-in page, or to where the one who signed in belongs."""
    actor = actor_of(request)
    return redirect(client.home_of(actor.role)) if actor else redirect("citizen:sign-in")


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Choose who you are (demo only); elsewhere the ways of signing in."""
    if not settings.DEMO:
        after = client.safe_next(request.GET.get(NEXT, ""), request)
        return redirect(reverse("entrance:ways") + (f"?{urlencode({NEXT: after})}" if after else ""))
    if request.method != "POST":
        after = client.safe_next(request.GET.get(NEXT, ""), request)
        context = {"groups": _accounts(), "next": after, "next_field": NEXT}
        return render(request, "citizen/sign_in.html", context)
    account = Account.objects.filter(username=request.POST.get("account", ""), is_active=True, role__in=_ORDER).first()
    if account is None:
        return redirect("citizen:sign-in")
    sessions.begin(request.session, account, "demo", clock.now(), **client.whence(request))
    return redirect(client.safe_next(request.POST.get(NEXT, ""), request) or client.home_of(account.role))


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """End the session; nothing of it stays on a shared phone."""
    sessions.leave(request.session, clock.now())
    answer = redirect("citizen:sign-in")
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def _accounts() -> list[tuple[str, list[Account]]]:
    """The accounts that people of the demo can choose, by role; systems sign in elsewhere.

    Where notes tell who citizens are, those without a note stand for the crowd and are not offered.
    """
    found = list(Account.objects.filter(is_active=True, role__in=_ORDER))
    crowd = [account for account in found if account.role == "citizen" and not account.note]
    has_notes = any(account.note for account in found)
    offered = [account for account in found if not (has_notes and account in crowd)]
    ordered = sorted(offered, key=lambda account: (_ORDER.index(account.role), account.pk))
    return [(role, list(group)) for role, group in groupby(ordered, key=lambda account: account.role)]
