"""Open the account of somebody at the desk: a paper with a code, and their telephone."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sosuckhoe.access import accounts, codes, phones, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.access.models import Account
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.facility.desk import desk, show
from sosuckhoe.identity import queries as identity
from sosuckhoe.identity.identifiers import identity_paper


class DeskForm(forms.Form):
    """Who stands at the desk."""

    number = forms.CharField(
        label=_("Số căn cước"),
        max_length=20,
        error_messages={"required": _("Hãy nhập số trên căn cước")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=_("Số điện thoại"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )

    def clean_phone(self) -> str:
        """Ten digits, or nothing."""
        try:
            return phones.written(text) if (text := str(self.cleaned_data["phone"])) else ""
        except Problem as problem:
            raise forms.ValidationError(_("Số điện thoại di động có 10 chữ số, ví dụ 0912 345 678")) from problem


@desk("activate", "account")
def activate(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The form, and then the paper. By POST: no number stands in an address."""
    form = DeskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        account = account_of(actor, form.cleaned_data["number"])
        if account is not None:
            return _paper(request, actor, account, form.cleaned_data["phone"])
        form.add_error("number", gettext("Cơ sở này chưa tiếp nhận ai có số đó, hoặc tài khoản đang bị khóa."))
    return show(request, actor, "activate", section="activate", form=form, status=422 if form.errors else 200)


def account_of(actor: Actor, text: str) -> Account | None:
    """The account of whom the number means, if this facility has received them."""
    number = identity_paper(text)
    person = identity.person_of(number) if number else None
    known = identity.known(person) if person else None
    if person is None or known is None or not policy.can(actor, "activate", "account", person=person):
        return None
    try:
        return accounts.of_person(person, known.claim.name)
    except Problem:
        return None


def _paper(request: HttpRequest, actor: Actor, account: Account, phone: str) -> HttpResponse:
    at = clock.now()
    code = codes.print_for(actor, account, at)
    keep_at = request.build_absolute_uri(reverse("entrance:keep-phone", args=["0"])).removesuffix("0")
    since = phones.enter(actor, account, phone, at, keep_at) if phone else None
    address = request.build_absolute_uri(reverse("entrance:paper"))
    waits = since is not None and since > at
    return show(
        request,
        actor,
        "activation",
        section="activate",
        name=account.display_name,
        code=code,
        address=address,
        waits=waits,
    )
