"""Chương trình HIV và lao: what both tables make: an EpisodeOfCare, a Condition, plans of treatment, findings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sosuckhoe.exchange.xml130.mapping import systems
from sosuckhoe.exchange.xml130.mapping.codes import Concept, hl7, ours
from sosuckhoe.exchange.xml130.mapping.values import day
from sosuckhoe.exchange.xml130.mapping.visit import Reference, Visit

_CATEGORY = [hl7("condition-category", "problem-list-item")]
_CONFIRMED = hl7("condition-ver-status", "confirmed")
_SURVEY = [hl7("observation-category", "survey", "Survey")]
LABORATORY = [hl7("observation-category", "laboratory", "Laboratory")]


def programme_kind(name: str, text: str) -> Concept:
    """The type of an episode of care in a programme."""
    return ours(systems.table_codes("programme"), name, text)


def add_condition(visit: Visit, table: str, key: str, code: Concept, parts: dict[str, Any]) -> Reference:
    """Draft the illness that a programme treats; `parts` beside what every such Condition has."""
    body: dict[str, Any] = {
        "clinicalStatus": hl7("condition-clinical", "active"),
        "verificationStatus": _CONFIRMED,
        "category": _CATEGORY,
        "code": code,
        "subject": visit.patient,
        "encounter": visit.encounter,
    }
    body.update((name, part) for name, part in parts.items() if part)
    if visit.started:
        body["recordedDate"] = visit.started
    return visit.add("Condition", table, key, body)


def add_episode(
    visit: Visit,
    table: str,
    kinds: list[Concept],
    conditions: Sequence[Reference],
    period: dict[str, str],
    facility: str,
) -> Reference:
    """Draft the care of a programme: running until an end is told."""
    body: dict[str, Any] = {
        "status": "finished" if period.get("end") else "active",
        "type": kinds,
        "patient": visit.patient,
    }
    parts = {
        "diagnosis": [{"condition": condition} for condition in conditions],
        "managingOrganization": visit.organization(facility) or visit.provider,
        "period": period,
    }
    body.update((name, part) for name, part in parts.items() if part)
    return visit.add("EpisodeOfCare", table, "", body)


def add_plan(
    visit: Visit, table: str, key: str, title: str, period: dict[str, str], activities: Sequence[dict[str, Any]]
) -> None:
    """Draft a plan of treatment; nothing without an activity."""
    if not activities:
        return
    body: dict[str, Any] = {
        "status": "completed" if period.get("end") else "active",
        "intent": "plan",
        "title": title,
        "subject": visit.patient,
        "encounter": visit.encounter,
        "activity": list(activities),
    }
    if period:
        body["period"] = period
    visit.add("CarePlan", table, key, body)


def activity(kind: Concept | None, parts: dict[str, Any], outcome: Concept | None = None) -> list[dict[str, Any]]:
    """One activity of a plan; none when the file tells nothing of it."""
    known = {name: part for name, part in parts.items() if part}
    if not kind and not known and not outcome:
        return []
    period = known.get("scheduledPeriod", {})
    detail: dict[str, Any] = {"status": "completed" if period.get("end") else "in-progress"}
    if kind:
        detail["code"] = kind
    made: dict[str, Any] = {"detail": detail | known}
    if outcome:
        made["outcomeCodeableConcept"] = [outcome]
    return [made]


def observe(
    visit: Visit,
    table: str,
    key: str,
    code: Concept,
    value: dict[str, Any],
    parts: dict[str, Any] | None = None,
    labels: tuple[str, ...] = (),
) -> Reference | None:
    """Draft a finding of a programme; None when it has no value."""
    if not value:
        return None
    body: dict[str, Any] = {
        "status": "final",
        "category": _SURVEY,
        "code": code,
        "subject": visit.patient,
        "encounter": visit.encounter,
    }
    known = {name: part for name, part in (parts or {}).items() if part}
    if "effectiveDateTime" not in known and visit.started:
        known["effectiveDateTime"] = visit.started
    return visit.add("Observation", table, key, body | known | value, labels)


def coded(value: Concept | None) -> dict[str, Any]:
    """A concept as the value of an Observation."""
    return {"valueCodeableConcept": value} if value else {}


def span(start: str | None, end: str | None = None) -> dict[str, str]:
    """A period of days; an end before its start is left out."""
    first, last = day(start), day(end)
    if first and last and last < first:
        last = None
    return {name: on for name, on in (("start", first), ("end", last)) if on}
