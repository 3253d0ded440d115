"""Who lives in the simulated province: households, their members, and the numbers that the state gave them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from sosuckhoe.simulation import facts, names
from sosuckhoe.simulation.chance import Choice, mix, seeded, standing
from sosuckhoe.simulation.moments import DAY, YEAR, date_of, years_between

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from sosuckhoe.simulation.names import Name

_HOUSEHOLD, _PERSON, _ILLNESS = 1, 2, 3
_OLD, _ADULT, _STUDENT = 60, 18, 6
_PARENTS = {
    "child": ("mother", "father"),
    "youth": ("older_mother", "older_father"),
    "father": ("grandmother", "grandfather"),
}
_PARTNERS = {
    "mother": "father",
    "older_mother": "older_father",
    "grandmother": "grandfather",
    "young_woman": "young_man",
}
_SCRAMBLE = 7_368_787  # odd and not a multiple of 5, so that it permutes the numbers below any power of ten


MOST_SEEN = 12
"""The newest visits that are remembered of a person, as the insurer tells them."""


class Seen(NamedTuple):
    """A visit that was sent: where (MA_CSKCB), and from which moment to which."""

    facility: str
    began: int
    ends: int


class Home(NamedTuple):
    """One commune as it was before the reform and as it is since."""

    commune: str
    district: str
    province: str
    new_commune: str
    new_province: str


@dataclass(slots=True)
class Household:
    number: int
    home: Home
    lane: str
    phone: str
    members: list[Person] = field(default_factory=list)


@dataclass(slots=True)
class Person:
    """Somebody, as they are: what a facility writes of them is made in `registration`. `born` is a moment."""

    number: int
    sex: str
    born: int
    name: Name
    group: str
    household: Household
    cccd: str
    social: str
    card: str = ""
    occupation: str = "00000"
    employer: str = ""
    phone: str = ""
    blood: str = "O"
    rhesus: str = "+"
    mother: Person | None = None
    father: Person | None = None
    illnesses: tuple[str, ...] = ()
    temporary_card: str = ""
    key: str = ""
    died: int = 0
    visits: int = 0
    births: int = 0
    busy_until: int = 0
    seen: deque[Seen] = field(default_factory=lambda: deque(maxlen=MOST_SEEN))

    def age(self, at: int) -> float:
        """Age in years at a moment."""
        return years_between(self.born, at)

    @property
    def is_male(self) -> bool:
        return self.sex == "M"


class Newcomer(NamedTuple):
    """Who is about to join a household."""

    sex: str
    born: int
    group: str
    mother: Person | None = None
    father: Person | None = None


def households(seed: int, homes: list[Home], start: int, first: int, people: int) -> Iterator[Household]:
    """Households, their members numbered from `first`, until there are so many people (the last may be cut short)."""
    number = 0
    while first < people:
        household = make_household(seed, number, homes, start, first)
        household.members = household.members[: people - first]
        first += len(household.members)
        number += 1
        yield household


def make_household(seed: int, number: int, homes: list[Home], start: int, first: int) -> Household:
    """One household; its members are numbered from `first`."""
    rng = seeded(seed, _HOUSEHOLD, number)
    home = rng.choice(homes)
    household = empty_household(rng, number, home)
    group = _ethnic(home.new_province).draw(rng)
    family: dict[str, Person] = {}
    for role in _kinds().draw(rng):
        family[role] = _add(rng, seed, household, role, group, start, first + len(household.members), family)
    return household


def empty_household(rng: Random, number: int, home: Home) -> Household:
    """A household before anybody moves in."""
    facts_ = facts.table("population")
    phone = "" if rng.random() < facts_["phones"]["none"] else _phone(rng)
    return Household(number, home, rng.choice(facts_["lanes"]), phone)


def _add(
    rng: Random,
    seed: int,
    household: Household,
    role: str,
    group: str,
    start: int,
    number: int,
    family: dict[str, Person],
) -> Person:
    fact = facts.table("population")["roles"][role]
    parents = _PARENTS.get(role, ())
    mother, father = (family.get(parents[0]), family.get(parents[1])) if parents else (None, None)
    partner = family.get(_PARTNERS.get(role, ""))
    sex = fact["sex"] if fact["sex"] != "any" else _sex(rng)
    born = _born(rng, fact["ages"], start, mother, partner)
    person = make_person(rng, seed, number, Newcomer(sex, born, group, mother, father), household, start)
    give_illnesses(seed, person, start)
    return person


def make_person(rng: Random, seed: int, number: int, who: Newcomer, household: Household, now: int) -> Person:
    """A person who joins a household: name, numbers, card and work as they are at the moment `now`."""
    year = date_of(who.born // DAY).year
    parent = who.father or who.mother
    province = household.home.province
    person = Person(
        number=number,
        sex=who.sex,
        born=who.born,
        name=names.draw(rng, who.sex, year, who.group, parent.name.family if parent else ""),
        group=who.group,
        household=household,
        cccd=f"0{province}{_century(year, who.sex)}{year % 100:02d}{_permuted(seed, number, 6):06d}",
        social=f"{province}{_permuted(seed + 1, number, 8):08d}",
        blood=_blood().at(mix(seed, number, 11) / 2**64),
        rhesus="-" if mix(seed, number, 12) / 2**64 < facts.table("population")["rh_negative"] else "+",
        mother=who.mother,
        father=who.father,
    )
    _settle(rng, person, now)
    household.members.append(person)
    return person


def _settle(rng: Random, person: Person, now: int) -> None:
    """Insurance, work and telephone, by the stage of life."""
    fact = facts.table("population")
    stage = _stage(person.age(now))
    if rng.random() < fact["insured"][stage]:
        person.card = _cards(stage).draw(rng)
    if stage in ("adult", "old"):
        person.occupation = _occupations("old" if stage == "old" else f"adult_{person.sex}").draw(rng)
        if person.card.startswith(("DN", "HC")):
            person.employer = rng.choice(fact["employers"])
    if person.age(now) >= fact["phones"]["own_over"] and rng.random() > fact["phones"]["shared"]:
        person.phone = _phone(rng)


def give_illnesses(seed: int, person: Person, now: int) -> None:
    """The long-term illnesses that a person has, from prevalence by age and sex; those of later life come together."""
    band = age_band(person.age(now))
    frailty = standing(seed, person.number, _ILLNESS)
    found = []
    for illness in facts.longterm().values():
        share = illness.share[band] * illness.sexes[0 if person.is_male else 1] * 2.0 ** (0.7 * frailty) * 0.88
        if mix(seed, person.number, 100 + illness.number) / 2**64 < share:
            found.append(illness.key)
    person.illnesses = tuple(found)


def age_band(age: float) -> int:
    """The index of the age band of rates: under 1, 1-4, 5-14, 15-39, 40-59, 60 and over."""
    return sum(age >= limit for limit in facts.BANDS)


def _born(rng: Random, ages: list[int], start: int, mother: Person | None, partner: Person | None) -> int:
    """A moment of birth: near a partner's, 19 to 40 years after a mother's, or within the ages of the role."""
    if partner:
        age = partner.age(start) - rng.gauss(3, 2.5)
        return start - int(min(max(age, ages[0]), ages[1] + 1) * YEAR)
    if mother is None:
        return start - int(rng.uniform(ages[0], ages[1] + 1) * YEAR)
    limit = mother.age(start) - 19
    age = rng.uniform(max(ages[0], limit - 21), min(limit, ages[1] + 1))
    return start - int(max(age, 0.02) * YEAR)


def _stage(age: float) -> str:
    if age < _STUDENT:
        return "child"
    if age < _ADULT:
        return "student"
    return "old" if age >= _OLD else "adult"


def _sex(rng: Random) -> str:
    return "M" if rng.random() < facts.table("population")["boys"] else "F"


def _century(year: int, sex: str) -> int:
    return (year // 100 - 19) * 2 + (1 if sex == "F" else 0)


def _permuted(seed: int, number: int, digits: int) -> int:
    """A number of so many digits that no other person's number leads to."""
    size = int(10**digits)
    return (number * _SCRAMBLE + mix(seed) % size) % size


def _phone(rng: Random) -> str:
    return f"{rng.choice(facts.table('population')['mobile'])}{rng.randrange(10**7):07d}"


@cache
def _kinds() -> Choice[tuple[str, ...]]:
    return Choice([(tuple(kind["members"]), kind["weight"]) for kind in facts.table("population")["households"]])


@cache
def _ethnic(province: str) -> Choice[str]:
    fact = facts.table("population")
    return Choice(fact["ethnic"].get(province, fact["kinh"]))


@cache
def _cards(stage: str) -> Choice[str]:
    return Choice(facts.table("population")["cards"][stage])


@cache
def _occupations(stage: str) -> Choice[str]:
    return Choice(facts.table("population")["occupations"][stage])


@cache
def _blood() -> Choice[str]:
    return Choice(facts.table("population")["blood"])
