"""Tie the practitioners whom packages name to the register, and note whom it does not know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sosuckhoe.base.clock import day_of
from sosuckhoe.exchange.actions.unit import Unit
from sosuckhoe.exchange.register import queries
from sosuckhoe.exchange.xml130 import practitioners
from sosuckhoe.exchange.xml130.practitioners import Named, Validity
from sosuckhoe.identity.queries import Facility


def look_up(units: Sequence[Unit], facilities: Mapping[str, Facility]) -> None:
    """Give each unit the workers that its numbers mean and the notes about them: at most three queries."""
    for unit in units:
        if (entry := facilities.get(unit.facility)) and (entry.valid_from or entry.valid_until):
            validity = Validity("", entry.valid_from, entry.valid_until)
            unit.findings += practitioners.finding_of_facility(validity, _day(unit))
    if not units or queries.is_empty():
        return
    named = [list(practitioners.named_in(unit.package)) if unit.package else [] for unit in units]
    known = queries.licences({one.code for many in named for one in many})
    staffed = queries.staffed({unit.facility for unit in units})
    for unit, numbers in zip(units, named, strict=True):
        _tell(unit, numbers, known, is_staffed=unit.facility in staffed)


def _tell(unit: Unit, numbers: list[Named], known: Mapping[str, queries.Licence], *, is_staffed: bool) -> None:
    unit.workers = {one.code: known[one.code].worker for one in numbers if one.code in known}
    if is_staffed:
        good = {code: Validity(*licence[1:]) for code, licence in known.items()}
        unit.findings += practitioners.findings_of(numbers, good, _day(unit))


def _day(unit: Unit) -> date | None:
    return day_of(unit.began) if unit.began else None
