"""File what has arrived: read it, check it, find whose book it belongs in, and write it there.

A batch is one transaction: resources, versions, findings, audit and the queue. A killed process leaves the
batch in the queue; a package that was filed is not in it any more. Packages of one facility are filed in
order of arrival, because they share a lane.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime

import psycopg

from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange import formats, queries
from sosuckhoe.exchange.actions import check_in, ledger, practitioners, registers, settle, sweep
from sosuckhoe.exchange.actions.open import findings_of, open_arrival
from sosuckhoe.exchange.actions.receive import LANES, lane_of
from sosuckhoe.exchange.actions.unit import FILED, Unit
from sosuckhoe.exchange.feeds import telling
from sosuckhoe.exchange.qd831.read import written_on
from sosuckhoe.exchange.queries import Arrival
from sosuckhoe.identity import queries as register
from sosuckhoe.identity.actions import Raced

MOST_ARRIVALS, MOST_BYTES = 60, 128 * 1024
"""A batch is large enough to share its round trips, and small enough that its facts are seen within a second, and that
another batch which means the same new person does not wait long for them.
The bytes are those that are stored, packed: some 2,000 a package where an envelope holds many, so about 60 packages.
"""

MOST_TRIES = 5
"""After so many failures an arrival is set aside, with the error's number, for a person to look at."""

MOST_RETRIES = 3
CONFLICT = "SSK-3409"
_PASSING = (
    Raced,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
    psycopg.errors.UniqueViolation,
)
"""Another transaction was first: the same batch works when it is begun again."""
_LANE_LOCK = 0x5353_4B00
_log = logging.getLogger(__name__)


def drain(at: datetime) -> int:
    """File one batch of what waits in lanes that nobody else is working; the number of arrivals looked after."""
    lanes = _choose(queries.lanes_waiting(LANES, MOST_ARRIVALS))
    return _file_lanes(lanes, at) if lanes else 0


def _choose(waiting: dict[int, int]) -> list[int]:
    """Lanes that fill a batch together, beginning at a chance one, so that two workers seldom want the same."""
    lanes = sorted(waiting)
    begin = secrets.randbelow(len(lanes)) if lanes else 0
    chosen: list[int] = []
    for lane in lanes[begin:] + lanes[:begin]:
        if sum(waiting[one] for one in chosen) < MOST_ARRIVALS:
            chosen.append(lane)
    return chosen


def _file_lanes(lanes: Sequence[int], at: datetime) -> int:
    """File the lanes' oldest arrivals in one transaction; when that fails, one of each lane in its own."""
    for _ in range(MOST_RETRIES):
        try:
            return _file_batch(lanes, at, MOST_ARRIVALS)
        except _PASSING:
            registers.forget()
        except Problem as problem:
            if problem.number != CONFLICT:
                break
            registers.forget()
        except Exception as error:
            if db.is_unavailable(error):
                raise
            _log.warning("lanes %s: batch failed (%s), filing one by one", lanes, type(error).__name__)
            break
    registers.forget()
    return sum(_file_one(lane, at) for lane in lanes)


def _file_batch(lanes: Sequence[int], at: datetime, most: int) -> int:
    with db.atomic():
        taken = _take(lanes)
        if not taken:
            return 0
        arrivals = queries.waiting(taken, most, MOST_BYTES)
        erased = _file(arrivals, at)
        ledger.strike_off([(lane_of(arrival.facility), arrival.id) for arrival in arrivals])
        if erased:
            sweep.empty_arrived(erased)
    return len(arrivals)


def _file_one(lane: int, at: datetime) -> int:
    """File the oldest arrival of a lane alone; a repeated failure sets it aside."""
    try:
        return _file_batch([lane], at, 1)
    except Exception as error:
        if db.is_unavailable(error):
            raise
        _log.error("lane %s: an arrival could not be filed (%s)", lane, type(error).__name__)
        registers.forget()
        with db.atomic():
            ledger.count_failure(lane, MOST_TRIES, at)
        return 1


def _take(lanes: Sequence[int]) -> list[int]:
    """Those of the lanes that are now ours until the transaction ends."""
    rows = db.tuples(
        "select lane from unnest(%s::int4[]) as lane where pg_try_advisory_xact_lock(%s + lane)",
        (list(lanes), _LANE_LOCK),
    )
    return [row[0] for row in rows]


def _file(arrivals: Sequence[Arrival], at: datetime) -> set[int]:
    """File them; those that tell of something that was erased by right."""
    facilities = register.facilities({arrival.facility for arrival in arrivals})
    units: list[Unit] = []
    for arrival in arrivals:
        try:
            units += _read_units(arrival, at, facilities.get(arrival.facility))
        except Problem as problem:
            ledger.refuse_arrival(arrival, problem, at)
    trusted = [unit for unit in units if unit.is_trusted]
    practitioners.look_up(trusted, facilities)
    for group in _groups(trusted):
        (check_in if group[0].is_check_in else settle).settle(group, at)
    ledger.write(units, at)
    telling.settle({unit.person for unit in units if unit.is_profile and unit.outcome == FILED}, at)
    return {unit.arrival for unit in units if unit.is_cut}


def _read_units(arrival: Arrival, at: datetime, facility: register.Facility | None) -> list[Unit]:
    """The packages of an envelope with their findings. Raises Problem when the envelope cannot be trusted."""
    envelope = open_arrival(arrival, facility, arrival.received)
    packages = zip(envelope.visits, envelope.packages, findings_of(envelope, at), strict=True)
    told = written_on(envelope.made_on, arrival.received) if arrival.kind == "profile" else None
    return [
        Unit(arrival.id, position, arrival.facility, number, arrival.received, package, found, told=told)
        for position, (ma_lk, package, found) in enumerate(packages, start=1)
        for number in (formats.episode_of(ma_lk, arrival.kind),)
    ]


def _groups(units: Sequence[Unit]) -> Iterator[list[Unit]]:
    """Groups in order, of one kind, none with two packages of one episode: the second is a version of the first.

    A profile whose number may have changed is in no group with what another file of its facility holds.
    """
    group: list[Unit] = []
    seen: set[tuple[str, str]] = set()
    for unit in units:
        is_again = (unit.facility, unit.ma_lk) in seen or unit.may_be_one_of(group)
        if group and (is_again or unit.is_check_in != group[0].is_check_in):
            yield group
            group, seen = [], set()
        group.append(unit)
        seen.add((unit.facility, unit.ma_lk))
    if group:
        yield group
