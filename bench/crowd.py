"""A crowd with its truth, as three systems wrote it down: what bulk linkage is learnt and measured on. Fast.

Households live in the communes of today; everybody is registered by the systems with their habits and slips. A
`dense` crowd is born on so few days that each of them holds as many people as in a country of 98 million.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import yaml

from bench.crowd_spoil import spoiled
from sosuckhoe.identity import places
from sosuckhoe.identity.bulk import job
from sosuckhoe.simulation import facts
from sosuckhoe.simulation.chance import Choice, seeded
from sosuckhoe.simulation.names import Name, draw
from sosuckhoe.simulation.registration import slip, telex, unsigned

COLUMNS = (*job.COLUMNS, "person", "family", "added")
TODAY = date(2026, 6, 30)
NATION = 98_000_000
_DAYS_OF_LIVES = 29_200
_CHUNK = 6_000
_CHILD_YEARS, _ADULT_YEARS, _NEW_YEARS = 14, 18, 2
_SYSTEMS = 3
_MIXTURES = ("crowd.yaml", "crowd_other.yaml")


class Asked(NamedTuple):
    """What to make: about so many records, from a seed, with a mixture of errors (`crowd.yaml`)."""

    records: int
    seed: int
    mixture: str = "usual"
    dense: bool = False


class Person(NamedTuple):
    """Somebody as they are. Numbers are unique over the crowd; `twin` is the number of a twin, or -1."""

    number: int
    family: int
    name: Name
    sex: str
    born: date
    cccd: str
    social: str
    insured: bool
    commune: str
    phone: str
    mother: Person | None
    twin: int = -1


def write(asked: Asked, folder: Path) -> list[Path]:
    """The crowd as CSV files, one a chunk of households, made by two processes."""
    folder.mkdir(parents=True, exist_ok=True)
    people = int(asked.records / (_SYSTEMS * rates(asked.mixture)["present"]))
    jobs = [(asked, chunk, people, folder / f"{chunk:05d}.csv") for chunk in range(chunks(people))]
    with get_context("spawn").Pool(2) as pool:
        return pool.map(_write_chunk, jobs, chunksize=1)


def chunks(people: int) -> int:
    """Of how many chunks of households so many people are."""
    return max(1, round(people / 3.35 / _CHUNK))


def _write_chunk(job: tuple[Asked, int, int, Path]) -> Path:
    asked, chunk, people, place = job
    with place.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(COLUMNS)
        lines.writerows(chunk_rows(asked, chunk, people))
    return place


def chunk_rows(asked: Asked, chunk: int, people: int) -> Iterator[list[Any]]:
    """The records of one chunk, in the order of COLUMNS."""
    return (row for _, rows in chunk_people(asked, chunk, people) for row in rows)


def chunk_people(asked: Asked, chunk: int, people: int) -> Iterator[tuple[Person, list[list[Any]]]]:
    """The people of one chunk, each with their records in the order of COLUMNS."""
    rng = seeded(asked.seed, chunk)
    told = rates(asked.mixture)
    birthday = days(people) if asked.dense else _any_day
    record = chunk * _CHUNK * 40
    for person in crowd(rng, chunk, birthday, told):
        told_rows = (spoiled(rng, row, told["also"]) if "also" in told else row for row in _records(rng, person, told))
        rows = [[record + at, *row] for at, row in enumerate(told_rows)]
        record += len(rows)
        yield person, rows


@cache
def rates(mixture: str) -> dict[str, Any]:
    """The chances of a mixture, of either file."""
    files = (Path(__file__).with_name(name).read_text(encoding="utf-8") for name in _MIXTURES)
    return dict(next(found[mixture] for file in files if mixture in (found := yaml.safe_load(file)["mixtures"])))


def crowd(rng: Random, chunk: int, birthday: Any, told: dict[str, Any]) -> Iterator[Person]:
    """The people of a chunk of households."""
    number = chunk * _CHUNK * 10
    kinds = Choice([(tuple(k["members"]), k["weight"]) for k in facts.table("population")["households"]])
    for household in range(chunk * _CHUNK, (chunk + 1) * _CHUNK):
        for person in _household(rng, household, number, kinds.draw(rng), birthday, told):
            yield person
            number = person.number + 1


def _household(rng: Random, family: int, number: int, roles: Any, birthday: Any, told: dict) -> Iterator[Person]:
    commune, phone = _communes().draw(rng), _phone(rng)
    by_role: dict[str, Person] = {}
    given: set[str] = set()
    for role in roles:
        fact = facts.table("population")["roles"][role]
        mother = by_role.get({"child": "mother", "youth": "older_mother", "father": "grandmother"}.get(role, ""))
        father = by_role.get({"child": "father", "youth": "older_father", "father": "grandfather"}.get(role, ""))
        sex = fact["sex"] if fact["sex"] != "any" else rng.choice("MF")
        low, high = fact["ages"]
        born = birthday(rng, TODAY.year - rng.randint(low, high))
        own = _phone(rng) if TODAY.year - born.year >= 30 and rng.random() > 0.72 else phone
        inherited = (father or mother).name.family if father or mother else ""
        name = _unused(rng, sex, born.year, inherited, given)
        given.add(name.given)
        person = _person((number, family, commune, own), name, sex, born, mother, rng)
        by_role[role] = person
        yield person
        number += 1
        if role == "child" and rng.random() < told["twins"]:
            twin = _twin(rng, number, person, given)
            given.add(twin.name.given)
            yield twin
            number += 1


def _unused(rng: Random, sex: str, year: int, family: str, given: set[str]) -> Name:
    """A name of which nobody of the household has the given part: families do not call two of theirs alike."""
    while (name := draw(rng, sex, year, "01", family)).given in given:
        pass
    return name


def _person(at: tuple[int, int, str, str], name: Name, sex: str, born: date, mother: Any, rng: Random) -> Person:
    number, family, commune, phone = at
    mixed = number * 7_368_787
    last = mixed % 10**6
    old = list(places.province_moves())
    province = old[(last * 31 + number // 10**6) % len(old)]
    century = (born.year // 100 - 19) * 2 + (sex == "F")
    social = f"{province}{mixed % 10**8:08d}"
    cccd = f"0{province}{century}{born.year % 100:02d}{last:06d}"
    return Person(number, family, name, sex, born, cccd, social, rng.random() < 0.95, commune, phone, mother)


def _twin(rng: Random, number: int, child: Person, given: set[str]) -> Person:
    """Born on the same day into the same home; often with the same middle name."""
    sex = child.sex if rng.random() < 0.7 else ("F" if child.sex == "M" else "M")
    name = _unused(rng, sex, child.born.year, child.name.family, given)
    if rng.random() < 0.4:
        name = name._replace(middle=child.name.middle)
    home = number, child.family, child.commune, child.phone
    made = _person(home, name, sex, child.born, child.mother, rng)
    return made._replace(twin=child.number)


def _records(rng: Random, person: Person, told: dict[str, Any]) -> Iterator[list[Any]]:
    """Each system's record, now and then two; a second one of the same place keeps the patient's number or not."""
    home, phone = person.commune, person.phone
    for source in range(_SYSTEMS):
        if rng.random() > told["present"]:
            continue
        habit = told["systems"][source]
        if rng.random() < told["moved"]:
            home = _moved(rng, home)
        if rng.random() < told["new phone"]:
            phone = _phone(rng)
        facility = f"{person.commune[:2]}{source}{int(person.commune[2:]) % 50:02d}"
        patient = f"{person.number * 7 + source}"
        if person.twin >= 0 and rng.random() < told["twins under one number"]:
            patient = f"{person.twin * 7 + source}"
        yield [source, *_one(rng, person, told, habit, facility, patient, home, phone)]
        if rng.random() < told["registered twice"]:
            again = patient if rng.random() < 0.6 else f"9{patient}"
            yield [source, *_one(rng, person, told, habit, facility, again, home, phone)]


def _one(
    rng: Random, person: Person, told: dict, habit: dict, facility: str, patient: str, home: str, phone: str
) -> list[Any]:
    added = ""
    age = TODAY.year - person.born.year
    newborn = age <= _NEW_YEARS and person.mother is not None and rng.random() < told["newborn"]
    name, birth, sex = person.name.full, person.born.isoformat(), person.sex
    cccd, cmnd = _paper(rng, person, told, habit, age)
    bhxh, bhyt, temp = _card(rng, person, told, habit, age)
    mother = ""
    if newborn:
        added, cccd, bhxh, mother = "newborn", "", "", person.mother.cccd
        name = person.mother.name.full if rng.random() < 0.5 else f"CB {person.mother.name.full}"
        bhyt = temp = f"TE1{person.social[:2]}{person.social}" if rng.random() < 0.6 else ""
    elif person.mother is not None and age < _CHILD_YEARS and rng.random() < told["parent"]:
        added, cccd = "parent", person.mother.cccd
        if rng.random() < 0.3:
            bhxh, bhyt, temp = person.mother.social, "", ""
    if not newborn:
        name, birth, slipped = _slips(rng, person, told, age, habit)
        added = added or slipped
    if rng.random() < told["wrong sex"]:
        sex, added = ("F" if sex == "M" else "M"), added or "sex"
    shown = _styled(rng, habit["names"], name)
    told_phone = "" if rng.random() < habit["no phone"] else phone
    numbers = [cccd, cmnd, "", bhxh, bhyt, temp, "", mother]
    where = _where(rng, home, habit)
    return [shown, birth, "male" if sex == "M" else "female", facility, patient, *numbers, told_phone, *where,
            person.number, person.family, added]  # fmt: skip


def _paper(rng: Random, person: Person, told: dict, habit: dict, age: int) -> tuple[str, str]:
    if rng.random() < (habit["no child cccd"] if age < _CHILD_YEARS else habit["no cccd"]):
        return "", ""
    if age >= _CHILD_YEARS + 16 and rng.random() < habit["cmnd"]:
        return "", f"{person.cccd[1:3]}{person.social[-7:]}"
    if rng.random() < told["cccd slip"]:
        at = rng.randrange(6, 12)
        return person.cccd[:at] + str((int(person.cccd[at]) + 1) % 10) + person.cccd[at + 1 :], ""
    return person.cccd, ""


def _card(rng: Random, person: Person, told: dict, habit: dict, age: int) -> tuple[str, str, str]:
    if not person.insured or rng.random() < told["no card"]:
        return "", "", ""
    if age < 6:
        if rng.random() < habit["ten digits"]:
            return person.social, "", ""
        return "", f"TE1{person.social[:2]}{person.social}", f"TE1{person.social[:2]}{person.social}"
    if rng.random() < habit["ten digits"]:
        return person.social, "", ""
    letters = rng.choice(("GD4", "DN4", "HT3", "HS4"))
    return person.social, f"{letters}{person.social[:2]}{person.social}", ""


def _slips(rng: Random, person: Person, told: dict, age: int, habit: dict) -> tuple[str, str, str]:
    """The name and birth date as told, and what went wrong (the last one counts)."""
    name, birth, added = person.name.full, person.born.isoformat(), ""
    if rng.random() < told["typo"]:
        name, added = slip(rng, name), "typo"
    if rng.random() < told["dropped"] and person.name.middle:
        name, added = f"{person.name.family} {person.name.given}", "dropped"
    if rng.random() < told["dialect"]:
        pairs = {"Quý": "Quí", "Lý": "Lí", "Mỹ": "Mĩ", "Hòa": "Hoà", "Thúy": "Thuý", "Thủy": "Thuỷ", "My": "Mi"}
        name = " ".join(pairs.get(word, word) for word in name.split())
    if rng.random() < habit["only year"] * (3 if age >= 60 else 0.3):
        birth = birth[:4] if rng.random() < 0.7 else f"{birth[:4]}-01-01"
        added = "year"
    elif rng.random() < told["birth slip"]:
        moved = person.born + rng.choice((timedelta(1), timedelta(-1), timedelta(10), timedelta(-10)))
        year = person.born.replace(day=min(person.born.day, 28), year=birth_year(rng, person))
        near = moved if rng.random() < 0.6 else year
        birth, added = near.isoformat(), "birth"
    elif rng.random() < told["birth swapped"] and person.born.day <= 12:
        birth, added = f"{birth[:4]}-{birth[8:]}-{birth[5:7]}", "swapped"
    return name, birth, added


def birth_year(rng: Random, person: Person) -> int:
    """The year with one digit wrong."""
    return person.born.year + rng.choice((-1, 1, -10, 10)) if person.born.year < 2016 else person.born.year - 1


def _styled(rng: Random, styles: dict[str, float], name: str) -> str:
    draw_ = rng.random()
    for style, share in styles.items():
        draw_ -= share
        if draw_ < 0:
            return _STYLES[style](name)
    return name


def _swapped(name: str) -> str:
    *before, last = name.split()
    return " ".join([last, *before])


_STYLES = {"upper": str.upper, "lower": str.lower, "unsigned": unsigned, "telex": telex, "swapped": _swapped}


def _where(rng: Random, home: str, habit: dict) -> tuple[str, str, str]:
    if rng.random() < habit["no commune"]:
        return _province(home), "", ""
    if rng.random() < habit["old commune"] and (old := predecessors(home)):
        commune, district, province = rng.choice(old)
        return province, district, commune
    return _province(home), "", home


@cache
def predecessors(new: str) -> list[tuple[str, str, str]]:
    """Commune, district and province before the reform of what went into a commune of today."""
    before = places.REFORM.replace(year=2024)
    of_district = {place.code: place.parent for place in places.districts()}
    found = [(old, places.district_of(old, before)) for old in places.predecessors(new)]
    return [(old, district, of_district[district]) for old, district in found if district]


@cache
def _province(commune: str) -> str:
    return province_of()[commune]


@cache
def province_of() -> dict[str, str]:
    """The province of every commune of today."""
    found = places.provinces(places.REFORM)
    return {c.code: c.parent for province in found for c in places.communes(province.code, places.REFORM)}


@cache
def _communes() -> Choice[str]:
    """The communes of today; sizes differ as a log-normal does."""
    rng = seeded(2025)
    return Choice({code: rng.lognormvariate(0, 0.6) for code in province_of()})


def _moved(rng: Random, home: str) -> str:
    """Another commune, half of the time in the same province."""
    near = _near(_province(home))
    return rng.choice(near) if rng.random() < 0.5 else _communes().draw(rng)


@cache
def _near(province: str) -> list[str]:
    return [code for code, parent in province_of().items() if parent == province]


def _phone(rng: Random) -> str:
    start = rng.choice(("090", "091", "096", "097", "098", "035", "038", "070", "079", "083"))
    return f"{start}{rng.randrange(10**7):07d}"


def _any_day(rng: Random, year: int) -> date:
    return min(date(year, 1, 1) + timedelta(rng.randrange(365)), TODAY)


def days(people: int) -> Any:
    """A way to draw birthdays such that a day holds as many people as one of the whole country."""
    count = max(1, round(people / NATION * _DAYS_OF_LIVES))
    years = range(1934, TODAY.year + 1)
    step = max(1, round(len(years) / count))
    each = max(1, round(count / len(years[::step])))
    chosen = [(3, 12), (12, 3), (3, 13), (3, 11), (5, 21), (5, 22), (11, 5), (11, 6)]
    chosen += [(month, day) for day in (8, 9, 18, 19, 27) for month in range(1, 7)]

    def birthday(rng: Random, year: int) -> date:
        near = min(years[::step], key=lambda y: abs(y - year))
        return min(date(near, *chosen[rng.randrange(each)]), TODAY)

    return birthday
