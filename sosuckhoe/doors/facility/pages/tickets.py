"""Differences between what the facility sent of a person and the population register: to accept, or to keep ours."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sosuckhoe.access import audit
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock, db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY
from sosuckhoe.doors.facility.desk import desk, facility_of, show
from sosuckhoe.doors.look import differing_words, finding_words
from sosuckhoe.exchange import sent
from sosuckhoe.exchange.population import client, resolve
from sosuckhoe.exchange.population.reconcile import reconcile_one
from sosuckhoe.identity import queries, tickets
from sosuckhoe.identity.actions import Raced
from sosuckhoe.identity.tickets import DIFFERS, OPEN, UNKNOWN, VERIFIED, Ticket

TICKETS_SHOWN = 100
TAKE, KEEP = "lay", "giu"
_NOT_A_FAULT_OF_THE_FORM = {"SSK-4534"}


@require_safe
@desk("read", "ticket")
def waiting(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everybody of whom the register says something else, newest first."""
    code = facility_of(actor)
    found = tickets.of_facility(code, TICKETS_SHOWN)
    _record(actor, found)
    known = queries.known_all({ticket.person for ticket in found})
    rows = [
        (ticket, known[ticket.person].claim.name, differing_words.names(ticket))
        for ticket in found
        if ticket.person in known
    ]
    return show(
        request, actor, "tickets", section="tickets", rows=rows, number=tickets.number_open(code), most=TICKETS_SHOWN
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk("resolve", "ticket")
def ticket(request: HttpRequest, actor: Actor, key: UUID) -> HttpResponseBase:
    """One person side by side: take the register's word, or keep ours and say why."""
    found = tickets.ticket(key)
    if found is None or not resolve.may_decide(actor, found):
        raise Problem("SSK-1002")
    problem = _decide(request, actor, key) if request.method == "POST" else None
    if request.method == "POST" and (problem is None or problem.number in _NOT_A_FAULT_OF_THE_FORM):
        _tell(request, problem)
        return redirect("facility:tickets")
    _record(actor, [found])
    known = queries.known(found.person)
    return show(
        request,
        actor,
        "ticket",
        section="tickets",
        ticket=found,
        name=known.claim.name if known else "",
        fields=differing_words.fields(found),
        is_of_number=differing_words.is_of_number(found),
        is_open=found.state == OPEN,
        problem=finding_words.problem_told(problem) if problem else "",
        reason=request.POST.get("ly-do", "")[: resolve.LONGEST_REASON],
        status=422 if problem else 200,
    )


@require_POST
@desk("read", "ticket")
def ask(request: HttpRequest, actor: Actor, number: int, position: int) -> HttpResponseBase:
    """Ask the register now about the person of one package."""
    row = sent.package(facility_of(actor), number, position)
    if row is None or not row.person:
        raise Problem("SSK-1002")
    try:
        state = reconcile_one(actor, row.person, client.register(), clock.now())
    except Raced:
        messages.error(request, gettext("Hồ sơ đang được sửa ở nơi khác. Hãy thử lại."))
    except Problem as problem:
        if problem.status == 404:  # noqa: PLR2004 -- not theirs: answered as such
            raise
        messages.error(request, finding_words.problem_told(problem))
    else:
        _tell_state(request, state)
    return redirect("facility:package", number, position)


def _decide(request: HttpRequest, actor: Actor, key: UUID) -> Problem | None:
    try:
        if request.POST.get("viec") == TAKE:
            resolve.accept(actor, key, clock.now())
        else:
            resolve.refuse(actor, key, request.POST.get("ly-do", ""), clock.now())
    except Raced:
        return Problem("SSK-3409")
    except Problem as problem:
        return problem
    return None


def _tell(request: HttpRequest, problem: Problem | None) -> None:
    if problem:
        messages.warning(request, finding_words.problem_told(problem))
    else:
        messages.success(request, gettext("Đã ghi lại quyết định. Thông tin cũ vẫn được giữ."))


def _tell_state(request: HttpRequest, state: str) -> None:
    told = {
        VERIFIED: (messages.success, gettext("Khớp với cơ sở dữ liệu dân cư.")),
        DIFFERS: (messages.warning, gettext("Có điểm khác với cơ sở dữ liệu dân cư. Xem ở trang Đối chiếu dân cư.")),
        UNKNOWN: (messages.warning, gettext("Cơ sở dữ liệu dân cư không có số định danh này.")),
    }
    say, words = told[state]
    say(request, words)


def _record(actor: Actor, found: list[Ticket]) -> None:
    """A line for each person whose name is about to be shown."""
    persons = sorted({one.person for one in found}) or [NOBODY]
    with db.atomic():
        audit.record_all([audit.Line(actor, "read", "ticket", person) for person in persons], clock.now())
