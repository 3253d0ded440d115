"""Đối soát: pairs of records that may be one person. Numbers are masked; addresses hold patients' ids, never keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from sosuckhoe.access import policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import queries as clinical
from sosuckhoe.doors.look import asked, dates, tongue
from sosuckhoe.doors.look.signed_in import signed_in
from sosuckhoe.doors.office import steward
from sosuckhoe.identity import deciding, identifiers, likeness, merging, reviewing
from sosuckhoe.identity import queries as identity
from sosuckhoe.identity.compare.chart import Explanation, Line, explain
from sosuckhoe.identity.compare.levels import UNKNOWN
from sosuckhoe.identity.queries import Known

MOST_SHOWN = 30
_SHOWN = 3
_JOINS_SHOWN = 10


class Row(NamedTuple):
    """A fact of both records side by side."""

    name: str
    one: str
    other: str
    match: str
    """`same`, `differs`, or `unknown`: one of them does not have it."""


def _check(actor: Actor) -> None:
    policy.check(actor, "review", "person", person=0)


@signed_in(_check)
def reviews(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What waits, what one has decided today, and how much that was."""
    now = clock.now()
    kind, facility = request.GET.get("loai", ""), request.GET.get("co-so", "")
    ages = deciding.ages_days()
    age = next((days for days in ages if str(days) == request.GET.get("cho", "")), 0)
    found = reviewing.waiting(actor, now, kind, facility, age)
    since = _midnight()
    lines = [_line(doubt) for doubt in found[:MOST_SHOWN]]
    facts = {
        "actor": actor,
        "lines": lines,
        "total": len(found),
        "kind": kind,
        "facility": facility,
        "ages": ages,
        "age": age,
        "kinds": [(system, _kind(system)) for system in (*identifiers.systems(), "likeness")],
        "done": _done(reviewing.done_by(actor, since)),
        "counted": reviewing.counted(actor, since),
        "undoing": _reasons("unmerge"),
        "sections": steward.sections("reviews"),
    }
    return render(request, "office/reviews.html", facts)


@signed_in(_check)
def review(request: HttpRequest, actor: Actor, one: UUID, other: UUID) -> HttpResponse:
    """One pair side by side, with why they may be one; a POST decides."""
    now = clock.now()
    if request.method == "POST":
        return _decide(request, actor, one, other, now)
    try:
        doubt = reviewing.take(actor, one, other, now)
    except Problem as problem:
        return _back(request, problem)
    pair = doubt.one, doubt.other
    decision = reviewing.compared(pair)
    facts = {
        "actor": actor,
        "pair": pair,
        "rows": _rows(*pair),
        "chart": (chart := explain(decision)),
        "bars": _bars(chart),
        "silent": [line for line in chart.lines if line.level == UNKNOWN],
        "joined": [
            (gettext("Hồ sơ thứ nhất") if known is pair[0] else gettext("Hồ sơ thứ hai"), one.at, explain(one.decision))
            for known in pair
            for one in likeness.of_person(known.ref.person)[:_JOINS_SHOWN]
        ],
        "is_second": doubt.state == reviewing.FIRST,
        "wants_two": deciding.wants_two(decision, _smaller_book(pair)),
        "choices": [
            (name, word, _reasons(name))
            for name, word in (
                ("merge", gettext("Là một người")),
                ("apart", gettext("Hai người khác nhau")),
                ("later", gettext("Để sau")),
            )
        ],
        "is_english": _is_english(),
    }
    return render(request, "office/review.html", facts)


@signed_in(_check)
def undo(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take back a decision of one's own. Who does so twice is told that it is done."""
    now, number = clock.now(), asked.number_in(request.POST.get("merge", "")) or 0
    reason = request.POST.get("reason", "")
    pair = asked.key(request, "one"), asked.key(request, "other")
    if reviewing.is_taken_back(actor, number, pair, _midnight()):
        messages.info(request, gettext("Quyết định này đã được hoàn tác."))
        return redirect("office:reviews")
    if (number, *pair) not in {(one.number, one.one, one.other) for one in reviewing.done_by(actor, _midnight())}:
        raise Problem("SSK-1002")
    try:
        if number:
            merging.unmerge(actor, number, reason, now)
        else:
            reviewing.decide(actor, pair, "reopen", "wrong_decision", now, smaller_book=0)
    except Problem as problem:
        return _back(request, problem)
    messages.success(request, gettext("Đã hoàn tác. Hai hồ sơ lại như trước."))
    return redirect("office:reviews")


def _decide(request: HttpRequest, actor: Actor, one: UUID, other: UUID, now: datetime) -> HttpResponse:
    decision = request.POST.get("decision", "")
    reason = request.POST.get(f"reason-{decision}", "")
    try:
        pair = [known for patient in (one, other) if (known := identity.known_by_patient(patient))]
        done = reviewing.decide(actor, (one, other), decision, reason, now, smaller_book=_smaller_book(pair))
    except Problem as problem:
        return _back(request, problem)
    words = {
        "merged": gettext("Đã gộp hai hồ sơ thành một người."),
        "first": gettext("Đã ghi ý kiến. Cặp này cần thêm một người nữa xác nhận."),
        "apart": gettext("Đã ghi nhận là hai người khác nhau. Cặp này sẽ không được hỏi lại."),
        "later": gettext("Đã để sau."),
    }
    messages.success(request, words[done])
    return redirect("office:reviews")


def _back(request: HttpRequest, problem: Problem) -> HttpResponse:
    """To the list, with why; who may not see the pair learns nothing."""
    if problem.number in {"SSK-1002", "SSK-1003"}:
        raise problem
    messages.error(request, tongue.said(problem))
    return redirect("office:reviews")


def _smaller_book(pair: Any) -> int:
    return min((int(clinical.state_of(known.ref.person).split()[0]) for known in pair), default=0)


def _line(doubt: reviewing.Doubt) -> dict[str, Any]:
    names = [known.claim.name or gettext("Chưa có tên") for known in (doubt.one, doubt.other)]
    return {
        "href": reverse("office:review", args=[doubt.one.ref.patient, doubt.other.ref.patient]),
        "text": " · ".join(dict.fromkeys(names)),
        "births": " · ".join(dict.fromkeys(dates.day(known.claim.birth) or "?" for known in (doubt.one, doubt.other))),
        "facilities": ", ".join(dict.fromkeys(known.claim.facility for known in (doubt.one, doubt.other))),
        "kind": _kind(doubt.kind),
        "score": doubt.score,
        "since": doubt.since,
        "is_second": doubt.state == reviewing.FIRST,
    }


def _done(done: Sequence[reviewing.Done]) -> list[dict[str, Any]]:
    known = identity.known_by_patients({patient for one in done for patient in (one.one, one.other)})
    names = {patient: one.claim.name for patient, one in known.items()}
    return [
        one._asdict() | {"name": " · ".join(dict.fromkeys(names[key] for key in (one.one, one.other) if key in names))}
        for one in done
    ]


def _rows(one: Known, other: Known) -> list[Row]:
    sexes = {"male": gettext("Nam"), "female": gettext("Nữ")}

    def facts(known: Known, told: Callable[[str], str]) -> dict[str, str]:
        claim = known.claim
        numbers = [f"{_kind(n.system)} {told(n.value)}" for n in claim.identifiers]
        return {
            gettext("Họ tên"): claim.name,
            gettext("Ngày sinh"): dates.day(claim.birth),
            gettext("Giới tính"): sexes.get(claim.sex, ""),
            gettext("Giấy tờ"): ", ".join(numbers),
            gettext("Điện thoại"): told(claim.phone),
            gettext("Địa chỉ"): claim.address,
            gettext("Cơ sở báo gần nhất"): _place(claim.facility),
        }

    left, right = facts(one, _masked), facts(other, _masked)
    whole, others = facts(one, str), facts(other, str)  # two numbers may look alike behind their masks
    return [Row(name, left[name] or "–", right[name] or "–", _match(whole[name], others[name])) for name in left]


def _match(one: str, other: str) -> str:
    if not (one and other):
        return "unknown"
    return "same" if one == other else "differs"


def _place(facility: str) -> str:
    """A facility by its name and code; the code alone where the register has none."""
    known = identity.facilities([facility]).get(facility)
    return f"{known.name} ({facility})" if known and known.name else facility


def _bars(chart: Explanation) -> list[tuple[Line, int, int]]:
    """Each line that was told by both, where its bar begins and how long it is; 100 either side are the most."""
    told = [line for line in chart.lines if line.level != UNKNOWN]
    most = max((abs(line.weight) for line in told), default=0) or 1
    lengths = [(line, round(100 * line.weight / most)) for line in told]
    return [(line, min(0, length), abs(length)) for line, length in lengths]


def _masked(value: str) -> str:
    return "•" * max(0, len(value) - _SHOWN) + value[-_SHOWN:]


def _kind(system: str) -> str:
    if system == "likeness":
        return gettext("Giống nhau, không chung số")
    entry = identifiers.systems()[system]
    return tongue.said(entry)


def _reasons(decision: str) -> list[tuple[str, str]]:
    return [
        (reason.code, tongue.said(reason)) for reason in deciding.reasons().values() if decision in reason.decisions
    ]


def _is_english() -> bool:
    return tongue.language() == "en"


def _midnight() -> datetime:
    return datetime.combine(clock.today(), time(), clock.VIETNAM)
