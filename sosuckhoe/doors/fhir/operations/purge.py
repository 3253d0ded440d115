"""Patient/$purge. https://hl7.org/fhir/R5/patient-operation-purge.html

R4 has no such operation; this is R5's, with a purpose and a ground that must be named.
"""

from __future__ import annotations

from dataclasses import replace

import orjson

from sosuckhoe.base.errors import Problem
from sosuckhoe.book import actions as book
from sosuckhoe.clinical import reading
from sosuckhoe.clinical.actions import Answer
from sosuckhoe.clinical.actions.purge import grounds, purge
from sosuckhoe.doors.fhir import outcome
from sosuckhoe.doors.fhir.operations.operation import INSTANCE, Call, Operation

PURPOSE = "erasure"


def run(call: Call) -> Answer:
    """Remove a person's rows with their history, for the purpose of erasure and on a ground of the law."""
    given = call.only("purpose", "ground")
    purpose, ground = (str(given.get(name, [""])[-1]) for name in ("purpose", "ground"))
    if purpose != PURPOSE or ground not in grounds():
        raise Problem("SSK-3181", name="$purge", need=f"purpose={PURPOSE}; ground={'|'.join(sorted(grounds()))}")
    patient = reading.read(call.actor, "Patient", call.id, call.at)
    actor = replace(call.actor, purpose=PURPOSE)
    purge(actor, patient.person, patient.key, ground, call.at, also=book.forget)
    return Answer(200, {}, orjson.dumps(outcome.all_well()))


PATIENT = Operation(
    "purge",
    "http://hl7.org/fhir/OperationDefinition/Patient-purge",
    frozenset({INSTANCE}),
    run,
    types=frozenset({"Patient"}),
    affects_state=True,
)
