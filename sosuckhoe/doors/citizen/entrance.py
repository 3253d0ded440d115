"""Signing in and out. For now: people of the demo by name, when the settings say so."""

from __future__ import annotations

from itertools import groupby

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sosuckhoe.access import audit, sign_in
from sosuckhoe.access.models import Account
from sosuckhoe.base import db
from sosuckhoe.doors.look.signed_in import actor_of

NEXT = "next"
"""The form field and query word that holds where to go after signing in (look.signed_in writes it)."""

_HOMES = {"citizen": "citizen:books", "officer": "office:home"}
_STAFF_HOME = "facility:home"
_ORDER = ("citizen", "doctor", "nurse", "clerk", "officer")


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """The front door: to the sign-in page, or to where the one who signed in belongs."""
    actor = actor_of(request)
    return redirect(home_of(actor.role)) if actor else redirect("citizen:sign-in")


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Choose who you are (demo only)."""
    if not settings.DEMO:
        return render(request, "citizen/no_sign_in.html", status=503)
    if request.method != "POST":
        context = {"groups": _accounts(), "next": _safe_next(request.GET.get(NEXT, ""), request), "next_field": NEXT}
        return render(request, "citizen/sign_in.html", context)
    account = Account.objects.filter(username=request.POST.get("account", ""), is_active=True, role__in=_ORDER).first()
    if account is None:
        return redirect("citizen:sign-in")
    _begin_session(request, account)
    return redirect(_safe_next(request.POST.get(NEXT, ""), request) or home_of(account.role))


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """End the session; nothing of it stays on a shared phone."""
    request.session.flush()
    answer = redirect("citizen:sign-in")
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def home_of(role: str) -> str:
    """The address where people of a role begin; a door that is not there yet leads to the sign-in page."""
    try:
        return reverse(_HOMES.get(role, _STAFF_HOME))
    except NoReverseMatch:
        return reverse("citizen:sign-in")


def _begin_session(request: HttpRequest, account: Account) -> None:
    """A new session with a new key: a key that somebody knew before signing in is worth nothing after."""
    with db.atomic():
        request.session.flush()
        request.session[sign_in.SESSION_KEY] = account.pk
        audit.record(sign_in.actor_for(account), "sign-in", kind="account", person=None)


def _accounts() -> list[tuple[str, list[Account]]]:
    """The accounts that people of the demo can choose, by role; systems sign in elsewhere."""
    found = Account.objects.filter(is_active=True, role__in=_ORDER)
    ordered = sorted(found, key=lambda account: (_ORDER.index(account.role), account.pk))
    return [(role, list(group)) for role, group in groupby(ordered, key=lambda account: account.role)]


def _safe_next(address: str, request: HttpRequest) -> str:
    """Where to go after signing in, if that is a place of ours."""
    hosts = {request.get_host()}
    is_ours = address.startswith("/") and url_has_allowed_host_and_scheme(address, hosts, request.is_secure())
    return address if is_ours else ""
