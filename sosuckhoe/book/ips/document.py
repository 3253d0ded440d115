"""The document: a Bundle that opens with a Composition. https://hl7.org/fhir/uv/ips/StructureDefinition-Bundle-uv-ips.html

The same record gives the same bytes on the same day: every id and time is made from what the document says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from hashlib import blake2b
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from sosuckhoe.access import labels
from sosuckhoe.base.clock import VIETNAM
from sosuckhoe.book.ips.choosing import Fact
from sosuckhoe.book.ips.narrative import narrative
from sosuckhoe.book.ips.sections import Section, Unknown, kind, said
from sosuckhoe.clinical.draft import Stored

_PROFILE = "http://hl7.org/fhir/uv/ips/StructureDefinition"
_ABSENT = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
_EMPTY = "http://terminology.hl7.org/CodeSystem/list-empty-reason"
_ABSENT_REASON = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_ALLERGY_CLINICAL = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
_CATEGORY = "http://terminology.hl7.org/CodeSystem/condition-category"
_ACT = "http://terminology.hl7.org/CodeSystem/v3-ActClass"


class Sources(NamedTuple):
    """What a document is made from: the Patient, the facts of each section, what else they name, the address."""

    patient: Stored
    facts: Mapping[Section, Sequence[Fact]]
    rows: Mapping[str, Stored]
    also: Sequence[Stored]
    base: str
    on: date


def document(given: Sources) -> bytes:
    """The Bundle. `rows` are the stored resources of the facts by type and id; their bytes go in as they are."""
    seed, at = _seed(given), _stamp(given)
    device = {"resourceType": "Device", "id": _uuid(seed, "author"), **_author()}
    unknown = {
        section: _nothing(section.unknown, _subject(given), seed)
        for section, facts in given.facts.items()
        if section.unknown and not facts
    }
    sections = [
        _section(section, facts, given, unknown.get(section))
        for section, facts in given.facts.items()
        if facts or section.need != "optional"
    ]
    composition = _composition(given, seed, at, device["id"], sections)
    made = [_own(composition), _kept(given.patient, given.base), _own(device), *map(_own, unknown.values())]
    bundle = {
        "resourceType": "Bundle",
        "id": _uuid(seed, "bundle"),
        "meta": {"profile": [f"{_PROFILE}/Bundle-uv-ips"]},
        "language": "vi",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{_uuid(seed, 'bundle')}"},
        "type": "document",
        "timestamp": at,
        "entry": [*made, *(_kept(row, given.base) for row in _named(given))],
    }
    return orjson.dumps(bundle)


def _composition(given: Sources, seed: bytes, at: str, author: str, sections: list[dict[str, Any]]) -> dict[str, Any]:
    """https://hl7.org/fhir/uv/ips/StructureDefinition-Composition-uv-ips.html"""
    return {
        "resourceType": "Composition",
        "id": _uuid(seed, "composition"),
        "meta": {"profile": [f"{_PROFILE}/Composition-uv-ips"]},
        "language": "vi",
        "status": "final",
        "type": _concept("http://loinc.org", kind()["code"], kind()["display"]),
        "subject": {"reference": _subject(given)},
        "date": at,
        "author": [{"reference": f"urn:uuid:{author}"}],
        "title": f"{said('title').vi} ({said('title').en})",
        "confidentiality": "R" if _is_sensitive(given) else "N",
        "event": [{"code": [_concept(_ACT, "PCPR", "care provision")], "period": {"end": at}}],
        "section": sections,
    }


def _subject(given: Sources) -> str:
    return f"{given.base}/Patient/{_id(given.patient)}"


def places_of(facts: Mapping[Section, Sequence[Fact]]) -> list[str]:
    """Type and id of the resources that the facts stand in, each once, in the order of the document."""
    return list(dict.fromkeys(fact.entry.place for told in facts.values() for fact in told))


def _section(section: Section, facts: Sequence[Fact], given: Sources, unknown: dict[str, Any] | None) -> dict[str, Any]:
    made: dict[str, Any] = {
        "title": f"{section.title.vi} ({section.title.en})",
        "code": _concept("http://loinc.org", section.code, section.display),
        "text": narrative(section, facts),
    }
    if facts:
        rows = [given.rows[place] for place in dict.fromkeys(fact.entry.place for fact in facts)]
        made["entry"] = [{"reference": f"{given.base}/{row.type}/{_id(row)}"} for row in rows]
    elif unknown:
        made["entry"] = [{"reference": f"urn:uuid:{unknown['id']}"}]
    else:
        made["emptyReason"] = _concept(_EMPTY, "unavailable", "Unavailable")
    return made


def _nothing(unknown: Unknown, subject: str, seed: bytes) -> dict[str, Any]:
    """The resource that says that nothing is known. https://hl7.org/fhir/uv/ips/CodeSystem-absent-unknown-uv-ips.html"""
    concept = _concept(_ABSENT, unknown.code, unknown.display)
    start = {"resourceType": unknown.type, "id": _uuid(seed, unknown.type)}
    if unknown.type == "MedicationStatement":
        absent = {"extension": [{"url": _ABSENT_REASON, "valueCode": "unknown"}]}
        taken = {"status": "unknown", "medicationCodeableConcept": concept, "subject": {"reference": subject}}
        return {**start, **taken, "_effectiveDateTime": absent}
    if unknown.type == "AllergyIntolerance":
        status = _concept(_ALLERGY_CLINICAL, "active", "Active")
        return {**start, "clinicalStatus": status, "code": concept, "patient": {"reference": subject}}
    status = _concept(_CLINICAL, "active", "Active")
    category = [_concept(_CATEGORY, "problem-list-item", "Problem List Item")]
    return {
        **start, "clinicalStatus": status, "category": category, "code": concept, "subject": {"reference": subject}
    }  # fmt: skip


def _author() -> dict[str, Any]:
    name = said("author")
    return {
        "deviceName": [{"name": name.vi, "type": "user-friendly-name"}],
        "type": {"text": f"{name.vi} ({name.en})"},
    }


def _named(given: Sources) -> Iterable[Stored]:
    """The resources that the facts stand in, and what these name, each once."""
    rows = [given.rows[place] for place in places_of(given.facts)]
    return {(row.type, row.key): row for row in (*rows, *given.also) if row.key != given.patient.key}.values()


def _kept(row: Stored, base: str) -> dict[str, Any]:
    return {"fullUrl": f"{base}/{row.type}/{_id(row)}", "resource": orjson.Fragment(row.body)}


def _own(resource: dict[str, Any]) -> dict[str, Any]:
    return {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource}


def _id(row: Stored) -> str:
    return str(orjson.loads(row.body)["id"])


def _concept(system: str, code: str, display: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": display}]}


def _is_sensitive(given: Sources) -> bool:
    return any(labels.of(fact.entry.body) for told in given.facts.values() for fact in told)


def _stamp(given: Sources) -> str:
    """The newest change of what the document says, or the start of its day when that is later."""
    day = datetime.combine(given.on, time(), tzinfo=VIETNAM)
    newest = max(given.patient.updated, *(row.updated for row in _named(given)), day)
    return newest.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _seed(given: Sources) -> bytes:
    """A digest of everything that the document says."""
    made = blake2b(f"{given.base}\x1f{given.on}\x1f".encode(), digest_size=32)
    for row in (given.patient, *_named(given)):
        made.update(row.body)
    return made.digest()


def _uuid(seed: bytes, name: str) -> str:
    return str(UUID(bytes=blake2b(name.encode(), key=seed, digest_size=16).digest(), version=4))
