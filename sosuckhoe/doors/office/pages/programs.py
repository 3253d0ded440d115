"""Ứng dụng: apps written down, approved and suspended. What people let them see stands on people's own pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sosuckhoe.access import policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.access.smart import apps, bounds
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.look import tongue
from sosuckhoe.doors.look.signed_in import signed_in
from sosuckhoe.doors.office import steward

_FIELDS = {"redirect_uris": "redirects", "launch_url": "launch"}
"""Fields of a registration by what its Problem calls them; all others have one name."""


class AppForm(forms.Form):
    """What a registration says."""

    name = forms.CharField(label=_("Tên ứng dụng"), max_length=80)
    maker = forms.CharField(label=_("Nơi làm ra"), max_length=80)
    kind = forms.ChoiceField(
        label=_("Loại"),
        widget=forms.RadioSelect,
        initial=apps.PUBLIC,
        choices=[
            (apps.PUBLIC, _("Ứng dụng trên điện thoại hoặc trình duyệt, không giữ khóa riêng")),
            (apps.PRIVATE, _("Ứng dụng có máy chủ, tự ký bằng khóa riêng")),
            (apps.SERVICE, _("Dịch vụ chạy nền, không ai đăng nhập")),
        ],
    )
    scope = forms.CharField(
        label=_("Phạm vi nhiều nhất"),
        help_text=_("Ví dụ: launch/patient offline_access patient/Observation.rs"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    redirects = forms.CharField(
        label=_("Địa chỉ nhận trả lời"), help_text=_("Mỗi dòng một địa chỉ, phải trùng từng chữ."),
        required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    launch = forms.CharField(label=_("Địa chỉ khởi động từ trang của cơ sở"), required=False, max_length=400)
    jwks = forms.CharField(
        label=_("Khóa công khai (JWKS)"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    jwks_url = forms.CharField(label=_("Hoặc địa chỉ của khóa công khai"), required=False, max_length=400)
    account = forms.CharField(
        label=_("Tài khoản của dịch vụ"), help_text=_("Dịch vụ có quyền của tài khoản này, không hơn."),
        required=False, max_length=80,
    )  # fmt: skip

    def __init__(self, given: Any) -> None:
        super().__init__(given)
        steward.name_what_lacks(self)

    def wish(self) -> apps.Wish:
        """As the room takes it."""
        told = dict(self.cleaned_data)
        name = told.pop("account")
        redirects = tuple(told.pop("redirects").split())
        return apps.Wish(**told, redirects=redirects, account=apps.account_named(name) if name else None)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(lambda actor: policy.check(actor, "read", "app"))
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every app, those that wait first; a post decides about one."""
    if request.method == "POST":
        apps.decide(actor, request.POST.get("app", ""), request.POST.get("state", ""), clock.now())
        messages.success(request, gettext("Đã ghi nhận, có hiệu lực ngay."))
        return redirect("office:apps")
    lines = [(one, _said(one)) for one in apps.listed(actor)]
    return render(request, "office/apps.html", {"actor": actor, "lines": lines, "sections": steward.sections("apps")})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(lambda actor: policy.check(actor, "register", "app"))
def register(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A new app; it waits to be approved."""
    form = AppForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _is_registered(actor, form):
        messages.success(request, gettext("Đã ghi. Ứng dụng chờ được duyệt."))
        return redirect("office:apps")
    facts: dict[str, Any] = {"actor": actor, "form": form, "sections": steward.sections("apps")}
    return render(request, "office/app.html", facts, status=422 if form.errors else 200)


def _is_registered(actor: Actor, form: AppForm) -> bool:
    try:
        apps.register(actor, form.wish(), clock.now())
    except Problem as problem:
        if problem.number != "SSK-1201":
            raise
        field = str(problem.places["what"])
        form.add_error(_FIELDS.get(field, field), gettext("Chưa đúng, hãy xem lại."))
        return False
    return True


def _said(app: apps.App) -> list[str]:
    """What it may ask for; what is said alike of two levels is said once."""
    return list(dict.fromkeys(bounds.sentences(tuple(app.scope.split()), tongue.language())))
