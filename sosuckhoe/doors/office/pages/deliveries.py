"""Hệ thống gửi: what other vendors' systems delivered, what came of it, and the file as it came."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext

from sosuckhoe.access import policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.look import asked, tongue
from sosuckhoe.doors.look.signed_in import signed_in
from sosuckhoe.doors.office import steward
from sosuckhoe.exchange.feeds import desk, looking, profiled
from sosuckhoe.exchange.feeds.looking import Asked
from sosuckhoe.identity import queries as identity

SHOWN, MOST_FAULTS = 50, 200
COUNTED = timedelta(days=30)
_REFUSALS = frozenset({"SSK-2161", "SSK-2401", "SSK-2460"})
_COLOURS = {looking.WAITING: "blue", looking.FILED: "green", looking.PARTLY: "yellow", looking.REFUSED: "red"}


def _check(actor: Actor) -> None:
    policy.check(actor, "read", "delivery")


@signed_in(_check)
def deliveries(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The list, the newest first, by source and state."""
    known = desk.theirs(actor)
    source, state = asked.chosen(request, "nguon", known), asked.chosen(request, "trang-thai", looking.STATES)
    wanted = [source] if source else list(known)
    rows = looking.listed(Asked(wanted, state, asked.number(request, "truoc")), SHOWN + 1)
    profiles = profiled.listed(Asked(wanted, state, asked.number(request, "truoc-hs")), SHOWN + 1)
    register = identity.facilities(sorted({row.facility for row in profiles}))
    facts = {
        "actor": actor,
        "sections": steward.sections("deliveries"),
        "sources": [(key, _name(one)) for key, one in known.items()],
        "states": list(_states().items()),
        "source": source,
        "state": state,
        "counted": looking.counted(wanted, clock.now() - COUNTED),
        "rows": [(row, _name(known[row.source]), _tag(row), _size(row.bytes)) for row in rows[:SHOWN]],
        "further": rows[SHOWN - 1].id if len(rows) > SHOWN else "",
        "profiles": [
            (row, _name(known[row.source]), register[row.facility].name if row.facility in register else "", _tag(row))
            for row in profiles[:SHOWN]
        ],
        "further_profiles": profiles[SHOWN - 1].number if len(profiles) > SHOWN else "",
    }
    return render(request, "office/deliveries.html", facts)


@signed_in(_check)
def delivery(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """One of them: its counts, and every finding with its place and how to mend it."""
    return _shown(request, actor, desk.one(actor, number))


def _shown(request: HttpRequest, actor: Actor, row: looking.Row, refusal: Problem | None = None) -> HttpResponse:
    found = looking.faults(row, MOST_FAULTS + 1)
    facts = {
        "actor": actor,
        "sections": steward.sections("deliveries"),
        "row": row,
        "name": _name(desk.theirs(actor)[row.source]),
        "tag": _tag(row),
        "size": _size(row.bytes),
        "channel": _channel(row.channel),
        "faults": [(one.place, tongue.said(one.problem)) for one in found[:MOST_FAULTS]],
        "has_more": len(found) > MOST_FAULTS,
        "most": MOST_FAULTS,
        "refusal": refusal and tongue.said(refusal),
    }
    return render(request, "office/delivery.html", facts, status=refusal.status if refusal else None)


@signed_in(_check)
def raw(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """The file as it came, never shown in the browser: it is somebody else's text. Refused, its page says why."""
    row = desk.one(actor, number)
    try:
        content = looking.take_out(actor, row, clock.now())
    except Problem as problem:
        if problem.number not in _REFUSALS:
            raise
        return _shown(request, actor, row, problem)
    name = f"{row.source}-{row.id}.{row.kind}"
    answer = FileResponse(content, as_attachment=True, filename=name, content_type="application/octet-stream")
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _name(source: Any) -> str:
    return str(tongue.said(source))


def _tag(row: Any) -> tuple[str, str]:
    return _states()[row.state], _COLOURS[row.state]


def _states() -> dict[str, str]:
    return {
        looking.WAITING: gettext("Đang chờ"),
        looking.FILED: gettext("Đã vào sổ"),
        looking.PARTLY: gettext("Có chỗ bị từ chối"),
        looking.REFUSED: gettext("Không đọc được"),
    }


def _channel(channel: str) -> str:
    told = {"gateway": gettext("hệ thống tự gửi"), "pull": gettext("ta kéo về"), "import": gettext("nạp từ đĩa")}
    return told.get(channel, channel)


def _size(count: int) -> str:
    return f"{count / 1024 / 1024:.1f} MB" if count >= steward.MEBIBYTE else f"{max(count // 1024, 1)} KB"
