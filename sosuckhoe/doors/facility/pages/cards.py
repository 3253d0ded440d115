"""A card with a QR code for somebody without a telephone: given out, printed, ended. After proof of person.

What was given out is printed by a second request, which carries it sealed for ten minutes: so a printer may fail, and
the clerk's page never shows a PIN.
"""

from __future__ import annotations

from typing import Any, cast

import orjson
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from sosuckhoe.access import blind, cards
from sosuckhoe.access.actor import Actor
from sosuckhoe.access.models import Account
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.book.papers import card as printing
from sosuckhoe.doors.facility.desk import desk, facility_of, name_of, show
from sosuckhoe.doors.facility.pages.activate import account_of
from sosuckhoe.doors.look import tongue
from sosuckhoe.identity import queries as identity

_PRINT_SECONDS = 600


class CardForm(forms.Form):
    """Who stands at the desk, how they are known, and the PIN that they type themselves."""

    number = forms.CharField(
        label=_("Số căn cước"),
        max_length=20,
        error_messages={"required": _("Hãy nhập số trên căn cước")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    proof = forms.ChoiceField(
        label=_("Giấy tờ đã xem"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn giấy tờ đã xem")},
    )
    pin = forms.CharField(
        label=_("PIN do người bệnh tự gõ"),
        required=False,
        max_length=6,
        help_text=_(
            "6 chữ số. Quay màn hình và bàn phím về phía người bệnh. Để trống thì in PIN trên tờ riêng, gấp kín."
        ),
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    again = forms.CharField(
        label=_("Gõ lại PIN"),
        required=False,
        max_length=6,
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, given: Any) -> None:
        super().__init__(given)
        language = tongue.language()
        proofs = [(key, entry[language]) for key, entry in cards.words()["proofs"].items()]
        cast("forms.ChoiceField", self.fields["proof"]).choices = proofs

    def clean(self) -> dict[str, Any]:
        """The same PIN twice, or none."""
        told = super().clean() or {}
        if told.get("pin") != told.get("again"):
            self.add_error("again", _("Hai lần gõ PIN không giống nhau"))
        return told


@desk("activate", "account")
def cards_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The form; by POST a card is given out, or the one that somebody has is ended."""
    form = CardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        account = account_of(actor, form.cleaned_data["number"])
        if account is None:
            form.add_error("number", gettext("Cơ sở này chưa tiếp nhận ai có số đó, hoặc tài khoản đang bị khóa."))
        else:
            return _done(request, actor, account, form)
    return _page(request, actor, form)


@require_POST
@desk("activate", "account")
def printed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The card as a PDF, from what was sealed when it was given out."""
    opened = blind.unseal_fresh(request.POST.get("the", ""), _PRINT_SECONDS)
    told = orjson.loads(opened) if opened else {}
    if told.pop("clerk", None) != actor.account:
        messages.error(request, tongue.said(Problem("SSK-1164")))
        return redirect("facility:cards")
    address = request.build_absolute_uri(reverse("entrance:card-scanned", args=[told["code"]]))
    made = printing.pdf(printing.Printed(**told, address=address, facility=name_of(facility_of(actor)), at=clock.now()))
    answer = HttpResponse(made, content_type="application/pdf")
    answer.headers["Content-Disposition"] = 'inline; filename="the.pdf"'
    return answer


def _done(request: HttpRequest, actor: Actor, account: Account, form: CardForm) -> HttpResponse:
    try:
        if request.POST.get("do") == "end":
            cards.end_at_desk(actor, account, clock.now())
            return show(request, actor, "card_ended", section="cards", name=account.display_name)
        return _issued(request, actor, account, form.cleaned_data)
    except Problem as problem:
        nothing = gettext("Người này không có thẻ nào đang dùng.")
        form.add_error(None, nothing if problem.number == "SSK-1002" else tongue.said(problem))
        return _page(request, actor, form)


def _issued(request: HttpRequest, actor: Actor, account: Account, told: dict[str, str]) -> HttpResponse:
    known = identity.known(account.person) if account.person else None
    born = known.claim.birth if known else ""
    pin = told["pin"] or cards.chance_pin(born)
    code = cards.issue(actor, account, pin, told["proof"], born, clock.now())
    kept = {
        "clerk": actor.account, "name": account.display_name, "code": code, "pin": "" if told["pin"] else pin
    }  # fmt: skip
    sealed = blind.seal(orjson.dumps(kept).decode()).decode()
    facts = {"name": account.display_name, "sealed": sealed, "has_pin": not told["pin"]}
    return show(request, actor, "card_issued", section="cards", **facts)


def _page(request: HttpRequest, actor: Actor, form: CardForm) -> HttpResponse:
    return show(request, actor, "cards", section="cards", form=form, status=422 if form.errors else 200)
