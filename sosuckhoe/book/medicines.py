"""Medicines: what was prescribed, by drug and period, and what a person takes now. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from sosuckhoe.base.text import fold
from sosuckhoe.book.record import Entry, Record, Source, day_of
from sosuckhoe.book.words import NOTHING, Words, code_in, codes_of, words
from sosuckhoe.exchange.xml130.mapping import systems

_DAYS_OF = {"d": 1, "wk": 7, "mo": 30, "a": 365}


class Prescription(NamedTuple):
    """One line of a prescription. `days` is how long it lasts (0: not told); `until` is its last day.

    `dose` is what the facility wrote; `each_time` and `times_a_day` are the same where it could be read.
    """

    key: str
    drug: str
    name: str
    dose: str
    each_time: str
    times_a_day: int
    advice: str
    route: Words
    quantity: str
    start: date | None
    days: int
    until: date | None
    is_stay: bool
    label: int
    source: Source


class Drug(NamedTuple):
    """A drug with its prescriptions, newest first."""

    name: str
    periods: list[Prescription]


class Now(NamedTuple):
    """What is taken now: prescriptions whose days cover today, or else the newest prescription (`is_covered` False)."""

    is_covered: bool
    medicines: list[Prescription]


def prescriptions(record: Record) -> list[Prescription]:
    """Every line that was prescribed and not withdrawn, newest first."""
    wanted = (entry for entry in record.of("MedicationRequest") if _is_given(entry))
    found = [prescription(record, entry) for entry in wanted]
    return sorted(found, key=lambda line: (line.start or date.min, fold(line.name)), reverse=True)


def by_drug(lines: Sequence[Prescription]) -> list[Drug]:
    """Prescriptions (newest first) under their drugs, the drug that was prescribed last first."""
    grouped: dict[str, list[Prescription]] = {}
    for line in lines:
        grouped.setdefault(line.drug, []).append(line)
    return [Drug(periods[0].name, periods) for periods in grouped.values()]


def now(lines: Sequence[Prescription], on: date) -> Now:
    """What the person takes on a day, each drug once; drugs of a stay in hospital ended with it."""
    at_home = [line for line in lines if not line.is_stay and line.start and line.start <= on]
    covering = _each_once([line for line in at_home if line.until and line.until >= on])
    if covering:
        return Now(is_covered=True, medicines=covering)
    newest = at_home[0] if at_home else None
    same = [line for line in at_home if newest and _is_together(line, newest)]
    return Now(is_covered=False, medicines=_each_once(same))


def prescription(record: Record, entry: Entry) -> Prescription:
    """A MedicationRequest as one line."""
    body = entry.body
    concept = body.get("medicationCodeableConcept") or {}
    dosage = (body.get("dosageInstruction") or [{}])[0]
    supplied = body.get("dispenseRequest") or {}
    source = record.source(entry, body.get("authoredOn", ""))
    start, days = day_of(source.told), _days(dosage, supplied)
    return Prescription(
        key=entry.key,
        drug=code_in(concept, systems.DRUG) or fold(words(concept).vi),
        name=said_once(words(concept).vi),
        dose=dosage.get("text", ""),
        each_time=quantity((dosage.get("doseAndRate") or [{}])[0].get("doseQuantity")),
        times_a_day=_times_a_day(dosage),
        advice=dosage.get("patientInstruction", ""),
        route=words(dosage.get("route")) if dosage.get("route") else NOTHING,
        quantity=quantity(supplied.get("quantity")),
        start=start,
        days=days,
        until=_until(start, days),
        is_stay="inpatient" in _categories(body),
        label=entry.label,
        source=source,
    )


def said_once(name: str) -> str:
    """A name without words said twice in a row: 'Metformin 850mg 850mg (Viên)' → 'Metformin 850mg (Viên)'."""
    return " ".join(word for word, _ in groupby(name.split()))


def quantity(amount: dict[str, Any] | None) -> str:
    """An amount with its unit, as written: '30 viên'."""
    if not amount or "value" not in amount:
        return ""
    value = amount["value"]
    written = f"{value:g}" if isinstance(value, float) else str(value)
    return f"{written} {amount.get('unit', '')}".strip()


def _until(start: date | None, days: int) -> date | None:
    """The last day; None where it is not told, or lies beyond the calendar."""
    try:
        return start + timedelta(days=days - 1) if start and days else None
    except OverflowError:
        return None


def _days(dosage: dict[str, Any], supplied: dict[str, Any]) -> int:
    bounds = ((dosage.get("timing") or {}).get("repeat") or {}).get("boundsDuration")
    duration = supplied.get("expectedSupplyDuration") or bounds or {}
    return int(duration.get("value", 0) * _DAYS_OF.get(duration.get("code", "d"), 1))


def _times_a_day(dosage: dict[str, Any]) -> int:
    repeat = (dosage.get("timing") or {}).get("repeat") or {}
    is_daily = repeat.get("period") == 1 and repeat.get("periodUnit") == "d"
    return int(repeat.get("frequency", 0)) if is_daily else 0


def _categories(body: dict[str, Any]) -> set[str]:
    return {code for concept in body.get("category", ()) for code in codes_of(concept)}


def _is_given(entry: Entry) -> bool:
    return entry.body.get("status") not in {"cancelled", "entered-in-error", "stopped", "draft"}


def _is_together(line: Prescription, newest: Prescription) -> bool:
    """Whether two lines were prescribed at one visit, or on one day when no visit is told."""
    if newest.source.visit:
        return line.source.visit == newest.source.visit
    return line.start == newest.start


def _each_once(lines: Sequence[Prescription]) -> list[Prescription]:
    return list({line.drug: line for line in reversed(lines)}.values())[::-1]
