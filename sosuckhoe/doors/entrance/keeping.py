"""One's own account: where one is signed in, and the telephone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sosuckhoe.access import accounts, cards, passkeys, phones, sending, sessions, sign_in
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.entrance import fresh, saying
from sosuckhoe.doors.look.signed_in import signed_in
from sosuckhoe.identity import queries as identity

_PROVED = {"remove-key", "end-others", "end-one"}
"""What needs a fresh proof: who found a machine that is signed in must not sign its owner out elsewhere.

Ending a card and keeping a number takes nothing from the owner. OWASP ASVS 5.0, 7.5.2.
"""

WAYS = {
    "demo": _("bản dùng thử"),
    "vneid": "VNeID",
    "sms": _("mã qua tin nhắn"),
    "paper": _("mã trên giấy"),
    "card": _("thẻ và PIN"),
    "passkey": _("khóa truy cập"),
    "password": _("mật khẩu và mã"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(lambda _actor: None)
def account(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The account's page; a post ends sessions or stops a change of telephone."""
    if request.method == "POST":
        if request.POST.get("do") in _PROVED and (answer := fresh.asked(request, "entrance:account")):
            return answer
        _do(request, actor)
        return redirect("entrance:account")
    at, own = clock.now(), sessions.digest_of(request.session[sign_in.TOKEN_KEY])
    living = [
        (bytes(row.id).hex(), WAYS.get(row.how, row.how), row, bytes(row.id) == own)
        for row in sessions.of_account(actor.account, at)
    ]
    own_phones = phones.of_account(actor.account, at)
    card = cards.of_account(actor.account)
    shown: dict[str, Any] = {"living": living, "phones": own_phones, "keys": _keys(actor)}
    shown["is_changing"] = any(phone.until for phone in own_phones)
    shown["has_password"] = (known := accounts.active(actor.account)) is not None and known.has_usable_password()
    shown["may_change_phone"] = actor.role == "citizen" and sending.is_offered()
    if card and card.ended is None:
        entry = identity.facility(card.facility)
        shown |= {"card": card, "card_place": entry.name if entry else card.facility}
    return saying.form(request, "account", forms.Form(), actor=actor, **shown)


def _keys(actor: Actor) -> list[tuple[str, str, datetime]]:
    return [(bytes(row.id).hex(), row.name, row.made) for row in passkeys.listed(actor.account)]


def _do(request: HttpRequest, actor: Actor) -> None:
    at, own = clock.now(), sessions.digest_of(request.session[sign_in.TOKEN_KEY])
    if request.POST.get("do") == "end-others":
        sessions.end_all(actor.account, at, apart_from=own)
    elif request.POST.get("do") == "keep-phone" and (known := accounts.active(actor.account)):
        phones.keep_old(known, at)
    elif request.POST.get("do") == "remove-key" and (known := accounts.active(actor.account)):
        passkeys.remove(known, _bytes(request.POST.get("key", "")), at)
    elif request.POST.get("do") == "end-card" and (known := accounts.active(actor.account)):
        cards.end_own(known, at)
    elif request.POST.get("do") == "end-one":
        sessions.end(actor.account, _bytes(request.POST.get("session", "")), at)
    else:
        raise Problem("SSK-1002")
    messages.success(request, gettext("Đã xong."))


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise Problem("SSK-1002") from error
