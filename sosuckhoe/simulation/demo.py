"""The small province for a first look: about 400 people, two years, a named cast with stories to follow."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sosuckhoe.simulation import care, facilities, facts, motherhood
from sosuckhoe.simulation.chance import seeded
from sosuckhoe.simulation.life import Life
from sosuckhoe.simulation.moments import DAY
from sosuckhoe.simulation.names import Name
from sosuckhoe.simulation.people import Home, Household, Person
from sosuckhoe.simulation.province import Plan

if TYPE_CHECKING:
    from datetime import date

    from sosuckhoe.simulation.facilities import Network

_PREGNANCY = 95
_MORNING = 8 * 60 + 15


class CastMember(NamedTuple):
    """Somebody who can sign in. `facility` is where a worker works, `area` the province of an officer."""

    key: str
    name: str
    cccd: str
    role: str
    facility: str
    note: str
    area: str = ""


def demo_province(until: date) -> Life:
    """The small province, ready to be lived until ten in the morning of a day. Births of the cast are fixed dates."""
    fact = facts.table("demo")["plan"]
    return Life(Plan(fact["people"], fact["years"], fact["seed"], until, fact["province"]), _settle)


@cache
def cast() -> list[CastMember]:
    """Who can sign in to the demo, citizens first."""
    return [_member(entry) for entry in facts.table("demo")["cast"]]


def residents() -> list[tuple[str, str, str]]:
    """Those of the cast's households who have an identity number of their own: number, name, birth date (ISO)."""
    return [(entry["cccd"], Name(*entry["name"]).full, entry["born"].isoformat()) for entry in _everybody()]


def facility_of(kind: str) -> facilities.Facility:
    """The facility of a kind near the cast's home: 'commune', 'district', 'province' or 'private'."""
    network, home = _network()
    return network.near(kind, home)


def _member(entry: dict[str, Any]) -> CastMember:
    described = next((one for one in _everybody() if one["key"] == entry["key"]), None)
    facility = facility_of(entry["at"]) if "at" in entry else None
    name = entry.get("name", "")
    if described:
        name = Name(*described["name"]).full
    elif facility and "doctor" in entry:
        name = facility.doctors[entry["doctor"]].name
    cccd = described["cccd"] if described else entry["cccd"]
    area = facts.table("demo")["plan"]["province"] if "area" in entry else ""
    return CastMember(entry["key"], name, cccd, entry["role"], facility.code if facility else "", entry["note"], area)


def _everybody() -> list[dict[str, Any]]:
    return [member for household in facts.table("demo")["households"] for member in household["members"]]


@cache
def _network() -> tuple[Network, Home]:
    fact = facts.table("demo")["plan"]
    homes = facilities.homes(fact["province"], fact["people"], fact["seed"])
    return facilities.network(fact["seed"], fact["province"], homes, fact["people"]), homes[0]


def _settle(life: Life) -> None:
    """The cast moves in, and their stories are written into the calendar."""
    cast_by_key: dict[str, Person] = {}
    for number, entry in enumerate(facts.table("demo")["households"]):
        household = Household(-1 - number, life.homes[0], entry["lane"], entry["phone"])
        for member in entry["members"]:
            person = _person(len(life.people), member, household, cast_by_key)
            cast_by_key[person.key] = person
            household.members.append(person)
            life.join(person)
    for place, story in enumerate(facts.table("demo")["stories"]):
        _tell(life, story, cast_by_key[story["who"]], place)


def _person(number: int, entry: dict[str, Any], household: Household, known: dict[str, Person]) -> Person:
    return Person(
        number=number,
        sex=entry["sex"],
        born=entry["born"].toordinal() * DAY,
        name=Name(*entry["name"]),
        group=entry.get("group", "01"),
        household=household,
        cccd=entry["cccd"],
        social=entry["social"],
        card=entry["card"],
        occupation=entry.get("occupation", "00000"),
        employer=entry.get("employer", ""),
        blood=entry["blood"],
        mother=known.get(entry.get("mother", "")),
        father=known.get(entry.get("father", "")),
        illnesses=tuple(entry.get("illnesses", ())),
        births=-1 if entry.get("expecting") else 0,
        key=entry["key"],
    )


def _tell(life: Life, story: dict[str, Any], person: Person, place: int) -> None:
    """One visit or pregnancy of the cast, if it falls into the time that is simulated."""
    day = life.end // DAY - story["days_before"]
    if day < life.start // DAY:
        return
    if story["what"] == "pregnancy":
        motherhood.expect(life, person, day * DAY, seeded(life.seed, _PREGNANCY), story["term"])
        return
    illness = facts.illnesses()[story["what"]]
    coming = care.Coming(life.network.near(story["at"], person.household.home), None, story["way"], story.get("to", ""))
    life.at(day * DAY + story.get("minute", _MORNING + 7 * place), care.arrive, life, person, illness, coming)
