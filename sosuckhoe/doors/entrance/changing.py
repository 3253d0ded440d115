"""A citizen changes or removes the own telephone: a fresh proof, a code to the new one, a wait, the old one told."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from sosuckhoe.access import accounts, blind, cards, codes, passkeys, phones, sending, slowing
from sosuckhoe.access.actor import Actor
from sosuckhoe.access.models import Account
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.entrance import fresh, saying
from sosuckhoe.doors.entrance.forms import CodeForm, PhoneForm
from sosuckhoe.doors.look import client
from sosuckhoe.doors.look.signed_in import signed_in
from sosuckhoe.exchange.vneid import client as vneid

_ASKED = "new-phone"
"""Where the session keeps the transaction and, sealed, the number that a code was sent to."""

_pages = require_http_methods(["GET", "HEAD", "POST"])


def _check(actor: Actor) -> None:
    """Telephones are of citizens, and need somebody who sends."""
    if actor.role != "citizen" or not sending.is_offered():
        raise Problem("SSK-1002")


@_pages
@signed_in(_check)
def number(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The new number; or away with the one that is there."""
    if answer := fresh.asked(request, "entrance:new-phone"):
        return answer
    if request.POST.get("do") == "remove":
        return _remove(request, actor)
    form = PhoneForm(request.POST or None)
    has_phone = bool(phones.of_account(actor.account, clock.now()))
    if request.method != "POST" or not form.is_valid():
        return saying.form(request, "new_phone", form, has_phone=has_phone)
    phone = form.cleaned_data["phone"]
    transaction = codes.ask(phone, clock.now(), place=client.address(request), account=actor.account)
    request.session[_ASKED] = [str(transaction), blind.seal(phone).decode()]
    return redirect("entrance:new-phone-code")


@_pages
@signed_in(_check)
def code(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The code that went to the new number proves that it is theirs."""
    kept = request.session.get(_ASKED)
    if not kept:
        return redirect("entrance:new-phone")
    form = CodeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return saying.form(request, "new_phone_code", form)
    place, at = client.address(request), clock.now()
    try:
        slowing.check(place, None, at)
    except Problem as problem:
        return saying.form(request, "new_phone_code", form, problem)
    if codes.redeem(UUID(kept[0]), form.cleaned_data["code"], at, account=actor.account) is None:
        slowing.failed(place, None, at, "new-phone")
        form.add_error("code", gettext("Mã không đúng hoặc đã hết hạn. Thử lại, hoặc xin mã mới."))
        return saying.form(request, "new_phone_code", form)
    del request.session[_ASKED]
    since = phones.enter(actor, _own(actor), blind.unseal(kept[1].encode()), at, _keep_at(request))
    waits = gettext("Số mới dùng được sau 24 giờ. Số cũ đã được báo tin.")
    messages.success(request, waits if since > at else gettext("Đã ghi số điện thoại."))
    return redirect("entrance:account")


@_pages
def keep(request: HttpRequest, token: str) -> HttpResponse:
    """From the message to the old number: stop the change. Nobody needs to be signed in."""
    at = clock.now()
    if request.method != "POST":
        is_known = phones.is_kept_by(token, at)
        return saying.form(
            request, "keep_phone", forms.Form({}), None if is_known else Problem("SSK-1165"), is_known=is_known
        )
    try:
        phones.keep_by(token, at)
    except Problem as problem:
        return saying.form(request, "keep_phone", forms.Form({}), problem, is_known=False)
    return saying.form(request, "keep_phone", forms.Form({}), is_kept=True)


def _remove(request: HttpRequest, actor: Actor) -> HttpResponse:
    card = cards.of_account(actor.account)
    has_card = card is not None and card.ended is None
    if not (has_card or passkeys.listed(actor.account) or vneid.is_offered()):
        return saying.form(request, "new_phone", PhoneForm({}), Problem("SSK-1166"), has_phone=True)
    phones.remove(actor, _own(actor), clock.now(), _keep_at(request))
    messages.success(request, gettext("Số này hết dùng sau 24 giờ. Chúng tôi đã nhắn tin đến số đó."))
    return redirect("entrance:account")


def _keep_at(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("entrance:keep-phone", args=["0"])).removesuffix("0")


def _own(actor: Actor) -> Account:
    account = accounts.active(actor.account)
    if account is None:
        raise Problem("SSK-1002")
    return account
