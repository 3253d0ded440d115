"""Danh bạ: a steward sends lists of facilities and practitioners, and reads what came of each."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
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
from sosuckhoe.exchange.register import importing, lists, queries
from sosuckhoe.identity.area import province_of

IMPORTS_SHOWN = 20


def _check(actor: Actor) -> None:
    policy.check(actor, "enter", "register")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(_check)
def register(request: HttpRequest, _actor: Actor) -> HttpResponseBase:
    """The form, and what it sends. Who and how much is asked before any of it is read; the token behind that."""
    if request.method == "POST" and steward.is_too_long(request):
        return _page(request, problem=Problem("SSK-2224", limit=steward.MOST_BYTES // steward.MEBIBYTE))
    return csrf_protect(_page)(request)


@signed_in(_check)
def _page(request: HttpRequest, actor: Actor, problem: Problem | None = None) -> HttpResponse:
    if request.method == "POST" and problem is None:
        try:
            key = steward.key(request)
            importing.take_in(actor, key, steward.chosen(request), clock.now())
            return redirect("office:register-report", key)
        except Problem as fault:
            if fault.status in {401, 403, 404}:
                raise
            problem = fault
    facts = {
        "actor": actor,
        "sections": steward.sections("register"),
        "key": uuid4(),
        "problem": tongue.said(problem) if problem else "",
        "most": steward.MOST_BYTES // steward.MEBIBYTE,
        "kinds": [(kind, _name(kind)) for kind in lists.lists()],
        "imports": [(row, _name(row.kind)) for row in queries.imports(province_of(actor), IMPORTS_SHOWN)],
    }
    return render(request, "office/register.html", facts, status=problem.status if problem else 200)


@signed_in(_check)
def report(request: HttpRequest, actor: Actor, key: UUID) -> HttpResponse:
    """What came of one list: its counts, and every refused row with how to mend it."""
    row = _import(actor, key)
    found = queries.faults(key, steward.MOST_SHOWN + 1)
    facts = {
        "actor": actor,
        "sections": steward.sections("register"),
        "row": row,
        "kind": _name(row.kind),
        "faults": _table(found[: steward.MOST_SHOWN]),
        "has_more": len(found) > steward.MOST_SHOWN,
        "most": steward.MOST_SHOWN,
    }
    return render(request, "office/register_report.html", facts)


@signed_in(_check)
def faults_csv(_request: HttpRequest, actor: Actor, key: UUID) -> HttpResponse:
    """Every fault of a list, to be worked through beside it."""
    _import(actor, key)
    return csv_file("loi", ["dong", "cot", "cach_sua"], _table(queries.faults(key, importing.MOST_FAULTS)))


@signed_in(_check)
def template(_request: HttpRequest, _actor: Actor, kind: str) -> HttpResponse:
    """The first row of a list of this kind, to be filled below."""
    if kind not in lists.lists():
        raise Problem("SSK-1002")
    return csv_file(kind, [column.name for column in lists.lists()[kind].columns], [])


def _import(actor: Actor, key: UUID) -> Any:
    row = queries.one_import(province_of(actor), key)
    if row is None:
        raise Problem("SSK-1002")
    return row


def _table(faults: list[sheet.Fault]) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, sheet.said(fault, tongue.language(), lists.rules())) for fault in faults]


def _name(kind: str) -> str:
    one = lists.lists()[kind]
    return tongue.said(one)
