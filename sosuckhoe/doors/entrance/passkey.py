"""Passkeys: sign in with one, add one. They need JavaScript; every other way works without."""

from __future__ import annotations

import ipaddress

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from sosuckhoe.access import accounts, passkeys, slowing
from sosuckhoe.access.models import Account
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.entrance import arriving, fresh, saying, second
from sosuckhoe.doors.look import client
from sosuckhoe.doors.look.signed_in import actor_of, to_sign_in

_STATE = "passkey"
_pages = require_http_methods(["GET", "HEAD", "POST"])


@_pages
def enter(request: HttpRequest) -> HttpResponse:
    """Sign in: the browser asks which passkey and for a finger, a face or a PIN."""
    form, host = forms.Form(request.POST if request.method == "POST" else None), host_of(request)
    state = request.session.pop(_STATE, None)
    if request.method == "POST" and state:
        try:
            account = passkeys.finish_signing_in(host, state, request.POST.get("credential", ""), clock.now())
            return arriving.welcome(request, account, "passkey")
        except Problem:
            slowing.failed(client.address(request), None, clock.now(), "passkey")
            form.add_error(None, gettext("Khóa truy cập này không mở được sổ nào. Thử lại, hoặc chọn cách khác."))
    options, request.session[_STATE] = passkeys.begin_signing_in(host)
    return saying.form(request, "passkey", form, options=options, can_use=can_use(host))


@_pages
def add(request: HttpRequest) -> HttpResponse:
    """Add one: to the account that is signed in, or to one that waits for its first second proof."""
    account, waits = _whose(request)
    if account is None:
        return to_sign_in(request)
    if not waits and (answer := fresh.asked(request, "entrance:add-passkey")):
        return answer
    form, host = forms.Form(request.POST if request.method == "POST" else None), host_of(request)
    state = request.session.pop(_STATE, None)
    if request.method == "POST" and state:
        try:
            name = client.device(request.headers.get("User-Agent", ""))
            passkeys.finish_adding(host, account, state, request.POST.get("credential", ""), name, clock.now())
            return arriving.welcome(request, account, "passkey") if waits else redirect("entrance:account")
        except Problem:
            form.add_error(None, gettext("Chưa thêm được khóa truy cập. Hãy thử lại."))
    options, request.session[_STATE] = passkeys.begin_adding(host, account)
    return saying.form(request, "passkey_add", form, options=options, can_use=can_use(host))


def host_of(request: HttpRequest) -> str:
    """The host without its port: what a passkey is bound to."""
    return request.get_host().rpartition(":")[0] if request.get_port() in request.get_host() else request.get_host()


def can_use(host: str) -> bool:
    """Whether the browser can make passkeys here: for names, not for addresses of numbers."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return True
    return False


def _whose(request: HttpRequest) -> tuple[Account | None, bool]:
    """Whose passkey it will be, and whether the account waits for it. A second proof that exists is not gone around."""
    if actor := actor_of(request):
        return accounts.active(actor.account), False
    account = second.waiting(request, "password")
    return (None if account is None or second.has_second(account) else account), True
