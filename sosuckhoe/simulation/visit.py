"""A visit as it happened, before anybody's system writes it down."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sosuckhoe.simulation.body import Vitals
    from sosuckhoe.simulation.dosing import Prescribed
    from sosuckhoe.simulation.facilities import Doctor, Facility
    from sosuckhoe.simulation.facts import Service
    from sosuckhoe.simulation.people import Person

CHECKUP, OUTPATIENT, STAY, DAY_CARE, CHRONIC, STATION_STAY, SESSIONS = "01", "02", "03", "04", "05", "06", "08"
"""MA_LOAI_KCB: examination, outpatient course, stay, day care, drugs for years, stay at a station, sessions."""

INSIDE = (STAY, DAY_CARE, STATION_STAY)
"""Kinds of visit with a bed, a discharge paper and a summary of the record."""


class DrugGiven(NamedTuple):
    line: Prescribed
    ordered: int
    department: str


class ServiceDone(NamedTuple):
    service: Service
    quantity: float
    ordered: int
    done: int
    department: str
    performer: str
    bed: str = ""


class Measured(NamedTuple):
    """One line of a result: a value with its unit, or a description with its conclusion."""

    service: Service
    key: str
    name: str
    value: str
    unit: str
    description: str
    conclusion: str
    at: int


class Note(NamedTuple):
    """One entry of the course of an illness."""

    at: int
    text: str
    vitals: Vitals
    stage: str = ""
    council: str = ""
    surgery: str = ""


class Birth(NamedTuple):
    """A child born during the visit."""

    child: Person
    grams: int
    at: int
    weeks: int
    order: int


@dataclass(slots=True)
class Visit:
    """Moments are minutes. `main` and `others` are ICD-10 codes; `follow` is the next appointment or 0."""

    number: int
    person: Person
    facility: Facility
    kind: str
    arrived: int
    department: str
    doctor: Doctor
    reason: str
    signs: str
    advice: str
    main: str
    others: list[str] = field(default_factory=list)
    main_name: str = ""
    traditional: str = ""
    accident: str = ""
    admitted: int = 0
    left: int = 0
    drugs: list[DrugGiven] = field(default_factory=list)
    services: list[ServiceDone] = field(default_factory=list)
    results: list[Measured] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    births: list[Birth] = field(default_factory=list)
    days_of_drugs: int = 0
    outcome: str = "2"
    discharge: str = "1"
    object_code: str = "1.1"
    emergency: bool = False
    came_from: Facility | None = None
    came_with: str = ""
    sent_to: Facility | None = None
    follow: int = 0
    sick_days: int = 0
    pregnancy_leave: int = 0
    programme: str = ""
    programme_since: int = 0
    programme_visit: int = 0
    weight: float = 50.0

    @property
    def ends(self) -> int:
        """NGAY_RA: a visit for a long-term illness ends at 23:59 of the last day of its drugs, as the decision says."""
        if self.kind == CHRONIC and self.days_of_drugs:
            return (self.arrived // 1440 + self.days_of_drugs - 1) * 1440 + 1439
        return self.left

    @property
    def codes(self) -> list[str]:
        return [self.main, *self.others]
