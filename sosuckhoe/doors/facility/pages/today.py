"""Patients of today: who has come (XML0), and the way to their books."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse

from sosuckhoe.access import audit, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock, db
from sosuckhoe.base.keys import NOBODY
from sosuckhoe.doors.facility import paging, wording
from sosuckhoe.doors.facility.desk import desk, facility_of, show
from sosuckhoe.doors.look import asked, finding_words
from sosuckhoe.exchange import sent
from sosuckhoe.identity.queries import Known, known_all

PATIENTS_A_PAGE = 50


class Patient(NamedTuple):
    """One who came. `book` is the key of the Patient resource when the actor may open the book, else ''."""

    arrived: datetime
    kind: str
    name: str
    sex: str
    age: str
    book: str
    arrival: int
    position: int


@desk("read", "arrivals")
def today(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Who came on a day (today, unless the address names another), in order of time."""
    code, on = facility_of(actor), asked.day(request) or clock.today()
    found = sent.came(code, on, asked.mark(request), PATIENTS_A_PAGE + 1)
    rows, has_more = paging.cut(found, PATIENTS_A_PAGE)
    _record(actor, rows)
    known = known_all({row.person for row in rows})
    return show(
        request,
        actor,
        "today",
        section="today",
        on=on,
        is_today=on == clock.today(),
        total=sent.number_came(code, on),
        patients=[_patient(actor, row, known.get(row.person), on) for row in rows],
        further=paging.query(ngay=on, sau=f"{rows[-1].arrival}-{rows[-1].position}") if has_more else "",
        first_of_day=paging.query(ngay=on),
        is_first="sau" not in request.GET,
    )


def _record(actor: Actor, rows: Sequence[Any]) -> None:
    """A line for each person whose name is about to be shown."""
    persons = sorted({row.person for row in rows}) or [NOBODY]
    with db.atomic():
        audit.record_all([audit.Line(actor, "read", "arrivals", person) for person in persons], clock.now())


def _patient(actor: Actor, row: Any, known: Known | None, on: date) -> Patient:
    can_open = known is not None and policy.can(actor, "read", "book", person=row.person)
    return Patient(
        row.arrived,
        finding_words.kind_of_visit(row.kind),
        known.claim.name if known else "",
        wording.sex(known.claim.sex) if known else "",
        wording.age(known.claim.birth, on) if known else "",
        str(known.ref.patient) if known and can_open else "",
        row.arrival,
        row.position,
    )
