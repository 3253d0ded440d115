"""The insurance card of somebody who has come: asked of social insurance from their record, told with its freshness."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from sosuckhoe.access import policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.facility.desk import desk, facility_of
from sosuckhoe.doors.look import finding_words, tongue
from sosuckhoe.exchange import sent
from sosuckhoe.exchange.bhxh import checking, client, queries
from sosuckhoe.identity.actions import Raced


@require_POST
@desk("read", "package")
def check(request: HttpRequest, actor: Actor, number: int, position: int) -> HttpResponseBase:
    """Ask about the card of the person of one package."""
    row = sent.package(facility_of(actor), number, position)
    if row is None or not row.person:
        raise Problem("SSK-1002")
    try:
        told = checking.look_up(actor, row.person, client.insurer(), clock.now())
    except Raced:
        messages.error(request, finding_words.problem_told(Problem("SSK-3409")))
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        messages.error(request, finding_words.problem_told(problem))
    else:
        standing = queries.Standing(told.card, clock.now(), facility_of(actor))
        (messages.success if standing.is_good else messages.warning)(request, said(standing))
    return redirect("facility:package", number, position)


def shown(actor: Actor, person: int | None) -> dict[str, Any]:
    """What the page of a record shows of the card; nothing to those who may not ask."""
    if not person or not policy.can(actor, "check", "card", person=person):
        return {}
    standing = queries.standing(person)
    return {"may_check_card": client.is_connected(), "card": standing, "card_said": said(standing) if standing else ""}


def said(standing: queries.Standing) -> str:
    """The insurer's sentence in the reader's language."""
    return tongue.said(standing.result)
