"""Pregnancy, birth and the first weeks of a child."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sosuckhoe.simulation import care, facts, people, treatment
from sosuckhoe.simulation.chance import seeded
from sosuckhoe.simulation.moments import DAY, stamp_day
from sosuckhoe.simulation.visit import STAY, Birth

if TYPE_CHECKING:
    from random import Random

    from sosuckhoe.simulation.facilities import Facility
    from sosuckhoe.simulation.facts import Illness
    from sosuckhoe.simulation.people import Person
    from sosuckhoe.simulation.province import Province
    from sosuckhoe.simulation.treatment import Ward
    from sosuckhoe.simulation.visit import Visit

_MOTHER = 81
_TERM_DAYS = 273
_BETWEEN = 450 * DAY
_MEAN_GRAMS = {"M": 3220, "F": 3110}
_LEAVE_DAYS = (7, 14)


def already_pregnant(province: Province) -> None:
    """Those who are pregnant when the story begins."""
    for months in range(9, 0, -1):
        conceive(province, province.start // DAY - months * 30, 30)


def conceive(province: Province, day: int, days: int) -> None:
    """Let pregnancies begin in a span of days."""
    for person in list(province.people):
        if person.is_male or person.died or person.busy_until >= day * DAY:
            continue
        chance = _fertility(person.age(day * DAY)) * days / 365
        rng = seeded(province.seed, _MOTHER, person.number, day)
        if chance and rng.random() < chance and not _recent(person, day * DAY):
            expect(province, person, (day + rng.randrange(days)) * DAY, rng)


def _fertility(age: float) -> float:
    """Births a year of a woman of an age."""
    rates: dict[int, float] = facts.table("illnesses/motherhood")["fertility"]
    below = [rate for since, rate in rates.items() if since <= age]
    return below[-1] if below else 0.0


def _recent(person: Person, at: int) -> bool:
    """Whether a child was born too short a time ago, or one is on the way."""
    return (
        any(one.mother is person and at - one.born < _BETWEEN for one in person.household.members) or person.births < 0
    )


def expect(province: Province, mother: Person, conceived: int, rng: Random, days: int = 0) -> None:
    """A pregnancy of so many days: visits on the way, perhaps a threat in the beginning, the birth at the end."""
    facts_ = facts.table("illnesses/motherhood")
    early = rng.random() < facts_["birth"]["preterm"]
    length = rng.randint(215, 256) if early else round(rng.gauss(_TERM_DAYS, 7))
    term = conceived // DAY + (days or length)
    if term < province.start // DAY:
        return
    mother.births = -1
    facility = province.network.near(_illness("antenatal").where.draw(rng), mother.household.home)
    for week in facts_["weeks"]:
        day = conceived // DAY + week * 7 + rng.randint(-4, 4)
        if province.start // DAY <= day < term - 3 and rng.random() < facts_["attendance"]:
            province.at(province.working_time(day, mother.number), _antenatal, province, mother, facility)
    threatened = conceived // DAY + rng.randint(45, 90)
    if rng.random() < facts_["threatened"]["chance"] and threatened >= province.start // DAY:
        province.at(province.working_time(threatened, mother.number), _threatened, province, mother)
    province.at(term * DAY + rng.randrange(DAY), give_birth, province, mother, (term - conceived // DAY) // 7)


def _antenatal(province: Province, mother: Person, facility: Facility, at: int) -> None:
    visit = care.see(province, mother, _illness("antenatal"), at, care.Coming(facility))
    if visit and not visit.sent_to:
        visit.weight += 6


def _threatened(province: Province, mother: Person, at: int) -> None:
    illness = _illness("threatened")
    rng = seeded(province.seed, _MOTHER, mother.number, at)
    facility = province.network.near(illness.where.draw(rng), mother.household.home)
    visit = care.see(province, mother, illness, at, care.Coming(facility))
    if visit and mother.employer:
        visit.sick_days = 0
        visit.pregnancy_leave = rng.randint(*_LEAVE_DAYS)


def give_birth(province: Province, mother: Person, weeks: int, at: int) -> None:
    """A birth at a centre or the hospital: the mother's stay with the certificate; a sick child has its own stay."""
    if mother.died:
        return
    rng = seeded(province.seed, _MOTHER, mother.number, at, 1)
    cesarean = rng.random() < facts.table("illnesses/motherhood")["birth"]["cesarean"]
    illness = birth_illness("cesarean" if cesarean else "delivery")
    at = max(at, mother.busy_until + 60)
    facility = province.network.near(illness.where.draw(rng), mother.household.home)
    ward = care.open_visit(province, mother, at, facility, illness)
    visit = ward.visit
    visit.object_code = care.object_code(province, visit, None)
    visit.weight += 9
    _deliver(province, ward, illness, weeks, rng)
    province.finish(visit)
    for born in visit.births:
        _newborn(province, born, facility, visit)


def _deliver(province: Province, ward: Ward, illness: Illness, weeks: int, rng: Random) -> None:
    visit = ward.visit
    visit.kind = STAY
    visit.reason = visit.reason.format(weeks=weeks)
    ward.examine(illness.exam)
    ward.test(ward.chosen(illness.tests), illness.shift, illness.positive)
    ward.picture(ward.chosen(illness.pictures), {})
    born_at = ward.clock + rng.randint(60, 600)
    twins = rng.random() < facts.table("illnesses/motherhood")["birth"]["twins"]
    for order in range(2 if twins else 1):
        visit.births.append(_child(province, visit, born_at + order * 9, weeks, order, rng))
    if twins:
        instead = facts.table("illnesses/motherhood")["birth"]["codes_of_twins"]
        visit.others = [instead.get(code, code) for code in visit.others]
    treatment.stay(ward, illness, rng.randint(*illness.stay), "women")
    if not illness.surgery:
        ward.perform("delivery", born_at)
    ward.clock = visit.left - 60
    ward.prescribe(ward.chosen(illness.drugs), 10)
    visit.outcome = "1"


def _child(province: Province, visit: Visit, at: int, weeks: int, order: int, rng: Random) -> Birth:
    """A child joins its mother's household, with a temporary insurance card."""
    mother = visit.person
    fact = facts.table("illnesses/motherhood")
    father = next((one for one in mother.household.members if one.is_male and 18 < one.age(at) < 60), None)  # noqa: PLR2004 -- grown men
    sex = "M" if rng.random() < fact["boys"] else "F"
    number = len(province.people)
    newcomer = people.Newcomer(sex, at, mother.group, mother, father)
    child = people.make_person(rng, province.seed, number, newcomer, mother.household, at)
    child.card = "TE1"
    child.temporary_card = f"TE1{child.social[:2]}{stamp_day(at)[2:]}{number % 10000:04d}"
    province.join(child)
    mother.births = sum(one.mother is mother for one in mother.household.members)
    mean = _MEAN_GRAMS[sex] - max(0, 39 - weeks) * 190
    return Birth(child, round(mean * rng.gauss(1, 0.1) / 50) * 50, at, weeks, order)


def _newborn(province: Province, birth: Birth, facility: Facility, mothers: Visit) -> None:
    """Jaundice or fast breathing in the first days: a stay of its own, on a temporary card, in its mother's name."""
    fact = facts.table("illnesses/motherhood")["newborn"]
    rng = seeded(province.seed, _MOTHER, birth.child.number, 2)
    if rng.random() < fact["chance"] * (3 if birth.weeks < 37 else 1):  # noqa: PLR2004 -- weeks of a term birth
        at = min(birth.at + rng.randint(DAY, 3 * DAY), mothers.left - 120)
        province.at(max(at, birth.at + 60), _sick_newborn, province, birth, facility)


def _sick_newborn(province: Province, birth: Birth, facility: Facility, at: int) -> None:
    illness = _illness("newborn")
    fact = facts.table("illnesses/motherhood")["newborn"]
    ward = care.open_visit(province, birth.child, at, facility, illness)
    visit = ward.visit
    visit.kind, visit.weight, visit.object_code = STAY, birth.grams / 1000, "1.7"
    if birth.weeks >= 37 and visit.main == "P07.3":  # noqa: PLR2004 -- a term child is not preterm
        visit.main = "P59.9"
    ward.examine(illness.exam)
    ward.test(ward.chosen(illness.tests), illness.shift, {})
    treatment.stay(ward, illness, ward.rng.randint(*illness.stay), "children")
    ward.give(fact["always"], visit.admitted + 30)
    for key in fact["services"]:
        ward.perform(key, visit.admitted + 60, visit.left // DAY - visit.admitted // DAY)
    visit.outcome = "1"
    province.finish(visit)


@cache
def _illness(name: str) -> Illness:
    entry = dict(facts.table("illnesses/motherhood")[name])
    if name == "newborn":
        entry["ward"] = {"drugs": entry.pop("drugs")}
        entry.pop("services")
    entry.setdefault("where", {"district": 1})
    return facts.illness(name, entry)


@cache
def birth_illness(way: str) -> Illness:
    """A birth as an illness: `way` is 'delivery' or 'cesarean'."""
    fact: dict[str, Any] = facts.table("illnesses/motherhood")["birth"]
    same = ("where", "reasons", "signs", "course", "exam", "drugs", "tests", "pictures", "shift", "advice")
    entry = {key: fact[key] for key in same}
    entry |= {"codes": {fact["codes"][way]: 1}, "with": fact["with"][way], "stay": fact["stay"][way]}
    entry["ward"] = {"first": fact["first"][way], "drugs": fact["ward"][way]}
    if way == "cesarean":
        entry["ward"]["surgery"] = "cesarean"
    return facts.illness(f"birth by {way}", entry)
