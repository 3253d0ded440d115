"""Records of a simulated population with their truth: what three systems would register, and some errors more.

The systems' own noise is `sosuckhoe.simulation.registration`. Added here, at stated rates: twins, a parent's numbers
on a child's record, slips and swaps in birth dates, a dropped middle name, dialect spellings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from random import Random
from typing import NamedTuple

from sosuckhoe.exchange.xml130.mapping.values import partial_date
from sosuckhoe.identity import identifiers, places
from sosuckhoe.identity.claim import Claim, Identifier
from sosuckhoe.simulation.facilities import Facility
from sosuckhoe.simulation.life import Life
from sosuckhoe.simulation.moments import DAY
from sosuckhoe.simulation.names import draw
from sosuckhoe.simulation.people import Person
from sosuckhoe.simulation.province import Plan
from sosuckhoe.simulation.registration import Registration, register

UNTIL = date(2026, 6, 30)
RATES = {"birth slip": 0.004, "birth swapped": 0.003, "dropped": 0.006, "dialect": 0.02, "parent": 0.02, "twins": 0.02}
"""Chance a record (parent: of a child's record; twins: of a child having one)."""
CHILD_YEARS = 14
TWIN = 10_000_000
"""What is added to a child's number to make the twin's. Facilities number patients by it, modulo a million: twins of
exactly this distance are registered under one patient number."""
SHARED_NUMBER = 0.1
REFORM_DAY = places.REFORM.toordinal()


class Record(NamedTuple):
    """A claim, whose it is, and what was added to it ('' for nothing)."""

    claim: Claim
    person: int
    added: str


def records(people: int, seed: int, visits: int = 3, rates: dict[str, float] = RATES) -> list[Record]:
    """So many registrations of everybody, in a random order that is the same for the same seed."""
    life = Life(Plan(people, 0.1, seed, UNTIL))
    rng = Random(seed)
    everybody = [*life.people, *_twins(life.people, rng, rates["twins"])]
    found = [record for person in everybody for record in _of(life, person, rng, seed, visits, rates)]
    rng.shuffle(found)
    return found


def _of(life: Life, person: Person, rng: Random, seed: int, visits: int, rates: dict[str, float]) -> Iterator[Record]:
    home = person.household.home
    near = [life.network.near(kind, home) for kind in ("commune", "district", "province")]
    for facility in rng.choices([*near, rng.choice(life.network.clinics)], k=visits):
        at = rng.randrange(min(max(person.born, life.end - 700 * DAY), life.end - 1), life.end)
        person.visits = rng.randrange(2)
        yield _spoiled(claim_of(person, facility, register(seed, person, facility, at), at), person, rng, rates)


def claim_of(person: Person, facility: Facility, sent: Registration, at: int) -> Claim:
    """What a facility's package would claim."""
    home, is_old = person.household.home, at // DAY < REFORM_DAY
    numbers = [
        identifiers.identity_paper(sent.cccd),
        *identifiers.insurance_card(sent.card),
        identifiers.patient_number(facility.code, sent.code),
    ]
    return Claim(
        name=sent.name.strip(),
        birth=partial_date(sent.birth) or "",
        sex="male" if sent.sex == "1" else "female",
        facility=facility.code,
        identifiers=tuple(dict.fromkeys(number for number in numbers if number)),
        phone=sent.phone,
        address=person.household.lane,
        province=home.province if is_old else home.new_province,
        district=home.district if is_old else "",
        commune=home.commune if is_old else home.new_commune,
    )


def _twins(everybody: list[Person], rng: Random, rate: float) -> list[Person]:
    """A twin for some children: same mother, day, home, family name; numbers of their own."""
    twins = []
    for child in everybody:
        if child.mother and child.age(UNTIL.toordinal() * DAY) < CHILD_YEARS and rng.random() < rate:
            number = child.number + (TWIN if rng.random() < SHARED_NUMBER else TWIN + 19)
            name = draw(rng, child.sex, 2000, child.group, child.name.family)
            if name.full != child.name.full:
                last = (int(child.cccd[6:]) + 500_001) % 10**6
                cccd, social = f"{child.cccd[:6]}{last:06d}", str(int(child.social) + 7_000_001)[-10:].zfill(10)
                twins.append(replace(child, number=number, name=name, cccd=cccd, social=social))
    return twins


def _spoiled(claim: Claim, person: Person, rng: Random, rates: dict[str, float]) -> Record:
    """At most one added error; which ones apply depends on the record."""
    parent = person.mother or person.father
    if parent and person.age(UNTIL.toordinal() * DAY) < CHILD_YEARS and rng.random() < rates["parent"]:
        own = tuple(n for n in claim.identifiers if n.system != "cccd")
        return Record(replace(claim, identifiers=(Identifier("cccd", parent.cccd), *own)), person.number, "parent")
    for kind, spoil in _SPOILS.items():
        if rng.random() < rates[kind] and (spoiled := spoil(claim, rng)) != claim:
            return Record(spoiled, person.number, kind)
    return Record(claim, person.number, "")


def _birth_slip(claim: Claim, rng: Random) -> Claim:
    place = rng.choice([3, 6, 9])
    if len(claim.birth) < 10 or claim.birth[place] == "9":
        return claim
    slipped = claim.birth[:place] + str(int(claim.birth[place]) + 1) + claim.birth[place + 1 :]
    return replace(claim, birth=slipped) if slipped[5:7] < "13" and slipped[8:] < "29" else claim


def _birth_swapped(claim: Claim, rng: Random) -> Claim:
    del rng
    if len(claim.birth) < 10 or claim.birth[8:] > "12":
        return claim
    return replace(claim, birth=f"{claim.birth[:4]}-{claim.birth[8:]}-{claim.birth[5:7]}")


def _dropped(claim: Claim, rng: Random) -> Claim:
    del rng
    words = claim.name.split()
    return replace(claim, name=" ".join([words[0], *words[2:]])) if len(words) > 2 else claim


def _dialect(claim: Claim, rng: Random) -> Claim:
    del rng
    pairs = {"Quý": "Quí", "Lý": "Lí", "Mỹ": "Mĩ", "Hòa": "Hoà", "Thúy": "Thuý", "Thủy": "Thuỷ", "My": "Mi", "Ly": "Li"}
    return replace(claim, name=" ".join(pairs.get(word, word) for word in claim.name.split()))


_SPOILS = {"birth slip": _birth_slip, "birth swapped": _birth_swapped, "dropped": _dropped, "dialect": _dialect}
