"""The books of exchange itself: what came of each arrival and package, and every version as it was written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import orjson

from sosuckhoe.access import audit
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db, sealing
from sosuckhoe.base.clock import day_of
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.exchange import at_rest
from sosuckhoe.exchange.actions.unit import FILED, REFUSED, UNCHANGED, Unit
from sosuckhoe.exchange.queries import Arrival
from sosuckhoe.identity.actions import Raced


def write_versions(filed: Sequence[tuple[Unit, bytes]], at: datetime) -> None:
    """Keep each package as the new version of its episode. Raises Raced where one was erased since it was looked up."""
    if not filed:
        return
    db.copy(
        "exchange_record",
        ("bucket", "person", "facility", "ma_lk", "version", "arrival", "filed", "keys", "codec", "body"),
        ("int4", "int8", "text", "text", "int4", "int8", "timestamptz", "uuid[]", "int2", "bytea"),
        (
            (bucket_of(unit.person), unit.person, unit.facility, unit.ma_lk, unit.version, unit.arrival, at, unit.keys,
             at_rest.SEALED, _kept(unit))
            for unit, _ in filed
        ),
    )  # fmt: skip
    rows = sorted((_episode(unit, digest) for unit, digest in filed), key=lambda row: row[:2])
    columns = [list(column) for column in zip(*rows, strict=True)]
    if db.execute(db.statement(__file__, "write_episodes"), columns) != len(rows):
        raise Raced


def _kept(unit: Unit) -> bytes:
    return at_rest.kept(at_rest.RECORD, sealing.place(unit.facility, unit.ma_lk, unit.version), unit.content)


def _episode(unit: Unit, digest: bytes) -> tuple[object, ...]:
    summary = unit.summary
    return (
        unit.facility, unit.ma_lk, bucket_of(unit.person), unit.person, unit.patient, unit.born, unit.version,
        unit.arrival, digest, unit.began, summary.get("MA_LOAI_KCB", ""),
        summary.get("MATINH_CU_TRU", ""), summary.get("MAXA_CU_TRU", ""), unit.told,
    )  # fmt: skip


def write(units: Sequence[Unit], at: datetime) -> None:
    """What came of each package and of each arrival, the findings, their tally, and a line of audit for each filed."""
    if not units:
        return
    db.copy(
        "exchange_package",
        ("arrival", "position", "facility", "ma_lk", "outcome", "bucket", "person", "version"),
        ("int8", "int4", "text", "text", "text", "int4", "int8", "int4"),
        (
            (u.arrival, u.position, u.facility, u.ma_lk, u.outcome, bucket_of(u.person), u.person, u.version)
            for u in units
        ),
    )
    db.copy(
        "exchange_finding",
        ("arrival", "position", "facility", "level", "tbl", "row", "field", "rule", "value_class"),
        ("int8", "int4", "text", "text", "text", "int4", "text", "text", "text"),
        ((u.arrival, u.position, u.facility, *finding) for u in units for finding in u.findings),
    )
    _write_tally(units, at)
    _write_filings(units, at)
    audit.record_all(
        [
            audit.Line(Actor(0, "", "program", facility=u.facility, purpose="operation"), "file", "package", u.person)
            for u in units
            if u.outcome == FILED
        ],
        at,
    )


def refuse_arrival(arrival: Arrival, problem: Problem, at: datetime) -> None:
    """The arrival as a whole cannot be trusted: say why, with the places of the error."""
    db.execute(
        """
        insert into exchange_filing
          (arrival, facility, at, packages, filed, unchanged, refused, noted, problem, places)
        values (%s, %s, %s, 0, 0, 0, 0, 0, %s, %s)
        """,
        (arrival.id, arrival.facility, at, problem.number, orjson.dumps(problem.places, default=str).decode()),
    )


def strike_off(arrivals: Sequence[tuple[int, int]]) -> None:
    """These wait no longer: (lane, arrival)."""
    db.execute(
        """
        delete from exchange_waiting waiting using unnest(%s::int2[], %s::int8[]) as filed (lane, arrival)
        where waiting.lane = filed.lane and waiting.arrival = filed.arrival
        """,
        ([lane for lane, _ in arrivals], [arrival for _, arrival in arrivals]),
    )


def count_failure(lane: int, most: int, at: datetime) -> None:
    """One more failure of the lane's oldest arrival; after `most` it is set aside with an error of ours."""
    row = db.one(
        """
        update exchange_waiting set tries = tries + 1
        where lane = %(lane)s and arrival = (select min(arrival) from exchange_waiting where lane = %(lane)s)
        returning arrival, tries
        """,
        {"lane": lane},
    )
    if row is None or row.tries < most:
        return
    strike_off([(lane, row.arrival)])
    db.execute(
        """
        insert into exchange_filing (arrival, facility, at, packages, filed, unchanged, refused, noted, problem)
        select id, facility, %s, 0, 0, 0, 0, 0, 'SSK-2599' from exchange_arrival where id = %s
        """,
        (at, row.arrival),
    )


def _write_tally(units: Sequence[Unit], at: datetime) -> None:
    """Counted here, so that the quality of a year's data is read from a few thousand rows."""
    day = day_of(at)
    tally = Counter((u.facility, f.rule, f.table, f.field, f.level) for u in units for f in u.findings)
    if not tally:
        return
    columns = [list(column) for column in zip(*sorted((*key, count) for key, count in tally.items()), strict=True)]
    db.execute(db.statement(__file__, "count_findings"), (day, *columns))


def _write_filings(units: Sequence[Unit], at: datetime) -> None:
    of_arrival: dict[int, list[Unit]] = {}
    for unit in units:
        of_arrival.setdefault(unit.arrival, []).append(unit)
    db.copy(
        "exchange_filing",
        ("arrival", "facility", "at", "packages", "filed", "unchanged", "refused", "noted"),
        ("int8", "text", "timestamptz", "int4", "int4", "int4", "int4", "int4"),
        (_filing(arrival, group, at) for arrival, group in of_arrival.items()),
    )


def _filing(arrival: int, units: Sequence[Unit], at: datetime) -> tuple[object, ...]:
    outcomes = Counter(unit.outcome for unit in units)
    noted = sum(finding.level == "noted" for unit in units for finding in unit.findings)
    return (
        arrival, units[0].facility, at, len(units), outcomes[FILED], outcomes[UNCHANGED], outcomes[REFUSED], noted,
    )  # fmt: skip
