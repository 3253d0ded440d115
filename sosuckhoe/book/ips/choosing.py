"""Which facts of a book stand in which section: the same as on the citizen's first page. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, NamedTuple

from sosuckhoe.book import indicators, longterm, medicines
from sosuckhoe.book.ips.sections import Section, sections
from sosuckhoe.book.record import Entry, Record, Source
from sosuckhoe.book.words import Words, codes_of, place, words

TYPES = (
    *("AllergyIntolerance", "CarePlan", "Condition", "Device", "DeviceUseStatement", "Encounter", "Immunization"),
    *("MedicationRequest", "MedicationStatement", "Observation", "Procedure"),
)
"""What the summary reads."""

_LASTING = frozenset({"active", "recurrence", "relapse"})
_JUDGED = {
    "low": Words("thấp", "low"),
    "high": Words("cao", "high"),
    "positive": Words("dương tính", "positive"),
    "abnormal": Words("bất thường", "abnormal"),
}


class Fact(NamedTuple):
    """One line of a section: the resource that says it, and what it says."""

    entry: Entry
    name: Words
    detail: Words
    source: Source


class Asked(NamedTuple):
    """Whose summary, of which day."""

    record: Record
    person: indicators.Person
    on: date


def chosen(asked: Asked) -> dict[Section, list[Fact]]:
    """The facts of every section, newest first; a section that has none is empty."""
    found = {section: list(_CHOICES[section.key](asked)) for section in sections()}
    return {section: facts[: section.most] if section.most else facts for section, facts in found.items()}


def _medications(asked: Asked) -> Iterable[Fact]:
    record = asked.record
    now = medicines.now(medicines.prescriptions(record), asked.on)
    for line in now.medicines:
        entry = record.by_place[f"MedicationRequest/{line.key}"]
        dose = " · ".join(filter(None, (line.dose, line.advice)))
        yield Fact(entry, words(entry.body.get("medicationCodeableConcept")), Words(dose), line.source)
    for entry in record.of("MedicationStatement"):
        if entry.body.get("status") in {"active", "intended", "on-hold"}:
            dose = (entry.body.get("dosage") or [{}])[0].get("text", "")
            yield _fact(asked, entry, "medicationCodeableConcept", _start(entry.body, "effective"), Words(dose))


def _allergies(asked: Asked) -> Iterable[Fact]:
    for entry in asked.record.of("AllergyIntolerance"):
        if not codes_of(entry.body.get("verificationStatus")) & {"refuted", "entered-in-error"}:
            signs = [
                words(sign) for reaction in entry.body.get("reaction", ()) for sign in reaction.get("manifestation", ())
            ]
            detail = Words(", ".join(sign.vi for sign in signs), ", ".join(sign.en or sign.vi for sign in signs))
            yield _fact(asked, entry, "code", entry.body.get("recordedDate", ""), detail)


def _problems(asked: Asked) -> Iterable[Fact]:
    """Long-term illnesses by the book's rules, then what somebody keeps on a list of problems."""
    told = set()
    for illness in longterm.of_record(asked.record, asked.on):
        told.add(illness.key)
        since = Words(f"từ {illness.since.isoformat()}", f"since {illness.since.isoformat()}")
        yield Fact(asked.record.by_place[f"Condition/{illness.key}"], illness.name, since, illness.source)
    for entry in asked.record.of("Condition"):
        listed = any("problem-list-item" in codes_of(category) for category in entry.body.get("category", ()))
        if listed and entry.key not in told and codes_of(entry.body.get("clinicalStatus")) & _LASTING:
            yield _fact(asked, entry, "code", entry.body.get("recordedDate") or _start(entry.body, "onset"))


def _immunizations(asked: Asked) -> Iterable[Fact]:
    for entry in asked.record.of("Immunization"):
        if entry.body.get("status") == "completed":
            doses = [str(one.get("doseNumberPositiveInt", "")) for one in entry.body.get("protocolApplied", ())]
            dose = doses[0] if doses else ""
            detail = Words(f"mũi {dose}", f"dose {dose}") if dose else Words("")
            yield _fact(asked, entry, "vaccineCode", _start(entry.body, "occurrence"), detail)


def _results(asked: Asked) -> Iterable[Fact]:
    return _newest(asked, lambda group: group != "vital")


def _vital_signs(asked: Asked) -> Iterable[Fact]:
    return _newest(asked, lambda group: group == "vital")


def _newest(asked: Asked, is_wanted: Callable[[str], bool]) -> Iterable[Fact]:
    """The newest result of each indicator of some groups."""
    for series in indicators.series(asked.record, asked.person):
        entry = asked.record.by_place[f"Observation/{series.newest.key}"]
        if is_wanted(series.group) and not _is_social(entry.body):
            judged = _JUDGED.get(series.newest.judged, Words(""))
            value = f"{series.newest.text} {series.unit}".strip()
            detail = Words(_with(value, judged.vi), _with(value, judged.en))
            yield Fact(entry, series.name, detail, series.newest.source)


def _procedures(asked: Asked) -> Iterable[Fact]:
    for entry in asked.record.of("Procedure"):
        if entry.body.get("status") in {"completed", "in-progress"}:
            yield _fact(asked, entry, "code", _start(entry.body, "performed"))


def _devices(asked: Asked) -> Iterable[Fact]:
    for entry in asked.record.of("DeviceUseStatement"):
        device = asked.record.by_place.get(place(entry.body.get("device")))
        if entry.body.get("status") in {"active", "intended", "on-hold"}:
            name = words(device.body.get("type")) if device else Words(entry.body["device"].get("display", ""))
            yield Fact(entry, name, Words(""), asked.record.source(entry, _start(entry.body, "timing")))


def _social_history(asked: Asked) -> Iterable[Fact]:
    seen = set()
    for entry in asked.record.of("Observation"):
        name = words(entry.body.get("code"))
        is_told = entry.body.get("status") not in {"cancelled", "entered-in-error"}
        if _is_social(entry.body) and is_told and (name.code or name.vi) not in seen:
            seen.add(name.code or name.vi)
            value = Words(f"{indicators.value_text(entry.body)} {indicators.unit_text(entry.body)}".strip())
            yield Fact(entry, name, value, asked.record.source(entry, indicators.told_of(entry.body)))


def _plan_of_care(asked: Asked) -> Iterable[Fact]:
    for entry in asked.record.of("CarePlan"):
        if entry.body.get("status") == "active":
            kinds = [words(one) for one in entry.body.get("category", ())]
            name = (
                Words(entry.body["title"]) if entry.body.get("title") else (kinds[-1] if kinds else Words("CarePlan"))
            )
            yield Fact(entry, name, Words(""), asked.record.source(entry, _start(entry.body, "period")))


def _fact(asked: Asked, entry: Entry, concept: str, told: str, detail: Words | None = None) -> Fact:
    return Fact(entry, words(entry.body.get(concept)), detail or Words(""), asked.record.source(entry, told))


def _is_social(body: dict[str, Any]) -> bool:
    return any("social-history" in codes_of(category) for category in body.get("category", ()))


def _start(body: dict[str, Any], name: str) -> str:
    """The start of a date of several types: `performedDateTime`, or the start of `performedPeriod` or `period`."""
    period = body.get(f"{name}Period") or body.get(name) or {}
    return str(body.get(f"{name}DateTime") or (period.get("start", "") if isinstance(period, dict) else ""))


def _with(text: str, judged: str) -> str:
    return f"{text} ({judged})" if judged else text


_CHOICES: dict[str, Callable[[Asked], Iterable[Fact]]] = {
    "medications": _medications,
    "allergies": _allergies,
    "problems": _problems,
    "immunizations": _immunizations,
    "results": _results,
    "procedures": _procedures,
    "devices": _devices,
    "vital-signs": _vital_signs,
    "social-history": _social_history,
    "plan-of-care": _plan_of_care,
}
