"""A visit in full: the four groups of QĐ 31/QĐ-BYT of 6 January 2026 (Article 2, clause 3), then papers and costs.

(a) administrative facts; (b) history of allergies, illnesses and vaccinations; (c) the visit itself: facility, time,
form, reason, state and result at the end, diagnosis, blood group, height, weight, tests, medicines, operations;
(d) the summary of the record: course, results of value, treatment, what comes next and when, the doctor.
Papers and costs are no group of the decision; a person asks for them, so they stand last.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from sosuckhoe.book import indicators, longterm, medicines, timeline
from sosuckhoe.book.coverage import Card
from sosuckhoe.book.papers import reading
from sosuckhoe.book.record import Entry, Record, Source
from sosuckhoe.book.summary import Allergy
from sosuckhoe.book.words import Words, codes_of, place, words

TYPES = (
    "Encounter", "Condition", "Procedure", "ServiceRequest", "DiagnosticReport", "Observation", "MedicationRequest",
    "ClinicalImpression", "CarePlan", "Composition", "Appointment", "ExplanationOfBenefit",
)  # fmt: skip
"""What a visit in full reads."""


_FOR_SETTLEMENT = frozenset({"insurer-outside"})
"""Totals between facility and insurer: T_BHTT_GDV is a part of T_BHTT, so beside it a reader would count it twice."""

_SIGNS = re.compile(r"(?<!\s)\s*CSST\s*[<(\[{][^>)\]}]{1,200}[>)\]}]\.?", re.IGNORECASE)


class Course(NamedTuple):
    """One entry of the course of illness, or the conclusion (`is_conclusion`)."""

    told: str
    text: str
    is_conclusion: bool


class Report(NamedTuple):
    """One examination: its name, the moment, what it concluded, and its values."""

    name: Words
    kind: Words
    told: str
    conclusion: str
    is_awaited: bool
    results: list[tuple[Words, str, indicators.Result]]


class Service(NamedTuple):
    """Something that was done: a procedure or an operation."""

    name: Words
    kind: Words
    told: str


class Cost(NamedTuple):
    """One total of the visit's account, in đồng."""

    name: Words
    amount: float


class VisitInFull(NamedTuple):
    """Everything that is known of one visit."""

    visit: timeline.Visit
    diagnoses: list[Words]
    admission: str
    discharge: Words
    medicines: list[medicines.Prescription]
    reports: list[Report]
    measurements: list[tuple[Words, str, indicators.Result]]
    services: list[Service]
    course: list[Course]
    treatment: list[str]
    advice: list[str]
    appointments: list[str]
    papers: list[reading.Paper]
    costs: list[Cost]
    source: Source


class History(NamedTuple):
    """Group (b), and the card of group (a)."""

    cards: list[Card]
    allergies: list[Allergy]
    illnesses: list[longterm.Illness]


def in_full(record: Record, key: str, person: indicators.Person) -> VisitInFull | None:
    """A visit with everything that belongs to it; None when there is no such visit."""
    entry = record.by_place.get(f"Encounter/{key}")
    if entry is None:
        return None
    own = Record([entry, *record.by_visit.get(key, ())], record.names, record.organizations)
    plans = own.of("CarePlan")
    signs = [entry for entry in own.of("Observation") if "vital-signs" in _category(entry)]
    reported, reports = _reports(own, person)
    return VisitInFull(
        visit=timeline.visit(own, entry),
        diagnoses=timeline.diagnoses(own, entry),
        admission=_admission(own),
        discharge=words((entry.body.get("hospitalization") or {}).get("dischargeDisposition")),
        medicines=medicines.prescriptions(own)[::-1],
        reports=reports,
        measurements=_measurements(own, person, reported),
        services=_services(own),
        course=_course(own, are_signs_shown=bool(signs)),
        treatment=[plan.body["description"] for plan in plans if plan.body.get("description")],
        advice=[note["text"] for plan in plans for note in plan.body.get("note", ())],
        appointments=_appointments(record, own),
        papers=reading.papers(own)[::-1],
        costs=_costs(own),
        source=own.source(entry),
    )


def _admission(own: Record) -> str:
    """The preliminary diagnosis in words; '' when none was told."""
    for entry in own.of("Condition"):
        if words(entry.body.get("verificationStatus")).code == "provisional":
            return words(entry.body.get("code")).vi
    return ""


def _reports(own: Record, person: indicators.Person) -> tuple[set[str], list[Report]]:
    """The examinations in the order of time, and which observations stand in them."""
    reported: set[str] = set()
    reports: list[Report] = []
    for entry in sorted(own.of("DiagnosticReport"), key=lambda entry: entry.body.get("effectiveDateTime", "")):
        places = [place(part) for part in entry.body.get("result", ())]
        reported.update(places)
        found = [own.by_place[one] for one in places if one in own.by_place]
        values = [value for result in found for value in _values(own, result, person)]
        reports.append(_report(entry, values))
    return reported, reports


def _report(entry: Entry, values: list[tuple[Words, str, indicators.Result]]) -> Report:
    body = entry.body
    return Report(
        name=words(body.get("code")),
        kind=words((body.get("category") or [{}])[0]),
        told=body.get("effectiveDateTime", ""),
        conclusion=body.get("conclusion", ""),
        is_awaited=body.get("status") in {"registered", "preliminary"},
        results=values,
    )


def _measurements(
    own: Record, person: indicators.Person, reported: set[str]
) -> list[tuple[Words, str, indicators.Result]]:
    """What was measured outside of any examination: weight, blood pressure, blood group."""
    alone = [entry for entry in own.of("Observation") if entry.place not in reported]
    return [value for entry in alone for value in _values(own, entry, person)]


def _values(own: Record, entry: Entry, person: indicators.Person) -> list[tuple[Words, str, indicators.Result]]:
    return [
        (words(part.body.get("code")), indicators.unit_text(part.body), indicators.result_of(own, part, person))
        for part in indicators.parts(entry)
        if indicators.value_text(part.body)
    ]


def _services(own: Record) -> list[Service]:
    found = [
        Service(words(entry.body.get("code")), words(entry.body.get("category")), _performed(entry.body))
        for entry in own.of("Procedure")
    ]
    return sorted(found, key=lambda service: service.told)


def _performed(body: dict[str, Any]) -> str:
    return str(body.get("performedDateTime") or (body.get("performedPeriod") or {}).get("start", ""))


def _category(entry: Entry) -> set[str]:
    return {code for concept in entry.body.get("category", ()) for code in codes_of(concept)}


def _course(own: Record, *, are_signs_shown: bool) -> list[Course]:
    """The course of illness in the order of time, its conclusion last.

    Vital signs that the course holds in code (CSST<M75_T37…>, QĐ 4750) are left out where they are shown in words.
    """
    found: list[Course] = []
    for entry in own.of("ClinicalImpression"):
        body = entry.body
        texts = [body.get("description", ""), body.get("summary", ""), *(note["text"] for note in body.get("note", ()))]
        is_conclusion = "description" not in body and "summary" in body
        told = body.get("effectiveDateTime") or body.get("date", "")
        told_text = "\n".join(text for text in texts if text)
        text = _SIGNS.sub("", told_text).strip() if are_signs_shown else told_text
        if text:
            found.append(Course(told, text, is_conclusion))
    return sorted(found, key=lambda each: (each.is_conclusion, each.told))


def _appointments(record: Record, own: Record) -> list[str]:
    """The days on which the person is to come again, by the papers of the visit."""
    places = {
        place(reference)
        for paper in own.of("Composition")
        for section in paper.body.get("section", ())
        for reference in section.get("entry", ())
    }
    found = [record.by_place[one].body for one in places if one in record.by_place]
    return sorted(body["start"] for body in found if body["resourceType"] == "Appointment" and body.get("start"))


def _costs(own: Record) -> list[Cost]:
    return [
        Cost(words(total.get("category")), total["amount"]["value"])
        for account in own.of("ExplanationOfBenefit")
        for total in account.body.get("total", ())
        if total.get("amount", {}).get("value") and not codes_of(total.get("category")) & _FOR_SETTLEMENT
    ]
