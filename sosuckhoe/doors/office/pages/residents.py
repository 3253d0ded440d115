"""Dân cư: changes of the register that wait for somebody, what hangs on a death, and the insurer's tickets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext

from sosuckhoe.access import audit, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock, db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY
from sosuckhoe.doors.look import asked, differing_words, tongue
from sosuckhoe.doors.look.signed_in import signed_in
from sosuckhoe.doors.office import steward
from sosuckhoe.exchange.population import desk
from sosuckhoe.identity import area, queries, tickets
from sosuckhoe.identity.actions import Raced

TICKETS_SHOWN = 200
_STAYS = {409, 422}


def _check(actor: Actor) -> None:
    policy.check(actor, "read", "change")


@signed_in(_check)
def residents(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What waits: held changes and deaths, the oldest first."""
    held, died = desk.waiting(actor), desk.deaths(actor)
    _record(actor, "change", desk.shown(held, died))
    facts = {
        "actor": actor,
        "sections": steward.sections("residents"),
        "held": [(one, _kind(one.kind), _names(one)) for one in held],
        "died": died,
    }
    return render(request, "office/residents.html", facts)


@signed_in(_check)
def resident(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """One held change: whom it is meant for, or that it is meant for nobody whom we know."""
    if request.method == "POST":
        fault = _tried(lambda: _decide(request, actor, number))
        if fault is None:
            messages.success(request, gettext("Đã ghi lại quyết định."))
            return redirect("office:residents")
        if fault.number == "SSK-3310":
            messages.warning(request, tongue.said(fault))
            return redirect("office:residents")
    held = desk.one_waiting(actor, number)
    _record(actor, "change", desk.shown([held], []))
    facts = {
        "actor": actor,
        "sections": steward.sections("residents"),
        "held": held,
        "kind": _kind(held.kind),
        "number": _masked(held.change.word.number) if held.change else "",
        "problem": tongue.said(fault) if request.method == "POST" and fault else "",
        "reason": request.POST.get("ly-do", "")[: desk.LONGEST_REASON],
    }
    return render(request, "office/resident.html", facts, status=422 if facts["problem"] else 200)


@signed_in(_check)
def death(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """What hangs on a death: accounts to be closed, books that somebody else must hold, and that it was seen to."""
    fault = _tried(lambda: _see_to(request, actor, number)) if request.method == "POST" else None
    if request.method == "POST" and fault is None:
        is_done = request.POST.get("viec") != "khoa"
        return redirect("office:residents") if is_done else redirect("office:death", number)
    found = desk.one_death(actor, number)
    _record(actor, "change", desk.shown([], [found]))
    facts = {
        "actor": actor,
        "sections": steward.sections("residents"),
        "death": found,
        "died": found.who.claim.extra.get("deceased", ""),
        "problem": tongue.said(fault) if fault else "",
        "reason": request.POST.get("ly-do", "")[: desk.LONGEST_REASON],
    }
    return render(request, "office/death.html", facts, status=422 if fault else 200)


@signed_in(_check)
def insured(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Open differences between our word and social insurance's, and at which facility each waits."""
    policy.check(actor, "read", "ticket")
    found = list(islice(_open_tickets(actor), TICKETS_SHOWN))
    _record(actor, "ticket", {one.person for one in found})
    known = queries.known_all({one.person for one in found})
    places = queries.facilities({one.facility for one in found})
    facts = {
        "actor": actor,
        "sections": steward.sections("insured"),
        "rows": [
            (one, known[one.person].claim.name, differing_words.names(one), _facility(places, one.facility))
            for one in found
            if one.person in known
        ],
        "most": TICKETS_SHOWN,
    }
    return render(request, "office/insured.html", facts)


def _open_tickets(actor: Actor) -> Iterator[tickets.Ticket]:
    """Those of the actor's area, read page by page: those of other areas do not take their place."""
    after = None
    while page := tickets.open_of(tickets.INSURANCE, TICKETS_SHOWN, after):
        theirs = area.among(actor, {one.person for one in page})
        yield from (one for one in page if one.person in theirs)
        after = page[-1]


def _decide(request: HttpRequest, actor: Actor, number: int) -> None:
    if request.POST.get("viec") == "tu-choi":
        desk.refuse(actor, number, request.POST.get("ly-do", ""), clock.now())
        return
    desk.apply(actor, number, asked.key(request, "nguoi"), clock.now())


def _see_to(request: HttpRequest, actor: Actor, number: int) -> None:
    if request.POST.get("viec") == "khoa":
        closed = desk.close_accounts(actor, number, clock.now())
        told = ngettext("Đã khóa {count} tài khoản.", "Đã khóa {count} tài khoản.", closed)
        messages.success(request, told.format(count=closed))
        return
    desk.settle_death(actor, number, request.POST.get("ly-do", ""), clock.now())
    messages.success(request, gettext("Đã ghi là xong."))


def _tried(act: Callable[[], None]) -> Problem | None:
    """What was wrong, for the page to say; what is not theirs is answered as such."""
    try:
        act()
    except Raced:
        return Problem("SSK-3409")
    except Problem as problem:
        if problem.status not in _STAYS:
            raise
        return problem
    return None


def _record(actor: Actor, kind: str, persons: set[int]) -> None:
    """A line for each person whose name is about to be shown."""
    with db.atomic():
        audit.record_all([audit.Line(actor, "read", kind, one) for one in sorted(persons) or [NOBODY]], clock.now())


def _kind(kind: str) -> str:
    return {
        "birth": gettext("Khai sinh"),
        "death": gettext("Khai tử"),
        "marriage": gettext("Kết hôn"),
        "move": gettext("Chuyển nơi cư trú"),
        "name": gettext("Cải chính họ tên"),
    }[kind]


def _names(held: desk.Held) -> str:
    return ", ".join(who.claim.name or gettext("chưa có tên") for who in held.candidates)


def _masked(number: str) -> str:
    return "•" * max(len(number) - 4, 0) + number[-4:]


def _facility(known: Any, code: str) -> str:
    return known[code].name if code in known else code
