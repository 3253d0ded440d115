"""Take in a list: each entry that is new or changed becomes a new version, what is the same changes nothing.

Rows go in batches of their own transactions, so a list that was interrupted is sent again and goes on. Nothing is
taken out because a list does not have it: an entry ends by its own date.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import BinaryIO, NamedTuple
from uuid import UUID

import orjson

from sosuckhoe.access import audit, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db, sheet
from sosuckhoe.base.clock import day_of
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.sheet import Fault, Line
from sosuckhoe.exchange.register import checks, filing, lists, queries
from sosuckhoe.exchange.register.checks import Surroundings
from sosuckhoe.exchange.register.filing import Row
from sosuckhoe.exchange.register.lists import List
from sosuckhoe.exchange.xml130.mapping.registers import squeezed
from sosuckhoe.identity import area as areas
from sosuckhoe.identity import queries as identity

A_BATCH = 500
MOST_FAULTS = 5_000
"""Faults that are kept of one list; the counts tell of all."""
_MOST_TRIES = 3
_CONFLICT = "SSK-3409"
_LOCK = 0x5353_4B52


@dataclass(slots=True)
class Report:
    """What came of a list: entries by outcome, and what is wrong with the refused rows."""

    kind: str
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    faults: list[Fault] = field(default_factory=list)


class _Sender(NamedTuple):
    actor: Actor
    area: str
    at: datetime

    @property
    def on(self) -> date:
        return day_of(self.at)


def take_in(actor: Actor, key: UUID, stream: BinaryIO, at: datetime) -> Report:
    """File a list under a key of the sender's making; the same key again tells the report of the first time.

    Problem SSK-2221 to SSK-2223 for a file that is no list; SSK-1003 for who may not.
    """
    policy.check(actor, "enter", "register")
    sender = _Sender(actor, areas.province_of(actor), at)
    if (known := queries.one_import("", key)) is not None:
        return Report(known.kind, known.created, known.changed, known.unchanged, known.refused)
    wanted = lists.list_of(sheet.header_of(stream))
    report, seen = Report(wanted.kind), dict[str, int]()
    for batch in _batches(sheet.lines(stream, wanted.columns)):
        _take_batch(sender, wanted, batch, seen, report)
    _keep(sender, key, report)
    return report


def _batches(lines: Iterator[Line]) -> Iterator[list[Line]]:
    while batch := list(islice(lines, A_BATCH)):
        yield batch


def _take_batch(sender: _Sender, wanted: List, batch: Sequence[Line], seen: dict[str, int], report: Report) -> None:
    """One batch in one transaction; begun again when another transaction was first."""
    usable = [line for line in batch if not line.faults]
    faults = [fault for line in batch for fault in line.faults]
    before = dict(seen)
    for left in reversed(range(_MOST_TRIES)):
        try:
            with db.atomic():
                db.execute("select pg_advisory_xact_lock(%s)", (_LOCK,))
                rows, wrong = _checked(sender, wanted.kind, usable, seen)
                outcome = filing.file(wanted.kind, rows, sender.area, sender.on, sender.at)
            break
        except Problem as problem:
            if problem.number != _CONFLICT or not left:
                raise
            seen.clear()
            seen.update(before)
    faults = sorted([*faults, *wrong])
    report.created += outcome.created
    report.changed += outcome.changed
    report.unchanged += outcome.unchanged
    report.refused += len({fault.row for fault in faults})
    report.faults += faults[: MOST_FAULTS - len(report.faults)]


def _checked(sender: _Sender, kind: str, usable: Sequence[Line], seen: dict[str, int]) -> tuple[list[Row], list[Fault]]:
    """The rows that can be filed, and what is wrong with the others. `seen`: code → digest of its row in this file."""
    around = _surroundings(sender, kind, usable)
    rows: list[Row] = []
    found: list[Fault] = []
    for line in usable:
        code, digest = lists.code_of(kind, line.values), hash(tuple(line.values.items()))
        if seen.setdefault(code, digest) != digest:
            found.append(Fault(line.number, "", "twice"))
            continue
        wrong = checks.faults_of(kind, line, around)
        found += wrong
        if not wrong:
            rows.append(Row(code, line.values, _worker(kind, line.values, around)))
            _learn(kind, line.values, rows[-1].worker, around)
    return list({row.code: row for row in rows}.values()), found


def _surroundings(sender: _Sender, kind: str, usable: Sequence[Line]) -> Surroundings:
    told = [line.values for line in usable]
    codes = {values[name] for values in told for name in ("facility", "member", "parent") if values.get(name)}
    known = identity.facilities(codes)
    facilities = {code: areas.province_of_facility(code, known) for code in known}
    around = Surroundings(sender.area, sender.on, facilities)
    if kind in {lists.LICENCES, lists.ROLES}:
        numbers = {squeezed(values.get(name, "")) for values in told for name in _NUMBERS}
        around.workers = queries.workers(numbers)
        around.areas = {code: entry.area for code, entry in queries.entries(lists.LICENCES, numbers).items()}
    return around


_NUMBERS = ("licence", "replaces", "social_insurance")


def _worker(kind: str, values: dict[str, str], around: Surroundings) -> str:
    """The licence by which the register keeps the row's practitioner: the first one that was ever entered."""
    if kind not in {lists.LICENCES, lists.ROLES}:
        return ""
    numbers = [squeezed(values.get(name, "")) for name in _NUMBERS]
    return next((around.workers[number] for number in numbers if number in around.workers), numbers[0])


def _learn(kind: str, values: dict[str, str], worker: str, around: Surroundings) -> None:
    """Later rows of the batch may refer to this one."""
    if kind == lists.LICENCES:
        numbers = (squeezed(values[name]) for name in _NUMBERS)
        around.workers = {**dict.fromkeys(filter(None, numbers), worker), **around.workers}
    elif kind == lists.FACILITIES:
        province = checks.province_in(values["province"], around.on)
        around.facilities = {**around.facilities, values["facility"]: province}


def _keep(sender: _Sender, key: UUID, report: Report) -> None:
    counts = (report.created, report.changed, report.unchanged, report.refused)
    with db.atomic():
        db.execute(
            """
            insert into exchange_register_import (key, kind, at, account, area, created, changed, unchanged, refused)
            values (%s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing
            """,
            (key, report.kind, sender.at, sender.actor.account, sender.area, *counts),
        )
        rows = [(key, number, *fault) for number, fault in enumerate(report.faults)]
        columns = ("import", "number", "row", "field", "rule", "places")
        db.copy("exchange_register_fault", columns, ("uuid", "int4", "int4", "text", "text", "text"), rows)
        told = orjson.dumps({"kind": report.kind, "counts": counts}).decode()
        audit.record(sender.actor, "enter", kind="register", person=None, key=key, detail=told, at=sender.at)
