"""Staff: user name and password, then an app's code or a passkey. Without a second proof only its page answers."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from sosuckhoe.access import accounts, actions, passwords, sessions, sign_in, slowing, totp
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.entrance import arriving, fresh, saying, second
from sosuckhoe.doors.entrance.staff_forms import AppForm, ChangeForm, PasswordForm, StaffForm
from sosuckhoe.doors.look import client
from sosuckhoe.doors.look.signed_in import signed_in

_pages = require_http_methods(["GET", "HEAD", "POST"])
_SECRET = "secret"  # noqa: S105 -- the name of a place
_PEOPLE = (*actions.STAFF_ROLES, "officer")
"""Who works; systems and citizens come in elsewhere."""


@_pages
def enter(request: HttpRequest) -> HttpResponse:
    """User name and password."""
    form = StaffForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        arriving.remember(request)
        return saying.form(request, "staff", form)
    name, place, at = form.cleaned_data["username"], client.address(request), clock.now()
    try:
        account = passwords.enter(name, form.cleaned_data["password"], _PEOPLE, place, at)
    except Problem as problem:
        if problem.number != "SSK-1001":
            return saying.form(request, "staff", form, problem)
        form.add_error(None, gettext("Tên đăng nhập hoặc mật khẩu không đúng."))
        return saying.form(request, "staff", form)
    return second.wait(request, account, "password")


@_pages
def code(request: HttpRequest) -> HttpResponse:
    """The app's code."""
    account = second.waiting(request, "password")
    if account is None:
        return redirect("entrance:staff")
    if not second.has_second(account):
        return redirect("entrance:enrol")
    form = AppForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return saying.form(request, "second", form, has_app=totp.has(account.pk))
    place, at = client.address(request), clock.now()
    try:
        slowing.check(place, account.pk, at)
    except Problem as problem:
        return saying.form(request, "second", form, problem, has_app=True)
    if not totp.check(account.pk, form.cleaned_data["code"], at):
        slowing.failed(place, account.pk, at, "totp")
        form.add_error("code", gettext("Mã không đúng. Hãy đợi mã tiếp theo trong ứng dụng."))
        return saying.form(request, "second", form, has_app=True)
    return arriving.welcome(request, account, "password")


@_pages
def enrol(request: HttpRequest) -> HttpResponse:
    """Get a second proof: scan, and enter the first code. Who has one is not let in here."""
    account = second.waiting(request, "password")
    if account is None:
        return redirect("entrance:staff")
    if second.has_second(account):
        return redirect("entrance:second")
    secret = request.session.setdefault(_SECRET, totp.new_secret())
    form = AppForm(request.POST or None)
    shown = {"address": totp.address(secret, account), "secret": secret}
    if request.method != "POST" or not form.is_valid():
        return saying.form(request, "enrol", form, **shown)
    place, at = client.address(request), clock.now()
    if not totp.confirm(account, secret, form.cleaned_data["code"], at):
        slowing.failed(place, account.pk, at, "totp")
        form.add_error("code", gettext("Mã không đúng. Hãy đợi mã tiếp theo trong ứng dụng."))
        return saying.form(request, "enrol", form, **shown)
    return arriving.welcome(request, account, "password")


@_pages
def password(request: HttpRequest) -> HttpResponse:
    """After the code on paper: a password of one's own."""
    account = second.waiting(request, "paper")
    if account is None:
        return redirect("entrance:paper")
    form = PasswordForm(account, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return saying.form(request, "password", form)
    passwords.set_own(account, form.cleaned_data["password"], clock.now())
    account.refresh_from_db()
    return second.wait(request, account, "password")


@_pages
@signed_in(lambda _actor: None)
def change(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Another password, after a fresh proof and the one in use; whoever is signed in elsewhere is not any more."""
    account = accounts.active(actor.account)
    if account is None or account.role not in _PEOPLE or not account.has_usable_password():
        raise Http404
    if answer := fresh.asked(request, "entrance:change-password"):
        return answer
    form = ChangeForm(account, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return saying.form(request, "change_password", form)
    place, at = client.address(request), clock.now()
    try:
        passwords.enter(account.username, form.cleaned_data["current"], _PEOPLE, place, at)
    except Problem as problem:
        if problem.number != "SSK-1001":
            return saying.form(request, "change_password", form, problem)
        form.add_error("current", gettext("Mật khẩu đang dùng không đúng."))
        return saying.form(request, "change_password", form)
    own = sessions.digest_of(request.session[sign_in.TOKEN_KEY])
    passwords.change(account, form.cleaned_data["password"], own, at)
    messages.success(request, gettext("Đã đổi mật khẩu. Mọi nơi khác đã đăng xuất."))
    return redirect("entrance:account")
