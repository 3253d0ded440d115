"""Quyền giữ sổ: a steward enters what a court or an authority decided about who holds a book. It holds at once."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sosuckhoe.access import custody, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.text import fold
from sosuckhoe.doors.look import tongue
from sosuckhoe.doors.look.signed_in import signed_in
from sosuckhoe.doors.office import steward
from sosuckhoe.identity import area
from sosuckhoe.identity import queries as identity
from sosuckhoe.identity.identifiers import identity_paper
from sosuckhoe.identity.queries import Known

_DEEDS = {custody.END: _("Thôi không cho giữ sổ"), custody.GIVE: _("Cho giữ sổ như người giám hộ")}


def _number(label: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    return forms.CharField(label=label, max_length=20, widget=widget)


def _text(label: Any, longest: int) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class DecisionForm(forms.Form):
    """The two persons, each by number and name, and the document."""

    child = _number(_("Số định danh của chủ sổ"))
    child_name = _text(_("Họ và tên chủ sổ"), 100)
    holder = _number(_("Số định danh của người giữ sổ"))
    holder_name = _text(_("Họ và tên người giữ sổ"), 100)
    deed = forms.ChoiceField(label=_("Việc"), widget=forms.RadioSelect)
    reason = forms.ChoiceField(label=_("Lý do"))
    document = _text(_("Số quyết định, bản án"), 60)
    authority = _text(_("Cơ quan ra quyết định"), 120)
    decided = forms.DateField(
        label=_("Ngày quyết định"),
        input_formats=["%d/%m/%Y", "%Y-%m-%d"],
        help_text=_("Ví dụ 12/03/2026"),
        error_messages={"invalid": _("Hãy nhập ngày quyết định như 12/03/2026")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, given: Any) -> None:
        super().__init__(given)
        reasons = custody.words()["reasons"].items()
        cast("forms.ChoiceField", self.fields["deed"]).choices = list(_DEEDS.items())
        cast("forms.ChoiceField", self.fields["reason"]).choices = [
            (key, entry[tongue.language()]) for key, entry in reasons
        ]
        steward.name_what_lacks(self)


def _check(actor: Actor) -> None:
    """The page is for those who may enter a decision about anybody; whose is asked again when it is entered."""
    policy.check(actor, "custody", "book", person=0)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(_check)
def custody_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The form; by POST the decision holds."""
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _decide(actor, form.cleaned_data)
        except Problem as problem:
            form.add_error(None, tongue.said(problem))
        else:
            messages.success(request, gettext("Đã ghi nhận, có hiệu lực ngay."))
            return redirect("office:custody")
    facts = {"actor": actor, "sections": steward.sections("custody"), "form": form}
    return render(request, "office/custody.html", facts, status=422 if form.errors else 200)


def _decide(actor: Actor, told: dict[str, Any]) -> None:
    child, holder = _known(told["child"], told["child_name"]), _known(told["holder"], told["holder_name"])
    if child is None or holder is None or not area.holds(actor, [child.ref.person]):
        raise Problem("SSK-1169")
    decision = custody.Decision(
        told["deed"], told["reason"], told["document"], told["authority"], told["decided"]
    )  # fmt: skip
    custody.decide(actor, holder.ref.person, child.ref.person, decision, child.claim.birth, clock.now())


def _known(number: str, name: str) -> Known | None:
    """Who has this number and this name; None unless both are right."""
    paper = identity_paper(number)
    person = identity.person_of(paper) if paper else None
    known = identity.known(person) if person else None
    return known if known and fold(known.claim.name) == fold(name) else None
