"""When a round is next begun. Pure: the table of times, what is known of the last run, and the moment that it is."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sosuckhoe.base import facts
from sosuckhoe.base.clock import VIETNAM
from sosuckhoe.base.rounds import Work

THREAD, PROCESS = "thread", "process"
_DAY = timedelta(days=1)
_PLACE = Path(__file__).parent / "rounds.yaml"


class Round(NamedTuple):
    """One round, or one part of it (`pull/vendor`), with its time. `hour` in Vietnam, or `every`."""

    name: str
    work: Work
    hour: int | None
    every: timedelta
    late: timedelta
    may_take: timedelta
    again: timedelta
    lock: str
    beside: str
    vi: str
    en: str

    @property
    def part(self) -> str:
        """Which part of the work this is, '' for all of it."""
        return self.name.partition("/")[2]


class Last(NamedTuple):
    """The last run. `ended` None: under way, or killed; `problem`: what ended it, '' where it went well."""

    began: datetime
    ended: datetime | None
    problem: str
    done: int


@cache
def times() -> dict[str, dict[str, Any]]:
    """The table of times, by name. A round has an hour and what becomes of a missed one, or its minutes."""
    found: dict[str, dict[str, Any]] = facts.read_yaml(_PLACE)["rounds"]
    for name, entry in found.items():
        clock = {"hour", "late_hours", "every_minutes"} & entry.keys()
        if clock not in ({"hour", "late_hours"}, {"every_minutes"}) or entry["beside"] not in {THREAD, PROCESS}:
            raise facts.BadFact(
                f"{_PLACE}: '{name}' needs hour and late_hours, or every_minutes; and thread or process"
            )
    return found


def rounds_of(work: Work) -> list[Round]:
    """The rounds of one work: itself, or one for each part; none where the house has no such thing."""
    if not work.wanted():
        return []
    if work.parts is None:
        return [_round(work, work.name, None)]
    return [_round(work, f"{work.name}/{part}", hour) for part, hour in work.parts().items()]


def next_time(one: Round, last: Last | None, now: datetime) -> datetime:
    """The moment from which a round is to be begun: `now` or before, and it is due."""
    if last is None:
        return now if one.hour is None else _from_hour(one, now)
    if last.ended is None or last.problem:
        return _again(one, last)
    if one.hour is None:
        return last.began + one.every
    found = _from_hour(one, now)
    return found if found > last.began else _at_hour(one, now) + _DAY


def _from_hour(one: Round, now: datetime) -> datetime:
    """The hour that has come last, if a missed one may still be made good, otherwise the next."""
    latest = _at_hour(one, now)
    return latest if now - latest <= one.late else latest + _DAY


def _again(one: Round, last: Last) -> datetime:
    """Soon after a run that did not end well, unless that is later than a missed one is made good."""
    soon = (last.ended or last.began) + one.again
    return soon if one.hour is None else max(soon, _from_hour(one, soon))


def _at_hour(one: Round, now: datetime) -> datetime:
    """The last time before `now` that its hour came."""
    here = now.astimezone(VIETNAM).replace(hour=one.hour or 0, minute=0, second=0, microsecond=0)
    return here if here <= now else here - _DAY


def _round(work: Work, name: str, hour: int | None) -> Round:
    told = times()[work.name]
    return Round(
        name,
        work,
        told.get("hour") if hour is None else hour,
        timedelta(minutes=told.get("every_minutes", 0)),
        timedelta(hours=told.get("late_hours", 0)),
        timedelta(minutes=told["may_take"]),
        timedelta(minutes=told["again_minutes"]),
        told.get("lock", name),
        told["beside"],
        told["vi"],
        told["en"],
    )
