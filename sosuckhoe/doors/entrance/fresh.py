"""Before what one signs in with is changed: who is there proves it anew, by signing in again.

OWASP ASVS 5.0, 7.5.1. A session that began minutes ago is proof enough; an older one is not, whoever holds the machine.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from sosuckhoe.access import cards, passkeys, phones, sending, sessions
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock
from sosuckhoe.doors.entrance import arriving
from sosuckhoe.doors.look.signed_in import signed_in
from sosuckhoe.exchange.vneid import client as vneid


def asked(request: HttpRequest, back: str) -> HttpResponse | None:
    """The page that asks for a proof and leads back to the page `back`; None when there is one."""
    if sessions.is_fresh(request.session, clock.now()):
        return None
    return redirect(f"{reverse('entrance:prove')}?{urlencode({'next': reverse(back)})}")


@require_safe
@signed_in(lambda _actor: None)
def prove(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The ways that this account has."""
    arriving.remember(request)
    card = cards.of_account(actor.account)
    is_citizen = actor.role == "citizen"
    ways = {
        "has_key": bool(passkeys.listed(actor.account)),
        "has_phone": is_citizen and sending.is_offered() and bool(phones.of_account(actor.account, clock.now())),
        "has_vneid": is_citizen and vneid.is_offered(),
        "has_card": card is not None and card.ended is None,
        "is_staff": not is_citizen,
    }
    return render(request, "entrance/prove.html", ways)
