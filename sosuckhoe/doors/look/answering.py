"""What people ask by right of whoever wrote an entry, on a page for those who answer: clerks, or stewards.

An erasure needs two persons: one grants it, another confirms.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from sosuckhoe.access import requests
from sosuckhoe.access.actor import Actor
from sosuckhoe.access.requests import Decision
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.book import granting
from sosuckhoe.doors.look import asked, tongue
from sosuckhoe.identity import queries as identity
from sosuckhoe.insight.actions.people import recount

_LONGEST = 2000
_SAID_ON_PAGE = frozenset({
    "SSK-1155", "SSK-2402", "SSK-2403", "SSK-2404", "SSK-2405", "SSK-2406", "SSK-2407", "SSK-3151", "SSK-5030",
})  # fmt: skip


def take(request: HttpRequest, actor: Actor) -> Problem | None:
    """Do what the form says; what stands against it, for the page to say."""
    try:
        _act(request, actor)
    except Problem as fault:
        if fault.number not in _SAID_ON_PAGE:
            raise
        return fault
    return None


def facts(request: HttpRequest, actor: Actor, problem: Problem | None) -> dict[str, Any]:
    """What the page shows: each request with its claim, kind and clocks, the lists of its form, and what was typed."""
    rows, now = requests.of_desks(granting.desks_of(actor)), clock.now()
    refused = request.POST.get("yeu-cau", "") if problem else ""
    known = identity.known_all({one.person for one in rows})
    language = tongue.language()
    erasing = requests.erasing()
    return {
        "rows": [
            (
                one,
                known[one.person].claim,
                requests.words()["kinds"][one.kind][language],
                one.clocks(now),
                _typed(request, one.id, refused),
            )
            for one in rows
            if one.person in known
        ],
        "outcomes": [(key, entry[language]) for key, entry in requests.words()["outcomes"].items()],
        "grounds": {key: entry[language] for key, entry in erasing["grounds"].items()},
        "extents": {key: entry[language] for key, entry in erasing["extents"].items()},
        "account": actor.account,
        "problem": problem,
        "field": f"tl-{refused}",
    }


def _typed(request: HttpRequest, key: UUID, refused: str) -> dict[str, str]:
    """What was typed about a request, when that was refused."""
    if refused != str(key):
        return {}
    names = {"outcome": "ket-qua", "ground": "can-cu", "extent": "pham-vi", "said": "loi"}
    return {name: request.POST.get(field, "")[:_LONGEST] for name, field in names.items()}


def _act(request: HttpRequest, actor: Actor) -> None:
    key = asked.key(request, "yeu-cau")
    _DEEDS.get(request.POST.get("viec", "tra-loi"), _unknown)(request, actor, key)


def _answer(request: HttpRequest, actor: Actor, key: UUID) -> None:
    said, ground = request.POST.get("loi", "")[:_LONGEST], request.POST.get("can-cu", "")
    outcome = request.POST.get("ket-qua", "")
    if ground and outcome == requests.DONE:
        extent = request.POST.get("pham-vi", "") or requests.WHOLE
        granting.propose(actor, key, Decision(ground, said, extent), clock.now())
    else:
        granting.answer(actor, key, outcome, said, clock.now())


def _confirm(_request: HttpRequest, actor: Actor, key: UUID) -> None:
    granting.confirm(actor, key, clock.now(), also=lambda person: recount(([bucket_of(person)], [person])))


def _send_back(_request: HttpRequest, actor: Actor, key: UUID) -> None:
    granting.send_back(actor, key, clock.now())


def _unknown(_request: HttpRequest, _actor: Actor, _key: UUID) -> None:
    raise Problem("SSK-1002")


_DEEDS: dict[str, Callable[[HttpRequest, Actor, UUID], None]] = {
    "tra-loi": _answer,
    "xac-nhan": _confirm,
    "tra-lai": _send_back,
}
