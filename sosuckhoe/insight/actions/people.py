"""Count books and visits: what each person adds is made anew whenever one of their visits may have changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from sosuckhoe.base import db
from sosuckhoe.base.clock import VIETNAM
from sosuckhoe.insight.shares import Cell, Change, Shares, Visit, changes, parsed, shares_of, written

Persons = tuple[list[int], list[int]]
"""Buckets and persons, side by side."""


def count(arrivals: Sequence[int]) -> None:
    """Bring the shares of everybody whom these arrivals touch up to date, and the cells with them."""
    found = db.tuples(db.statement(__file__, "affected"), (list(arrivals),))
    if not found:
        return
    recount(([row[0] for row in found], [row[1] for row in found]))


def recount(persons: Persons) -> None:
    """Bring the shares of these persons up to date, and the cells with them."""
    old, visits = _old_shares(persons), _visits(persons)
    new = {person: shares_of(visits.get(person, ())) for person in persons[1]}
    changed = [person for person in persons[1] if new[person] != old.get(person, {})]
    _change_cells(changes((old.get(person, {}), new[person]) for person in changed))
    _write_shares(persons, {person: new[person] for person in changed})


def _old_shares(persons: Persons) -> dict[int, Shares]:
    rows = db.tuples(db.statement(__file__, "shares"), persons)
    return {person: parsed(json.loads(shares)) for person, shares in rows}


def _visits(persons: Persons) -> dict[int, list[Visit]]:
    visits: dict[int, list[Visit]] = {}
    for person, moment, kind, province, commune in db.tuples(db.statement(__file__, "visits"), persons):
        visit = Visit(moment.astimezone(VIETNAM).date(), kind, province, commune)
        visits.setdefault(person, []).append(visit)
    return visits


def _change_cells(changed: Mapping[Cell, Change]) -> None:
    if not changed:
        return
    rows = sorted((*cell, *change) for cell, change in changed.items())
    db.execute(db.statement(__file__, "change_cells"), _columns(rows))
    if smaller := sorted(cell for cell, change in changed.items() if change.people < 0):
        db.execute(db.statement(__file__, "drop_empty_cells"), _columns(smaller))


def _write_shares(persons: Persons, shares: Mapping[int, Shares]) -> None:
    rows = [
        (bucket, person, json.dumps(written(shares[person])))
        for bucket, person in zip(*persons, strict=True)
        if person in shares
    ]
    if rows:
        db.execute(db.statement(__file__, "write_shares"), _columns(rows))


def _columns(rows: Sequence[tuple[object, ...]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]
