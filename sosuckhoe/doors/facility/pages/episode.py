"""One package of one visit as the facility wrote it, the visit's other versions, and the way back to XML 130.

A visit's code (MA_LK) stands in no address: the package is named by its arrival and its place in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse

from sosuckhoe.access import audit
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock, db
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.facility import labels, wording
from sosuckhoe.doors.facility.desk import desk, facility_of, may, show
from sosuckhoe.doors.facility.pages import insurance
from sosuckhoe.doors.facility.pages.arrivals import told_by_position
from sosuckhoe.exchange import formats, queries, sent
from sosuckhoe.exchange.actions.receive import receipt_number
from sosuckhoe.exchange.population import client
from sosuckhoe.exchange.xml130.package import Package
from sosuckhoe.identity import tickets


class Field(NamedTuple):
    """One field of a row: its tag, what it means, and the text that was written."""

    tag: str
    label: str
    text: str


class Table(NamedTuple):
    """One table of a package: 'XML1', its heading, its rows."""

    name: str
    heading: str
    rows: Sequence[Sequence[Field]]


@desk("read", "package")
def package(request: HttpRequest, actor: Actor, number: int, position: int) -> HttpResponse:
    """A package: its outcome, its findings, its content, and every version of its visit."""
    row = _package(actor, number, position)
    _record(actor, "read", row)
    written = _written(row)
    return show(
        request,
        actor,
        "episode",
        section="arrivals",
        row=row,
        outcome=wording.outcome(row.outcome),
        findings=told_by_position(number, [position]).get(position, []),
        tables=_tables(written) if written else [],
        versions=sent.versions(row.facility, row.ma_lk) if row.outcome != "refused" else [],
        may_export=written is not None and may(actor, "export", "package"),
        may_reconcile=bool(row.person) and client.is_connected() and may(actor, "resolve", "ticket"),
        standing=tickets.standing(row.person) if row.person else None,
        **insurance.shown(actor, row.person),
    )


@desk("export", "package")
def export(_request: HttpRequest, actor: Actor, number: int, position: int) -> HttpResponse:
    """The version that a package brought, written back as the file that it came in."""
    row = _package(actor, number, position)
    written = _written(row)
    if written is None:
        raise Problem("SSK-1002")
    _record(actor, "export", row)
    content = formats.write_content(written, row.facility, clock.now().astimezone(clock.VIETNAM))
    answer = HttpResponse(content, content_type="application/xml; charset=utf-8")
    arrived = sent.arrival(row.facility, number)
    name = f"{receipt_number(row.facility, number, arrived.received)}-{position}"
    answer["Content-Disposition"] = f'attachment; filename="{name}.xml"'
    return answer


def _package(actor: Actor, number: int, position: int) -> Any:
    row = sent.package(facility_of(actor), number, position)
    if row is None:
        raise Problem("SSK-1002")
    return row


def _record(actor: Actor, action: str, row: Any) -> None:
    with db.atomic():
        audit.record(actor, action, kind="package", person=row.person)


def _written(row: Any) -> Package | None:
    """The content of the version that this package brought or repeated; None for a refused one and a check-in."""
    return queries.package(row.facility, row.ma_lk, row.version) if row.version else None


def _tables(written: Package) -> list[Table]:
    return [
        Table(
            name,
            labels.table_heading(name),
            [
                [Field(tag, labels.field_label(name, tag), text) for tag, text in fields.items() if text]
                for fields in rows
            ],
        )
        for name, rows in written.tables.items()
        if any(any(fields.values()) for fields in rows)
    ]
