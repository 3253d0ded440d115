"""Activation by a code on paper: the code, and the birth date (staff: the user name)."""

from __future__ import annotations

import hmac

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from sosuckhoe.access import accounts, codes, slowing
from sosuckhoe.access.models import Account
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.entrance import arriving, saying, second
from sosuckhoe.doors.entrance.forms import BirthField, PaperForm, is_birth
from sosuckhoe.doors.look import client
from sosuckhoe.identity import queries as identity


@require_http_methods(["GET", "HEAD", "POST"])
def activate(request: HttpRequest) -> HttpResponse:
    """Prove that the paper is one's own."""
    form = PaperForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return saying.form(request, "paper", form)
    place, at = client.address(request), clock.now()
    try:
        slowing.check(place, None, at)
    except Problem as problem:
        return saying.form(request, "paper", form, problem)
    found = codes.paper_account(form.cleaned_data["code"], at)
    account = accounts.active(found[1]) if found else None
    if not found or not account or not _is_theirs(account, form.cleaned_data["proof"]):
        return _wrong(request, form, place)
    if not codes.use_paper(found[0], at):
        return _wrong(request, form, place)
    if account.role != "citizen":
        return second.wait(request, account, "paper")
    return arriving.activated(request, account)


def _wrong(request: HttpRequest, form: PaperForm, place: str) -> HttpResponse:
    slowing.failed(place, None, clock.now(), "paper")
    form.add_error(None, gettext("Mã hoặc ngày sinh không đúng, hoặc mã đã dùng. Quầy có thể in mã mới cho bạn."))
    return saying.form(request, "paper", form)


def _is_theirs(account: Account, proof: str) -> bool:
    """The birth date of a citizen, the user name of staff."""
    if account.role != "citizen":
        return hmac.compare_digest(account.username.encode(), proof.strip().encode())
    known = identity.known(account.person) if account.person else None
    try:
        birth = BirthField().clean(proof)
    except forms.ValidationError:
        return False
    return known is not None and is_birth(known.claim.birth, birth)
