"""The nightly reconciliation: the register's changes first, then everybody whose turn has come."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock, db, facts
from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.outside.line import Away
from sosuckhoe.exchange.population import changes
from sosuckhoe.exchange.population.client import Register
from sosuckhoe.exchange.population.differing import NUMBER
from sosuckhoe.exchange.population.reconcile import Tally, reconcile
from sosuckhoe.identity.actions import Raced

_MOST_TRIES = 3


@dataclass(frozen=True, slots=True)
class Plan:
    """How much: `data/reconciling.yaml`."""

    a_batch: int
    again_days: int


@cache
def plan() -> Plan:
    """The plan of every night."""
    fact = facts.read_yaml(Path(__file__).parent / "data" / "reconciling.yaml")
    return Plan(fact["a_batch"], fact["again_days"])


def run(day: date, register: Register, at: datetime) -> int:
    """One night's run, or the rest of one that was cut off; how many were asked about.

    What was settled stands, so the next run goes on. A problem of the register ends it, is kept and raised.
    """
    db.execute("insert into exchange_night (day, began) values (%s, %s) on conflict do nothing", (day, at))
    total = Tally()
    try:
        count = sum(changes.take_changes(PROGRAM, register, at).values())
        db.execute("update exchange_night set changes = changes + %s where day = %s", (count, day))
        everybody(register, at, plan().again_days, total=total)
    except Problem as problem:
        db.execute("update exchange_night set problem = %s where day = %s", (problem.number, day))
        raise
    finally:
        _keep(day, total)
    db.execute("update exchange_night set ended = %s, problem = '' where day = %s", (clock.now(), day))
    return total.asked


def everybody(
    register: Register, at: datetime, again_days: int, most: int | None = None, total: Tally | None = None
) -> Tally:
    """Reconcile those who were not asked about for so many days, in an order of its own; counted in `total`."""
    total, reached = Tally() if total is None else total, b""
    while most is None or total.asked < most:
        numbers = due(reached, at - timedelta(days=again_days))
        if not numbers:
            break
        total.add(_batch([person for _, person in numbers], register, at))
        reached = numbers[-1][0]
    return total


def due(after: bytes, before: datetime) -> list[tuple[bytes, int]]:
    """The next persons after a blind index, each with theirs, of those who were last asked about before a moment."""
    return db.tuples(
        """
        select blind, person from identity_identifier number
        where system = %s and blind > %s and not exists (
          select from identity_standing standing
          where standing.bucket = number.bucket and standing.person = number.person and standing.checked >= %s)
        order by blind limit %s
        """,
        (NUMBER, after, before, plan().a_batch),
    )


def _batch(persons: list[int], register: Register, at: datetime) -> Tally:
    """One batch, begun again when another transaction was first. One that is garbled is passed over."""
    for _ in range(_MOST_TRIES):
        try:
            return reconcile(PROGRAM, persons, register, at)
        except Raced:
            continue
        except Away:
            raise
        except Problem as problem:
            if problem.number != "SSK-4532":
                raise
            break
    return Tally(asked=len(persons), silent=len(persons))


def _keep(day: date, total: Tally) -> None:
    values = {"day": day, **asdict(total)}
    db.execute(
        """
        update exchange_night set asked = asked + %(asked)s, verified = verified + %(verified)s,
          differs = differs + %(differs)s, unknown = unknown + %(unknown)s, silent = silent + %(silent)s
        where day = %(day)s
        """,
        values,
    )
