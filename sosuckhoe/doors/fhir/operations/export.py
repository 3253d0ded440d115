"""Bulk export. https://hl7.org/fhir/uv/bulkdata/STU2/export.html#bulk-data-kick-off-request"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from sosuckhoe.access import policy
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NO_ONE
from sosuckhoe.clinical import jsontext, queries, reading
from sosuckhoe.clinical.actions import Answer
from sosuckhoe.clinical.bulk import background, choosing
from sosuckhoe.clinical.bulk import wanted as wanting
from sosuckhoe.clinical.bulk.background import Job
from sosuckhoe.clinical.bulk.wanted import Wanted
from sosuckhoe.clinical.search import date, reference
from sosuckhoe.doors.fhir import asking
from sosuckhoe.doors.fhir.operations.operation import INSTANCE, SYSTEM, TYPE, Call, Operation

_OF_TEXT = ("_outputFormat", "_type", "_typeFilter", "_elements", "includeAssociatedData")
_NAMES = (*_OF_TEXT, "_since", "patient")
_NDJSON = frozenset({"application/fhir+ndjson", "application/ndjson", "ndjson"})
_FORM = "application/fhir+ndjson"
MOST_PATIENTS = 10_000
"""That one request may name: each is looked up before it is answered. A Group may have more."""


def run_system(call: Call) -> Answer:
    """Everything that the account may export."""
    return _begin(call, wanting.SYSTEM, None)


def run_patient(call: Call) -> Answer:
    """The records of every patient whom the account may export; of one, when one is named."""
    persons = [_person(call, call.id)] if call.id else None
    return _begin(call, wanting.PATIENT, persons)


def run_group(call: Call) -> Answer:
    """The records of a group's members, as far as the account may export them."""
    return _begin(call, wanting.GROUP, members_of(call, call.id))


def members_of(call: Call, name: str) -> list[int]:
    """The persons who are members of a Group. SSK-1002 for one that the caller may not see."""
    group = jsontext.read(reading.read(call.actor, "Group", name, call.at).body, asking.MOST_BYTES)
    members = [one["entity"].get("reference", "") for one in group.get("member", ()) if not one.get("inactive")]
    names = [found[2] for one in members if (found := reference.RELATIVE.fullmatch(one)) and found[1] == "Patient"]
    return sorted(queries.persons_of(queries.keys_of("Patient", names).values()))


def _begin(call: Call, level: str, persons: list[int] | None) -> Answer:
    """The job is written down, its address answered."""
    check_background(call)
    wanted = _wanted(call, level, persons)
    choosing.chosen(call.actor, wanted, call.at)
    return accepted(call, begun(call, "export", wanted).id)


def check_background(call: Call) -> None:
    """SSK-3221 unless the client takes an answer that comes later."""
    if "respond-async" not in asking.prefers(call.request):
        raise Problem("SSK-3221")


def begun(call: Call, kind: str, wanted: msgspec.Struct) -> Job:
    """A job that is written down with whose records it may hold."""
    allowed = choosing.seen_by(call.actor, "record")
    scope = sorted(allowed.persons) if allowed and allowed.persons is not None else None
    asked = {"wanted": msgspec.to_builtins(wanted), "scope": scope}
    return background.begin(call.actor, kind, call.request.url, asked, call.at)


def accepted(call: Call, job: Any) -> Answer:
    """202 with the address to ask how far it is. https://hl7.org/fhir/R4/async.html#3.1.6.1"""
    return Answer(202, {"Content-Location": f"{call.base}/_async/{job}"}, b"")


def _wanted(call: Call, level: str, persons: list[int] | None) -> Wanted:
    given = call.only(*_NAMES)
    texts = {name: [_text(name, value) for value in given.get(name, ())] for name in _OF_TEXT}
    if any(text not in _NDJSON for text in texts["_outputFormat"]):
        raise Problem("SSK-3004", name="_outputFormat", form=_FORM)
    types = wanting.types_in(texts["_type"])
    filters = wanting.filters_in(call.actor, texts["_typeFilter"], types, call.at)
    return Wanted(
        level,
        types or tuple(filters),
        since_in(given.get("_since", ())),
        filters,
        wanting.elements_in(texts["_elements"]),
        _named(call, given.get("patient", ()), persons, level),
        wanting.associated_in(texts["includeAssociatedData"], filters),
    )


def _named(call: Call, patients: Any, persons: list[int] | None, level: str) -> tuple[int, ...] | None:
    """The persons to whom the export is limited. `patient` only narrows what its level gives; SSK-1002."""
    if not patients:
        return None if persons is None else tuple(persons)
    if level == wanting.SYSTEM:
        raise Problem("SSK-3001", name="patient", type="$export")
    named = named_in(call, patients)
    if persons is not None and not set(named) <= set(persons):
        raise Problem("SSK-1002")
    return tuple(named)


def named_in(call: Call, patients: list[Any]) -> list[int]:
    """The persons of references to Patients. SSK-3480 for very many, SSK-1002 for who may not be exported."""
    if len(patients) > MOST_PATIENTS:
        raise Problem("SSK-3480", limit=MOST_PATIENTS)
    return [_person(call, _id_in(one)) for one in patients]


def _person(call: Call, name: str) -> int:
    """The person of a Patient whom the account may export; SSK-1002 for any other."""
    persons = queries.persons_of(queries.keys_of("Patient", [name]).values())
    person = next(iter(persons), NO_ONE)
    policy.check(call.actor, "export", "record", person=person, type_name="Patient")
    if person == NO_ONE:  # an account that may export anybody's
        raise Problem("SSK-1002")
    return person


def _id_in(value: Any) -> str:
    text = value.get("reference", "") if isinstance(value, dict) else value
    found = reference.RELATIVE.fullmatch(text) if isinstance(text, str) else None
    if found is None or found[1] != "Patient":
        raise Problem("SSK-3004", name="patient", form="Patient/[id]")
    return found[2]


def since_in(values: Any) -> datetime | None:
    """`_since`: an instant. SSK-3004."""
    for value in values:
        found = date.range_of(value) if isinstance(value, str) and "T" in value else None
        if found is None:
            raise Problem("SSK-3004", name="_since", form="2026-01-31T00:00:00Z")
        return found.low
    return None


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise Problem("SSK-3004", name=name, form="string")
    return value


_DEFINITIONS = "http://hl7.org/fhir/uv/bulkdata/OperationDefinition"
WHOLE = Operation("export", f"{_DEFINITIONS}/export", frozenset({SYSTEM}), run_system)
PATIENTS = Operation(
    "export", f"{_DEFINITIONS}/patient-export", frozenset({TYPE, INSTANCE}), run_patient, types=frozenset({"Patient"})
)
MEMBERS = Operation(
    "export", f"{_DEFINITIONS}/group-export", frozenset({INSTANCE}), run_group, types=frozenset({"Group"})
)
