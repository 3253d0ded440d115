"""Write entries and the resources that are made of them. In the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

import orjson

from sosuckhoe.base import db
from sosuckhoe.clinical import actions as clinical
from sosuckhoe.clinical.draft import Draft
from sosuckhoe.exchange.register import bodies, lists, queries
from sosuckhoe.exchange.xml130.mapping.registers import squeezed
from sosuckhoe.identity.actions import register_facilities
from sosuckhoe.identity.queries import Facility
from sosuckhoe.identity.queries import facilities as known_facilities

LOOK_BACK = timedelta(days=14)
"""So many days' beginnings and ends are looked at again every night: a house may have been off for some."""


class Row(NamedTuple):
    """A row that can be filed. `worker`: of licences and roles, whose."""

    code: str
    values: dict[str, str]
    worker: str


class Outcome(NamedTuple):
    """Entries by what became of them."""

    created: int
    changed: int
    unchanged: int


def file(kind: str, rows: Sequence[Row], area: str, on: date, at: datetime) -> Outcome:
    """Write the rows that say something new as new versions of their entries. Raises Problem SSK-3409."""
    known = queries.entries(kind, [row.code for row in rows])
    fresh = [row for row in rows if row.code not in known or known[row.code].values != row.values]
    for row in fresh:
        _write(kind, row, area, known.get(row.code), at)
    if kind == lists.FACILITIES:
        _register([row.values for row in fresh])
    clinical.put_many(_drafts(kind, [(row.values, row.worker) for row in fresh], on), at)
    created = sum(row.code not in known for row in fresh)
    return Outcome(created, len(fresh) - created, len(rows) - len(fresh))


def renew(on: date, at: datetime) -> int:
    """Write anew what began or ended in the days before, so that `active` is what it says today; how many entries."""
    found = db.tuples(
        """
        select kind, content, worker from exchange_register_entry
        where valid_from between %(first)s and %(on)s or valid_until between %(first)s and %(on)s
        order by kind, code
        """,
        {"first": on - LOOK_BACK, "on": on},
    )
    with db.atomic():
        for kind in lists.lists():
            entries = [(orjson.loads(content), worker) for one, content, worker in found if one == kind]
            clinical.put_many(_drafts(kind, entries, on), at)
    return len(found)


def _write(kind: str, row: Row, area: str, known: queries.Entry | None, at: datetime) -> None:
    values = row.values
    facility = values["facility"] if kind in {lists.ROLES, lists.SERVICES} else ""
    db.execute(
        """
        insert into exchange_register_entry
          (kind, code, worker, facility, area, valid_from, valid_until, content, version, entered)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        on conflict (kind, code) do update set worker = excluded.worker, valid_from = excluded.valid_from,
          valid_until = excluded.valid_until, content = excluded.content, version = excluded.version,
          entered = excluded.entered
        """,
        (
            kind, row.code, row.worker, facility, area, values.get("valid_from") or None,
            values.get("valid_until") or None, orjson.dumps(values).decode(), known.version + 1 if known else 1, at,
        ),
    )  # fmt: skip
    if kind == lists.LICENCES:
        _name_worker(row)


def _name_worker(row: Row) -> None:
    """Every number of the practitioner leads to them."""
    numbers = (squeezed(row.values[name]) for name in ("licence", "replaces", "social_insurance"))
    for number in filter(None, numbers):
        db.execute(
            "insert into exchange_worker_code (code, worker) values (%s, %s) on conflict do nothing",
            (number, row.worker),
        )


def _register(entries: Sequence[dict[str, str]]) -> None:
    """What identity needs of facilities; who signs their files and what software they use is not ours to change."""
    known = known_facilities({values["facility"] for values in entries})
    register_facilities(
        known.get(values["facility"], Facility(values["facility"], values["name"]))._replace(
            name=values["name"],
            kind=values["kind"],
            province=values["province"],
            commune=values["commune"],
            valid_from=_day(values["valid_from"]),
            valid_until=_day(values["valid_until"]),
        )
        for values in entries
    )


def _drafts(kind: str, entries: Sequence[tuple[dict[str, str], str]], on: date) -> list[Draft]:
    if kind == lists.LICENCES:
        return _practitioners({worker for _, worker in entries}, on)
    return [draft for values, worker in entries for draft in bodies.drafts_of(kind, values, worker, on)]


def _practitioners(workers: set[str], on: date) -> list[Draft]:
    """Each practitioner once; what stands under their other numbers, because a file came first, is active no more."""
    told = queries.licences_of(workers)
    made = {worker: bodies.practitioner(worker, licences, on) for worker, licences in told.items()}
    others = [bodies.stray(number, made[worker]) for number, worker in queries.other_numbers(workers)]
    there = clinical.known_of([draft.key for draft in others])
    return [*made.values(), *(draft for draft in others if draft.key in there)]


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
