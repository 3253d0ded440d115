"""Who may open a facility's page: those whom the policy lets do this with what belongs to their own facility."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from sosuckhoe.access import policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.look.signed_in import Page, Rest, View, signed_in
from sosuckhoe.identity import queries as register

STAFF = frozenset({"admin", "clerk", "doctor", "nurse"})


def desk(action: str, kind: str) -> Callable[[Page[Rest]], View[Rest]]:
    """A page of the actor's own facility that does `action` with things of `kind`."""
    return signed_in(lambda actor: _check(actor, action, kind))


def facility_of(actor: Actor) -> str:
    """The code of the actor's facility. Problem SSK-1002 for an actor without one."""
    if not actor.facility:
        raise Problem("SSK-1002")
    return actor.facility


def name_of(code: str) -> str:
    """The facility's name, or its code while the register does not know it."""
    entry = register.facility(code)
    return entry.name if entry else code


def may(actor: Actor, action: str, kind: str) -> bool:
    """Whether to offer something that another page checks."""
    return policy.can(actor, action, kind, facility=facility_of(actor))


def show(request: HttpRequest, actor: Actor, template: str, **facts: Any) -> HttpResponse:
    """A page with what every page of this door shows: the facility, and where one can go from here."""
    code = facility_of(actor)
    status = facts.pop("status", 200)
    may_send = may(actor, "send", "package")
    shared = {
        "actor": actor,
        "facility_code": code,
        "facility_name": name_of(code),
        "sections": _sections(facts.get("section", ""), actor, may_send=may_send),
        "may_send": may_send,
    }
    return render(request, f"facility/{template}.html", {**shared, **facts}, status=status)


def _sections(current: str, actor: Actor, *, may_send: bool) -> list[dict[str, Any]]:
    """Where one can go in this room, for `section_nav`."""
    names = {
        "home": gettext("Hôm nay"),
        "today": gettext("Người đến khám"),
        "arrivals": gettext("Gói đã gửi"),
        "quality": gettext("Chất lượng dữ liệu"),
    }
    if may(actor, "resolve", "ticket"):
        names["tickets"] = gettext("Đối chiếu dân cư")
    if may(actor, "read", "queue"):
        names["counter"] = gettext("Quầy")
    if may(actor, "answer", "request"):
        names["requests"] = gettext("Yêu cầu của người dân")
    if may(actor, "read", "staff"):
        names = {"staff": gettext("Nhân viên")}
    if may_send:
        names["send"] = gettext("Tải tệp lên")
        names["activate"] = gettext("Mở tài khoản")
        names["cards"] = gettext("Thẻ QR và PIN")
    return [
        {"text": text, "href": reverse(f"facility:{name}"), "is_current": name == current}
        for name, text in names.items()
    ]


def _check(actor: Actor, action: str, kind: str) -> None:
    if actor.role not in STAFF:
        raise Problem("SSK-1002")
    policy.check(actor, action, kind, facility=facility_of(actor))
