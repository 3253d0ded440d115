"""Packages sent: the list, one arrival with its packages and findings, and what arrived as a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse

from sosuckhoe.access import audit
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock, db
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.facility import paging, wording
from sosuckhoe.doors.facility.desk import desk, facility_of, may, show
from sosuckhoe.doors.look import asked, finding_words
from sosuckhoe.doors.look.finding_words import Tag, Told
from sosuckhoe.exchange import queries, sent
from sosuckhoe.exchange.actions.receive import receipt_number

ARRIVALS_A_PAGE, PACKAGES_A_PAGE = 25, 25
MOST_FINDINGS = 500
"""Findings shown on one page of packages; the rest of a package's stand on its own page."""


class Shown(NamedTuple):
    """A package with its outcome in words and its findings, refused ones first."""

    row: Any
    outcome: Tag
    findings: Sequence[Told]


@desk("read", "package")
def arrivals(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What the facility sent, newest first, by day, outcome and way in."""
    outcomes, channels = wording.outcome_choices(), wording.channel_choices()
    wanted = sent.Filter(
        asked.day(request), asked.chosen(request, "ket-qua", outcomes), asked.chosen(request, "duong", channels)
    )
    before = asked.number(request, "truoc")
    rows, has_more = paging.cut(sent.arrivals(facility_of(actor), wanted, before, ARRIVALS_A_PAGE + 1), ARRIVALS_A_PAGE)
    names = {"ngay": wanted.day, "ket-qua": wanted.outcome, "duong": wanted.channel}
    return show(
        request,
        actor,
        "arrivals",
        section="arrivals",
        rows=[(row, wording.arrival_outcome(row), channels.get(row.channel, row.channel)) for row in rows],
        wanted=wanted,
        outcomes=outcomes,
        channels=channels,
        older=paging.query(**names, truoc=rows[-1].id) if has_more else "",
        newest=paging.query(**names) if before else "",
    )


@desk("read", "findings")
def arrival(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """One arrival: what came of it, and its packages with every finding in words, refused ones first."""
    row = _arrival(actor, number)
    after = asked.mark(request)
    packages, has_more = paging.cut(sent.packages(number, after, PACKAGES_A_PAGE + 1), PACKAGES_A_PAGE)
    return show(
        request,
        actor,
        "arrival",
        section="arrivals",
        row=row,
        outcome=wording.arrival_outcome(row),
        channel=wording.channel_choices().get(row.channel, row.channel),
        content=wording.content_kind(row.kind),
        receipt=receipt_number(facility_of(actor), row.id, row.received),
        problem=finding_words.stored_problem_told(row.problem, row.places) if row.problem else "",
        packages=_shown(number, packages),
        further=paging.query(sau=f"{packages[-1].rank}-{packages[-1].position}") if has_more else "",
        is_first=after is None,
        may_export=may(actor, "export", "package"),
    )


@desk("export", "package")
def content(_request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """What arrived, byte for byte. It holds people's records: a line of audit for each of them."""
    row = _arrival(actor, number)
    stored = queries.arrival(number)
    if stored is None or not stored.content:
        raise Problem("SSK-2401")
    with db.atomic():
        lines = [audit.Line(actor, "export", "package", person) for person in sent.persons_in(number) or [0]]
        audit.record_all(lines, clock.now())
    answer = HttpResponse(stored.content, content_type="application/octet-stream")
    name = receipt_number(facility_of(actor), row.id, row.received)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xml"'
    return answer


def told_by_position(number: int, positions: Sequence[int]) -> dict[int, list[Told]]:
    """The findings in words of some packages of an arrival."""
    found: dict[int, list[Told]] = {}
    for row in sent.findings(number, positions, MOST_FINDINGS):
        found.setdefault(row.position, []).append(finding_words.told(row))
    return found


def _shown(number: int, packages: Sequence[Any]) -> list[Shown]:
    found = told_by_position(number, [row.position for row in packages])
    return [Shown(row, wording.outcome(row.outcome), found.get(row.position, [])) for row in packages]


def _arrival(actor: Actor, number: int) -> Any:
    row = sent.arrival(facility_of(actor), number)
    if row is None:
        raise Problem("SSK-1002")
    return row
