"""A profile as a whole: every part in turn, then where all of it is from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sosuckhoe.exchange import sources
from sosuckhoe.exchange.qd831 import format as form
from sosuckhoe.exchange.qd831.mapping import systems
from sosuckhoe.exchange.qd831.mapping.doses import map_doses
from sosuckhoe.exchange.qd831.mapping.exams import map_exams
from sosuckhoe.exchange.qd831.mapping.fields import map_fields
from sosuckhoe.exchange.qd831.mapping.history import (
    labels_of,
    map_allergies,
    map_disabilities,
    map_family,
    map_habits,
    map_illnesses,
)
from sosuckhoe.exchange.qd831.mapping.patient import about, map_blood, map_relatives
from sosuckhoe.exchange.qd831.mapping.place import Profile
from sosuckhoe.exchange.qd831.read import number_of
from sosuckhoe.exchange.xml130.mapping.codes import hl7
from sosuckhoe.exchange.xml130.mapping.systems import PACKAGE
from sosuckhoe.exchange.xml130.mapping.visit import Mapped, People
from sosuckhoe.exchange.xml130.package import Package

_AUTHOR = hl7("provenance-participant-type", "author", "Author")
_ASSEMBLER = hl7("provenance-participant-type", "assembler", "Assembler")
_CREATED = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-DataOperation", "code": "CREATE"}]}
_SINGLE = (form.BIRTH, form.EXPOSURE, form.HISTORY, form.REPRODUCTION, form.VACCINATION)


def map_package(package: Package, people: People, born: datetime, received: datetime, digest: str = "") -> Mapped:
    """Everything that a profile says, as FHIR drafts of its person and of the registers they refer to.

    As `xml130.mapping.map_package`. Never raises on a value: what cannot be read is kept as words or left out.
    """
    number = package.number or number_of(package)
    profile = Profile(package.facility, number, package.source, people.patient, born, received)
    map_blood(profile, about(package))
    map_relatives(profile, package.tables.get(form.RELATIVES, []))
    words = labels_of(package)
    for table in _SINGLE:
        for row in package.tables.get(table, ()):
            map_fields(profile, table, row, words=words)
    map_habits(profile, package.tables.get(form.HABITS, []))
    map_allergies(profile, package.tables.get(form.ALLERGIES, []))
    map_illnesses(profile, package.tables.get(form.ILLNESSES, []))
    map_disabilities(profile, package.tables.get(form.DISABILITIES, []))
    map_family(profile, package)
    map_doses(profile, package.tables.get(form.DOSES, []))
    map_exams(profile, package)
    _map_provenance(profile, digest)
    return Mapped(profile.drafts, list(profile.registers.values()))


def _map_provenance(profile: Profile, digest: str) -> None:
    """Draft a Provenance of everything that carries the same labels, so that it shows nobody what they may not see."""
    groups: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for draft in profile.drafts:
        labels = tuple(mark["code"] for mark in draft.body.get("meta", {}).get("security", ()))
        groups.setdefault(labels, []).append({"reference": f"{draft.type}/{draft.key}"})
    for labels, targets in groups.items():
        body: dict[str, Any] = {
            "target": targets,
            "recorded": profile.received.isoformat(timespec="seconds"),
            "activity": _CREATED,
            "agent": _agents(profile),
        }
        if digest:
            body["entity"] = [{"role": "source", "what": {"identifier": {"system": PACKAGE, "value": digest}}}]
        profile.add("Provenance", form.ABOUT, "|".join(labels), body, labels)


def _agents(profile: Profile) -> list[dict[str, Any]]:
    """The facility that sent it, and the system in which it was kept."""
    agents: list[dict[str, Any]] = [{"type": _AUTHOR, "who": profile.provider or {"display": "Cơ sở gửi hồ sơ"}}]
    if known := sources.sources().get(profile.source):
        who = {"identifier": {"system": systems.SOURCE, "value": known.id}, "display": known.vi}
        agents.append({"type": _ASSEMBLER, "who": who})
    return agents
