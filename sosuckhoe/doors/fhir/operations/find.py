"""List/$find: a functional list of a patient. https://hl7.org/fhir/R4/list-operation-find.html

The List is made for the answer, of what the caller may see: no such List is kept.
"""

from __future__ import annotations

from typing import Any

import orjson

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import body as bodies
from sosuckhoe.clinical import reading, whole
from sosuckhoe.clinical.actions import Answer
from sosuckhoe.clinical.search.current import Current, lists
from sosuckhoe.clinical.search.query import parse
from sosuckhoe.clinical.search.reference import ID
from sosuckhoe.doors.fhir.operations.operation import TYPE, Call, Operation

_USES = "http://terminology.hl7.org/CodeSystem/list-example-use-codes"


def run(call: Call) -> Answer:
    """The list `name` of one `patient`. SSK-1002 for whom the caller may not see; SSK-3181, 3004 as parameters are."""
    given = call.only("patient", "name")
    if {name: len(values) for name, values in given.items()} != {"patient": 1, "name": 1}:
        raise Problem("SSK-3181", name="$find", need="patient: id; name: code")
    patient, asked = str(given["patient"][0]), str(given["name"][0])
    if asked not in lists():
        raise Problem("SSK-3004", name="name", form=" | ".join(lists()))
    if not ID.fullmatch(patient):
        raise Problem("SSK-3004", name="patient", form="id")
    reading.read(call.actor, "Patient", patient, call.at)
    return Answer(200, {}, orjson.dumps(_list(call, lists()[asked], patient)))


def _list(call: Call, chosen: Current, patient: str) -> dict[str, Any]:
    """The List as R4 has it; without entries when nothing is current, which says nothing of what was never asked."""
    text = {"text": f"{chosen.vi} · {chosen.en}"}
    made = {
        "resourceType": "List",
        "status": "current",
        "mode": "snapshot",
        "title": text["text"],
        "code": {"coding": [{"system": _USES, "code": chosen.code}], **text},
        "subject": {"reference": f"Patient/{patient}"},
        "date": call.at.isoformat(timespec="seconds"),
    }
    items = [one for type_name in chosen.types for one in _found(call, chosen, type_name, patient)]
    entries = [{"item": {"reference": one}} for one in items]
    return {**made, "entry": entries} if entries else made


def _found(call: Call, chosen: Current, type_name: str, patient: str) -> list[str]:
    query = parse(type_name, [("patient", patient), ("_list", chosen.name)], base=call.base, now=call.at)
    return [f"{row.type}/{bodies.name_in(row.type, row.body)}" for row in whole.found(call.actor, query, call.at)]


LIST = Operation(
    "find", "http://hl7.org/fhir/OperationDefinition/List-find", frozenset({TYPE}), run, types=frozenset({"List"})
)
