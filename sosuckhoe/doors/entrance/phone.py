"""Signing in by telephone: number, code, and which of the people who share it. Works without JavaScript."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from sosuckhoe.access import accounts, codes, phones, sending, slowing
from sosuckhoe.access.models import Account
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.entrance import arriving, saying
from sosuckhoe.doors.entrance.forms import CodeForm, PhoneForm, WhoseForm, is_birth
from sosuckhoe.doors.look import client
from sosuckhoe.identity import queries as identity

TRANSACTION = "transaction"
NUMBER = "number"
"""Where the session keeps what was asked for, and after the code the digest of the number that it proved."""

_pages = require_http_methods(["GET", "HEAD", "POST"])


@_pages
def ask(request: HttpRequest) -> HttpResponse:
    """The number. Whatever it is, the answer is the same."""
    if not sending.is_offered():
        raise Http404
    form = PhoneForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return saying.form(request, "phone", form)
    place, at = client.address(request), clock.now()
    try:
        slowing.check(place, None, at)
    except Problem as problem:
        return saying.form(request, "phone", form, problem)
    request.session[TRANSACTION] = str(codes.ask(form.cleaned_data["phone"], at, place=place))
    request.session.pop(NUMBER, None)
    return redirect("entrance:code")


@_pages
def code(request: HttpRequest) -> HttpResponse:
    """The code. A wrong one counts on this transaction alone; the sixth finds none."""
    transaction = _transaction(request)
    if transaction is None:
        return redirect("entrance:phone")
    form = CodeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return saying.form(request, "code", form)
    place, at = client.address(request), clock.now()
    try:
        slowing.check(place, None, at)
    except Problem as problem:
        return saying.form(request, "code", form, problem)
    number = codes.redeem(transaction, form.cleaned_data["code"], at)
    if number is None:
        slowing.failed(place, None, at, "sms")
        form.add_error("code", gettext("Mã không đúng hoặc đã hết hạn. Thử lại, hoặc xin mã mới."))
        return saying.form(request, "code", form)
    request.session.cycle_key()
    request.session[NUMBER] = number.hex()
    return redirect("entrance:whose")


@_pages
def whose(request: HttpRequest) -> HttpResponse:
    """Which person, proved by birth date and a number's end; three tries."""
    transaction, number = _transaction(request), request.session.get(NUMBER)
    if transaction is None or number is None:
        return redirect("entrance:phone")
    people = {str(account.pk): account for account in phones.accounts_at(bytes.fromhex(number), clock.now())}
    form = WhoseForm([(key, _short(account.display_name)) for key, account in people.items()], request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return saying.form(request, "whose", form)
    return _choose(request, form, transaction, people[form.cleaned_data["person"]])


def _choose(request: HttpRequest, form: WhoseForm, transaction: UUID, account: Account) -> HttpResponse:
    place, at = client.address(request), clock.now()
    try:
        slowing.check(place, account.pk, at)
    except Problem as problem:
        return saying.form(request, "whose", form, problem)
    if codes.prove(transaction, at) is None:
        return _begin_again(request)
    if not _is_proved(account, form.cleaned_data["birth"], form.cleaned_data["digits"]):
        slowing.failed(place, account.pk, at, "sms-proof")
        form.add_error(None, gettext("Ngày sinh hoặc 4 số cuối không khớp với người đã chọn."))
        return saying.form(request, "whose", form)
    fresh = accounts.active(account.pk)
    if fresh is None or not codes.finish(transaction, at):
        return _begin_again(request)
    slowing.succeeded(place, fresh.pk)
    return arriving.welcome(request, fresh, "sms")


@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    """What the stub of the sender was told to send. In the demo only."""
    if not saying.is_stub_shown():
        raise Http404
    return render(request, "entrance/messages.html", {"messages_kept": sending.kept()})


def _is_proved(account: Account, birth: str, digits: str) -> bool:
    """Whether the birth date and the last four digits of one of their numbers are the person's."""
    known = identity.known(account.person) if account.person else None
    if known is None:
        return False
    ends = {number.value[-len(digits) :] for number in known.claim.identifiers}
    is_day = is_birth(known.claim.birth, birth)
    return is_day and digits in ends


def _begin_again(request: HttpRequest) -> HttpResponse:
    request.session.flush()
    return render(request, "entrance/again.html", status=403)


def _transaction(request: HttpRequest) -> UUID | None:
    kept = request.session.get(TRANSACTION)
    return UUID(kept) if kept else None


def _short(name: str) -> str:
    """'Nguyễn Thị Lan' → 'N. T. Lan': enough for the family, little for whoever found the telephone."""
    *first, last = name.split() or [""]
    return " ".join([*(f"{word[0]}." for word in first), last])
