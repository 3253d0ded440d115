"""Count who came: check-ins by day, hour and facility. One that is sent again with another hour moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sosuckhoe.base import db
from sosuckhoe.base.clock import VIETNAM
from sosuckhoe.identity import queries as register
from sosuckhoe.insight.residence import facility_place


def places_of(facilities: set[str]) -> dict[str, str]:
    """The province of each facility."""
    known = register.facilities(facilities)
    return {code: facility_place(known[code].province if code in known else "", code) for code in facilities}


def count(arrivals: Sequence[int]) -> None:
    """Bring the hours of the check-ins that these arrivals brought up to date."""
    rows = db.tuples(db.statement(__file__, "check_ins"), (list(arrivals),))
    if not rows:
        return
    places = places_of({row[0] for row in rows})
    hours: Counter[tuple[Any, ...]] = Counter()
    seen = []
    for facility, ma_lk, arrived, *before in rows:
        local = arrived.astimezone(VIETNAM)
        now = [local.date(), local.hour, places[facility]]
        hours.update(_cells(facility, *now))
        if before[0] is not None:
            hours.subtract(_cells(facility, *before))
        seen.append((facility, ma_lk, *now))
    _write(hours, seen)


def _cells(facility: str, day: object, hour: int, place: str) -> list[tuple[Any, ...]]:
    """Of the country, of the place and of the facility."""
    return [(day, "", "", hour), (day, place, "", hour), (day, place, facility, hour)]


def _write(hours: Counter[tuple[Any, ...]], seen: list[tuple[Any, ...]]) -> None:
    db.execute(db.statement(__file__, "write_checked_in"), _columns(sorted(seen)))
    changed = sorted((*cell, number) for cell, number in hours.items() if number)
    if changed:
        db.execute(db.statement(__file__, "change_hours"), _columns(changed))
        days = sorted({row[0] for row in changed if row[-1] < 0})
        db.execute("delete from insight_hour where count = 0 and day = any(%s)", (days,))


def _columns(rows: list[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
