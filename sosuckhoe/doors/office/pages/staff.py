"""Accounts of facilities' staff from a list: what would change, then the change and a paper for who begins."""

from __future__ import annotations

import io
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from sosuckhoe.access import policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock, sheet
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.look import tongue
from sosuckhoe.doors.look.cells import csv_file
from sosuckhoe.doors.look.signed_in import signed_in
from sosuckhoe.doors.office import steward
from sosuckhoe.exchange.register import lists, provisioning

MOST_BYTES = steward.MEBIBYTE
"""The list comes back with the answer to its preview, so it is kept short."""


def _check(actor: Actor) -> None:
    policy.check(actor, "provision", "staff")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(_check)
def staff(request: HttpRequest, _actor: Actor) -> HttpResponseBase:
    """The form, the preview, the result. Who and how much is asked before any of it is read; the token behind that."""
    if request.method == "POST" and steward.is_too_long(request):
        return _page(request, problem=Problem("SSK-2224", limit=1))
    return csrf_protect(_page)(request)


@signed_in(_check)
def _page(request: HttpRequest, actor: Actor, problem: Problem | None = None) -> HttpResponse:
    if request.method != "POST" or problem is not None:
        return _form(request, actor, problem)
    ends_unlisted = bool(request.POST.get("khoa-tai-khoan"))
    try:
        content = _content(request)
        if "thuc-hien" in request.POST:
            return _carry_out(request, actor, content, ends_unlisted=ends_unlisted)
        return _preview(request, actor, content, ends_unlisted=ends_unlisted)
    except Problem as fault:
        if fault.status in {401, 403, 404}:
            raise
        return _form(request, actor, fault)


@signed_in(_check)
def template(_request: HttpRequest, _actor: Actor) -> HttpResponse:
    """The first row of the list, to be filled below."""
    return csv_file("nhan-vien", [column.name for column in provisioning.columns()], [])


def _form(request: HttpRequest, actor: Actor, problem: Problem | None) -> HttpResponse:
    facts = {"problem": tongue.said(problem) if problem else "", "most": MOST_BYTES // steward.MEBIBYTE}
    return _show(request, actor, "staff", facts, problem.status if problem else 200)


def _preview(
    request: HttpRequest, actor: Actor, content: bytes, *, ends_unlisted: bool, problem: Problem | None = None
) -> HttpResponse:
    wanted = provisioning.plan(actor, io.BytesIO(content), ends_unlisted=ends_unlisted)
    rules = lists.rules() | provisioning.rules()
    told = [(fault.row, fault.column, sheet.said(fault, tongue.language(), rules)) for fault in wanted.faults]
    facts = {
        "plan": wanted,
        "steps": _steps(wanted.steps),
        "faults": told[: steward.MOST_SHOWN],
        "content": content.decode("utf-8-sig"),
        "ends_unlisted": ends_unlisted,
        "problem": tongue.said(problem) if problem else "",
    }
    return _show(request, actor, "staff_plan", facts, problem.status if problem else 200)


def _carry_out(request: HttpRequest, actor: Actor, content: bytes, *, ends_unlisted: bool) -> HttpResponse:
    wanted = provisioning.plan(actor, io.BytesIO(content), ends_unlisted=ends_unlisted)
    try:
        seal = request.POST.get("dau", "")
        papers = provisioning.carry_out(actor, io.BytesIO(content), seal, clock.now(), ends_unlisted=ends_unlisted)
    except Problem as problem:
        if problem.number != "SSK-2227":
            raise
        return _preview(request, actor, content, ends_unlisted=ends_unlisted, problem=problem)
    facts = {
        "steps": _steps(wanted.steps),
        "papers": papers,
        "address": request.build_absolute_uri(reverse("entrance:paper")),
    }
    return _show(request, actor, "staff_done", facts)


def _content(request: HttpRequest) -> bytes:
    """The list: as a file at first, then as the text that the preview has kept."""
    if "tep" in request.FILES:
        content = steward.chosen(request).read()
    elif "noi-dung" in request.POST:
        content = request.POST["noi-dung"].encode()
    else:
        raise Problem("SSK-2225")
    if len(content) > MOST_BYTES:
        raise Problem("SSK-2224", limit=MOST_BYTES // steward.MEBIBYTE)
    return content


def _steps(steps: Any) -> list[tuple[provisioning.Step, str, str, str]]:
    """What becomes of each, with its words and colour, and the role's word; what changes stands first."""
    words = {
        provisioning.NEW: (gettext("Cấp mới"), "green"),
        provisioning.CHANGED: (gettext("Đổi tên hoặc vai trò"), "blue"),
        provisioning.AGAIN: (gettext("Mở lại"), "green"),
        provisioning.DISABLED: (gettext("Khóa"), "red"),
        provisioning.UNLISTED: (gettext("Không có trong danh sách, để nguyên"), "yellow"),
        provisioning.SAME: (gettext("Như cũ"), "grey"),
    }
    roles = {
        "doctor": gettext("Bác sĩ"),
        "nurse": gettext("Điều dưỡng"),
        "clerk": gettext("Nhân viên hồ sơ"),
        "admin": gettext("Quản trị"),
    }
    order = list(words)
    ordered = sorted(steps, key=lambda step: order.index(step.what))
    return [(step, *words[step.what], roles[step.role]) for step in ordered]


def _show(request: HttpRequest, actor: Actor, name: str, facts: dict[str, Any], status: int = 200) -> HttpResponse:
    shared = {"actor": actor, "sections": steward.sections("staff")}
    return render(request, f"office/{name}.html", {**shared, **facts}, status=status)
