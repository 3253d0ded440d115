"""The data of reach: what is counted, how often printed, how many people live where, what was promised. Pure."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sosuckhoe.base import facts
from sosuckhoe.insight.reach.protect import Measure

_DATA = Path(__file__).parent.parent / "data"
POPULATION = "population"


class Count(NamedTuple):
    """One count: its names, what it is told as a part of ('population' or another count), what it means."""

    key: str
    of: str
    hides_in: str
    is_pillar: bool
    names: dict[str, str]
    means: dict[str, str]


class Target(NamedTuple):
    """So large a share of what a count is a part of, by a day. `source` is '' for an assumption of this project.

    `is_day_assumed`: the source tells the share and no day; the day is ours.
    """

    measure: str
    share: float
    by: date
    since: date
    start: float
    source: str
    is_day_assumed: bool = False


class Pace(NamedTuple):
    """The days of the counts and of the prints."""

    opened_days: int
    filled_days: int
    print_days: int
    pattern_months: int


@cache
def counts() -> dict[str, Count]:
    """Every count by its key, bases before what has them."""
    entries = facts.read_yaml(_DATA / "reach.yaml")["measures"]
    return {
        key: Count(
            key,
            entry["of"],
            entry.get("hides_in", ""),
            entry.get("pillar", False),
            {"vi": entry["vi"], "en": entry["en"]},
            entry.get("means", {}),
        )
        for key, entry in entries.items()
    }


@cache
def measures() -> tuple[Measure, ...]:
    """The counts as hiding needs them."""
    return tuple(Measure(count.key, count.hides_in) for count in counts().values())


@cache
def pace() -> Pace:
    """Over how many days is counted, and how often printed."""
    content = facts.read_yaml(_DATA / "reach.yaml")
    return Pace(*(int(content[name]) for name in Pace._fields))


@cache
def population() -> dict[str, int]:
    """People by code of province or commune of today; places whose population no source tells are absent."""
    return {row["code"]: int(row["people"]) for row in facts.read_csv(_DATA / "population.csv")}


@cache
def targets() -> tuple[Target, ...]:
    """Every target, in the order of the file."""
    entries = facts.read_yaml(_DATA / "targets.yaml")["targets"]
    return tuple(
        Target(
            one["measure"],
            one["share"],
            one["by"],
            one["from"],
            one["start"],
            one["source"].strip(),
            one.get("day_assumed", False),
        )
        for one in entries
    )
