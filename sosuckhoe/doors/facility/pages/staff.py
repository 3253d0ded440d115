"""The facility's people: who has an account, a new one, and the end of one. For its administrator."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sosuckhoe.access import actions, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.access.models import Account
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.facility.desk import desk, facility_of, show
from sosuckhoe.doors.look import tongue

ROLES = {"doctor": _("Bác sĩ"), "nurse": _("Điều dưỡng"), "clerk": _("Nhân viên hồ sơ"), "admin": _("Quản trị")}


class InviteForm(forms.Form):
    """Somebody who works here."""

    name = forms.CharField(label=_("Họ và tên"), max_length=255, error_messages={"required": _("Hãy nhập họ và tên")})
    username = forms.RegexField(
        r"^[a-z0-9][a-z0-9._-]{2,60}$",
        label=_("Tên đăng nhập"),
        help_text=_("Chữ thường không dấu và số, ví dụ bs.lan"),
        error_messages={
            "required": _("Hãy nhập tên đăng nhập"),
            "invalid": _("Chỉ dùng chữ thường không dấu, số, dấu chấm và gạch"),
        },
    )
    role = forms.ChoiceField(label=_("Vai trò"))

    def __init__(self, given: object) -> None:
        super().__init__(cast("dict[str, str] | None", given))
        cast("forms.ChoiceField", self.fields["role"]).choices = list(ROLES.items())


@require_http_methods(["GET", "HEAD", "POST"])
@desk("read", "staff")
def staff(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The list and the form; by POST an invitation's paper, or the end of an account."""
    if "disable" in request.POST:
        return _disable(request, actor)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        policy.check(actor, "invite", "staff", facility=facility_of(actor))
        try:
            return _paper(request, actor, form)
        except Problem as problem:
            form.add_error("username", tongue.said(problem))
    people = Account.objects.filter(facility=facility_of(actor), role__in=actions.STAFF_ROLES).order_by("display_name")
    listed = [(account, ROLES[account.role]) for account in people]
    return show(request, actor, "staff", section="staff", form=form, people=listed, status=422 if form.errors else 200)


def _paper(request: HttpRequest, actor: Actor, form: InviteForm) -> HttpResponse:
    told = form.cleaned_data
    code = actions.invite(
        actor, told["username"], name=told["name"], role=told["role"], facility=facility_of(actor), at=clock.now()
    )
    address = request.build_absolute_uri(reverse("entrance:paper"))
    return show(
        request, actor, "invited", section="staff", name=told["name"], username=told["username"], code=code,
        address=address,
    )  # fmt: skip


def _disable(request: HttpRequest, actor: Actor) -> HttpResponse:
    policy.check(actor, "disable", "staff", facility=facility_of(actor))
    found = Account.objects.filter(
        username=request.POST["disable"], facility=facility_of(actor), role__in=actions.STAFF_ROLES
    ).first()
    if found is None or found.pk == actor.account:
        raise Problem("SSK-1002")
    actions.disable(actor, found, clock.now())
    messages.success(request, gettext("Đã khóa tài khoản. Mọi nơi đang đăng nhập đã kết thúc."))
    return redirect("facility:staff")
