"""Count books and visits: what each person adds is made anew whenever one of their visits may have changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sosuckhoe.base import db
from sosuckhoe.base.clock import day_of
from sosuckhoe.insight.shares import Cell, Change, Shares, Visit, changes, parsed, shares_of, written

Persons = tuple[list[int], list[int]]
"""Buckets and persons, side by side."""

PROFILE = "HSSK"
"""The kind of an episode that is a health profile."""


class Own(NamedTuple):
    """What one person adds to the cells, the day of the newest visit, and of the newest data of any hospital file."""

    shares: Shares
    visited: date | None = None
    heard: date | None = None


_NOTHING = Own({})


class Heard(NamedTuple):
    """A visit or a health profile as its hospital file told it; `began` the day of a profile's newest examination."""

    began: date | None
    told: date
    kind: str
    province: str
    commune: str


def count(arrivals: Sequence[int]) -> None:
    """Bring the shares of everybody whom these arrivals touch up to date, and the cells with them."""
    found = db.tuples(db.statement(__file__, "affected"), (list(arrivals),))
    if not found:
        return
    recount(([row[0] for row in found], [row[1] for row in found]))


def recount(persons: Persons) -> None:
    """Bring the shares of these persons up to date, and the cells with them."""
    old, heard = _kept(persons), _heard(persons)
    new = {person: _own(heard.get(person, ())) for person in persons[1]}
    changed = [person for person in persons[1] if new[person] != old.get(person, _NOTHING)]
    _change_cells(changes((old.get(person, _NOTHING).shares, new[person].shares) for person in changed))
    _write(persons, {person: new[person] for person in changed})


def _kept(persons: Persons) -> dict[int, Own]:
    rows = db.tuples(db.statement(__file__, "shares"), persons)
    return {person: Own(parsed(json.loads(shares)), visited, heard) for person, shares, visited, heard in rows}


def _heard(persons: Persons) -> dict[int, list[Heard]]:
    """Everything that hospital files told of these persons, health profiles too."""
    visits: dict[int, list[Heard]] = {}
    for person, began, told, *rest in db.tuples(db.statement(__file__, "visits"), persons):
        heard = Heard(began and day_of(began), day_of(told), *rest)
        visits.setdefault(person, []).append(heard)
    return visits


def _own(heard: Sequence[Heard]) -> Own:
    """What somebody of whom this was heard adds. A health profile is no visit, but its examinations are."""
    visits = [Visit(one.began or one.told, *one[2:]) for one in heard if one.kind != PROFILE]
    profiles = [one for one in heard if one.kind == PROFILE]
    seen = [*(one.day for one in visits), *(one.began for one in profiles if one.began)]
    return Own(shares_of(visits), max(seen, default=None), max([*seen, *(one.told for one in profiles)], default=None))


def _change_cells(changed: Mapping[Cell, Change]) -> None:
    if not changed:
        return
    rows = sorted((*cell, *change) for cell, change in changed.items())
    db.execute(db.statement(__file__, "change_cells"), _columns(rows))
    if smaller := sorted(cell for cell, change in changed.items() if change.people < 0):
        db.execute(db.statement(__file__, "drop_empty_cells"), _columns(smaller))


def _write(persons: Persons, own: Mapping[int, Own]) -> None:
    rows = [
        (bucket, person, json.dumps(written(own[person].shares)), own[person].visited, own[person].heard)
        for bucket, person in zip(*persons, strict=True)
        if person in own
    ]
    if rows:
        db.execute(db.statement(__file__, "write_shares"), _columns(rows))


def _columns(rows: Sequence[tuple[object, ...]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]
