"""What each of two other systems holds of the province: its own visits, and what patients brought along from others.

The same results, allergies and blood groups stand in both, some of them differently, so that a book that has both must
show the one once and the other twice. Chance hangs on the seed and on what a draw is for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from sosuckhoe.simulation import facts
from sosuckhoe.simulation.chance import Choice, mix, seeded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from sosuckhoe.exchange.xml130.package import Row
    from sosuckhoe.simulation.life import Life
    from sosuckhoe.simulation.people import Person
    from sosuckhoe.simulation.sending import SimulatedPackage

_BLOOD, _ALLERGY, _COPY = 71, 72, 73
_GROUPS = ("O+", "A+", "B+", "AB+")


class Patient(NamedTuple):
    """A person as one facility of the system has them, at a visit: `row` is that of the visit (XML1)."""

    record: str
    person: int
    row: Row
    written: datetime


class HeldVisit(NamedTuple):
    """One visit with the rows of its diagnoses, medicines and results."""

    record: str
    key: str
    facility: str
    row: Row
    diagnoses: tuple[str, ...]
    medicines: list[Row]
    results: list[Row]
    written: datetime


class Copied(NamedTuple):
    """A result of another system that somebody brought along and this one typed in."""

    record: str
    key: str
    row: Row
    written: datetime


class Trait(NamedTuple):
    """What a system holds of a person without a visit: a blood group, or an allergy that it affirms or denies."""

    record: str
    key: str
    kind: str
    text: str
    reaction: str
    is_denied: bool
    written: datetime


@dataclass(slots=True)
class Holding:
    """Everything that one system holds. `patients` has a row for each time that a person was written down."""

    vendor: str
    patients: list[Patient] = field(default_factory=list)
    visits: list[HeldVisit] = field(default_factory=list)
    copied: list[Copied] = field(default_factory=list)
    traits: list[Trait] = field(default_factory=list)


def holdings(life: Life, sent: Iterable[SimulatedPackage]) -> dict[str, Holding]:
    """What the two systems hold when the province has been lived, by their roles: 'fhir' and 'tables'."""
    fact = facts.table("other_books")
    vendors = {facility.code: facility.vendor for facility in life.network.all}
    by_vendor = {fact[role]: Holding(fact[role]) for role in ("fhir", "tables")}
    everything = list(sent)
    for one in everything:
        if holding := by_vendor.get(vendors[one.facility]):
            _keep(holding, one)
    people = {person.number: person for person in life.people}
    for holding in by_vendor.values():
        holding.traits += _traits(life, holding, people)
        holding.copied += _copies(life, holding, everything, vendors)
    return {role: by_vendor[fact[role]] for role in ("fhir", "tables")}


def _keep(holding: Holding, sent: SimulatedPackage) -> None:
    row, truth = sent.package.summary, sent.truth[0]
    record = f"{sent.facility}-{truth.ma_bn}"
    holding.patients.append(Patient(record, truth.person, row, sent.sent))
    codes = [row.get("MA_BENH_CHINH", ""), *(row.get("MA_BENH_KT") or "").split(";")]
    tables = sent.package.tables
    holding.visits.append(
        HeldVisit(
            record,
            truth.ma_lk,
            sent.facility,
            row,
            tuple(code for code in dict.fromkeys(codes) if code),
            tables.get("XML2", []),
            [line for line in tables.get("XML4", []) if line.get("GIA_TRI") and line.get("TEN_CHI_SO")],
            sent.sent,
        )
    )


def _records(holding: Holding) -> dict[int, Patient]:
    """Each person's newest record."""
    return {patient.person: patient for patient in sorted(holding.patients, key=lambda one: (one.written, one.record))}


def _traits(life: Life, holding: Holding, people: dict[int, Person]) -> Iterator[Trait]:
    fact = facts.table("other_books")
    place = 0 if holding.vendor == fact["fhir"] else 1
    for number, patient in sorted(_records(holding).items()):
        rng = seeded(life.seed, _BLOOD, place, number)
        if rng.random() < fact["blood"]:
            true = f"{people[number].blood}{people[number].rhesus}"
            group = rng.choice(_GROUPS) if rng.random() < fact["wrong"] else true
            yield Trait(patient.record, f"{patient.record}-b", "blood", group, "", False, patient.written)  # noqa: FBT003 -- a group is never denied
        if mix(life.seed, _ALLERGY, number) / 2**64 < fact["allergy"]:
            _, _, name, reaction = _substances().at(mix(life.seed, _ALLERGY, number, 1) / 2**64)
            denied = place == 1 and mix(life.seed, _ALLERGY, number, 2) / 2**64 < fact["denied"]
            yield Trait(patient.record, f"{patient.record}-a", "allergy", name, reaction, denied, patient.written)


@cache
def _substances() -> Choice[tuple[str, ...]]:
    return Choice([(tuple(thing), weight) for thing, weight in facts.table("profiles")["allergies"]])


def _copies(
    life: Life, holding: Holding, everything: Iterable[SimulatedPackage], vendors: dict[str, str]
) -> Iterator[Copied]:
    """Results of other systems' visits, of people whom this system has: numbers only, some typed wrongly."""
    fact = facts.table("other_books")
    known = _records(holding)
    for number, sent in enumerate(everything):
        patient = known.get(sent.truth[0].person)
        if patient is None or vendors[sent.facility] == holding.vendor:
            continue
        rng = seeded(life.seed, _COPY, number, len(holding.vendor))
        for place, row in enumerate(sent.package.tables.get("XML4", [])):
            if _is_number(row.get("GIA_TRI")) and row.get("TEN_CHI_SO") and rng.random() < fact["copied"]:
                typed = _mistyped(row["GIA_TRI"]) if rng.random() < fact["mistyped"] else row["GIA_TRI"]
                key = f"{patient.record}-{number}-{place}"
                yield Copied(patient.record, key, {**row, "GIA_TRI": typed}, max(sent.sent, patient.written))


def _is_number(text: str | None) -> bool:
    return bool(text) and str(text).replace(".", "", 1).isdigit()


def _mistyped(value: str) -> str:
    """Two digits swapped, as a hand does."""
    digits = [place for place, letter in enumerate(value) if letter.isdigit()]
    if len(digits) < 2 or value[digits[0]] == value[digits[1]]:  # noqa: PLR2004 -- a pair
        return f"{value}1"
    letters = list(value)
    letters[digits[0]], letters[digits[1]] = letters[digits[1]], letters[digits[0]]
    return "".join(letters)
