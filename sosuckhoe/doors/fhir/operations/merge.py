"""Patient/$merge. https://hl7.org/fhir/R5/patient-operation-merge.html

R4 has no such operation; this is R5's: `source-patient` becomes part of `target-patient`. `reason` is ours, a code of
the review desk; with `preview` nothing is changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import queries as clinical
from sosuckhoe.clinical.actions import Answer
from sosuckhoe.doors.fhir import outcome
from sosuckhoe.doors.fhir.operations.asked import Asked
from sosuckhoe.doors.fhir.operations.match import shown
from sosuckhoe.doors.fhir.operations.operation import TYPE, Call, Operation
from sosuckhoe.identity import merging
from sosuckhoe.identity import queries as identity

_REASON = "asked_person"


def run(call: Call) -> Answer:
    """Make the source part of the target; the target as it stands afterwards is the result."""
    given = call.only("source-patient", "target-patient", "reason", "preview")
    is_preview = Asked(call, *given).flag("preview")
    keep, gone = person_of(call, given, "target-patient"), person_of(call, given, "source-patient")
    reason = text_of(given, "reason", _REASON)
    if is_preview:
        merging.check(call.actor, "merge", reason, (keep, gone), call.at)
    else:
        merging.merge(call.actor, keep, gone, reason, call.at)
    return answer(given, keep)


def person_of(call: Call, given: Mapping[str, list[Any]], name: str) -> int:
    """The person whose Patient a parameter names. SSK-1002 when there is none: as if it may not be seen."""
    stored = clinical.read("Patient", key_of(call, given, name))
    if stored is None:
        raise Problem("SSK-1002")
    return stored.person


def key_of(call: Call, given: Mapping[str, list[Any]], name: str) -> UUID:
    """The id of the Patient that a parameter names."""
    values = given.get(name, [])
    value = values[0].get("reference") if len(values) == 1 and isinstance(values[0], dict) else None
    text = value.removeprefix(f"{call.base}/") if isinstance(value, str) else ""
    key = clinical.made_here(text.removeprefix("Patient/")) if text.startswith("Patient/") else None
    if key is None:
        raise Problem("SSK-4519", name=name)
    return key


def text_of(given: Mapping[str, list[Any]], name: str, otherwise: str) -> str:
    """A text that may be missing."""
    return str(given.get(name, [otherwise])[-1])


def answer(given: Mapping[str, list[Any]], person: int) -> Answer:
    """What was asked, how it went, and the Patient who results: what tells people apart, whoever asks."""
    standing = identity.known_all([person])[person]
    named = [
        {"name": name, "valueReference": given[name][0]}
        for name in ("source-patient", "target-patient")
        if name in given
    ]
    told = {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "input", "resource": {"resourceType": "Parameters", "parameter": named}},
            {"name": "outcome", "resource": outcome.all_well()},
            {"name": "result", "resource": shown(standing)},
        ],
    }
    return Answer(200, {}, orjson.dumps(told))


PATIENT = Operation(
    "merge",
    "http://hl7.org/fhir/OperationDefinition/Patient-merge",
    frozenset({TYPE}),
    run,
    types=frozenset({"Patient"}),
    affects_state=True,
)
