"""Composition/$document. https://hl7.org/fhir/R4/composition-operation-document.html"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import orjson

from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY
from sosuckhoe.clinical import actions, everything, jsontext, reading
from sosuckhoe.clinical.actions import Answer
from sosuckhoe.clinical.body import name_in
from sosuckhoe.clinical.draft import Stored
from sosuckhoe.doors.fhir import answering, asking
from sosuckhoe.doors.fhir.operations.operation import INSTANCE, TYPE, Call, Operation


def run(call: Call) -> Answer:
    """The Composition with everything that it names and the caller may see, as one document.

    `persist=true`, by POST, stores the document as a Bundle of the same person.
    """
    given = call.only("persist") if call.id else call.only("id", "persist")
    name = call.id or str(given.get("id", [""])[-1]).removeprefix(f"{call.base}/").removeprefix("Composition/")
    if not name:
        raise Problem("SSK-3181", name="$document", need="id")
    persist = str(given.get("persist", ["false"])[-1]).lower()
    if persist not in {"true", "false"}:
        raise Problem("SSK-3004", name="persist", form="true, false")
    if persist == "true" and call.request.method != "POST":
        raise Problem("SSK-3427", method=call.request.method)
    made = _document(call, reading.read(call.actor, "Composition", name, call.at))
    if persist == "false":
        return Answer(200, {}, made)
    done = actions.create(call.actor, "Bundle", jsontext.read(made, asking.MOST_BUNDLE_BYTES), call.at, base=call.base)
    return answering.of_change(done, call.base, asking.prefers(call.request).get("return"))


def _document(call: Call, composition: Stored) -> bytes:
    """What the Composition names, and the register entries that these name."""
    named = everything.referred(call.actor, [composition], composition.person, call.base, rounds=1)
    further = everything.referred(call.actor, [composition, *named], NOBODY, call.base)
    rows = {(row.type, row.key): row for row in (composition, *named, *further)}
    bundle: dict[str, Any] = {
        "resourceType": "Bundle",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{uuid4()}"},
        "type": "document",
        "timestamp": call.at.isoformat(timespec="milliseconds"),
        "entry": [
            {"fullUrl": f"{call.base}/{row.type}/{name_in(row.type, row.body)}", "resource": orjson.Fragment(row.body)}
            for row in rows.values()
        ],
    }
    return orjson.dumps(bundle)


COMPOSITION = Operation(
    "document",
    "http://hl7.org/fhir/OperationDefinition/Composition-document",
    frozenset({INSTANCE, TYPE}),
    run,
    types=frozenset({"Composition"}),
)
