"""Deaths: most at home, of which no file is sent; some in a hospital."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sosuckhoe.simulation import care, facts
from sosuckhoe.simulation.chance import seeded
from sosuckhoe.simulation.moments import DAY

if TYPE_CHECKING:
    from sosuckhoe.simulation.people import Person
    from sosuckhoe.simulation.province import Province

_DEATH = 91
_IN_HOSPITAL = 0.4
_GROWN = 35
_CAUSES = ("stroke", "pneumonia", "heart_attack")


def take(province: Province, day: int, days: int) -> None:
    """Who dies in a span of days, and where."""
    for person in province.people:
        if person.died or person.key:
            continue
        rng = seeded(province.seed, _DEATH, person.number, day)
        if rng.random() < rate(person.age(day * DAY)) * days / 365:
            at = (day + rng.randrange(days)) * DAY + rng.randrange(DAY)
            in_hospital = rng.random() < _IN_HOSPITAL and person.age(at) >= _GROWN
            province.at(at, in_a_hospital if in_hospital else at_home, province, person)


def rate(age: float) -> float:
    """Deaths a year at an age."""
    rates: dict[int, float] = facts.table("population")["deaths"]
    return [value for since, value in rates.items() if since <= max(age, 0)][-1]


def at_home(province: Province, person: Person, at: int) -> None:
    """Nobody sends anything: the province's files never say it."""
    del province
    if person.busy_until < at and not person.died:
        person.died = at


def in_a_hospital(province: Province, person: Person, at: int) -> None:
    """A last stay."""
    rng = seeded(province.seed, _DEATH, person.number, at)
    illness = facts.illnesses()[rng.choice(_CAUSES)]
    facility = province.network.near(rng.choice(("district", "province")), person.household.home)
    visit = care.see(province, person, illness, at, care.Coming(facility, way=care.ADMIT))
    if visit is None:
        at_home(province, person, at)
        return
    if not person.died:
        care.die(visit)
