"""Patient/$everything. https://hl7.org/fhir/R4/operation-patient-everything.html"""

from __future__ import annotations

from sosuckhoe.access import policy
from sosuckhoe.clinical import queries, reading
from sosuckhoe.clinical.actions import Answer
from sosuckhoe.doors.fhir import answering
from sosuckhoe.doors.fhir.operations.operation import INSTANCE, Call, Operation


def run(call: Call) -> Answer:
    """All of one person's resources that the actor may see, the Patient first."""
    call.only()
    patient = reading.read(call.actor, "Patient", call.id, call.at)
    hidden = policy.scope(call.actor, "search", "record").hidden_labels
    others = [one for one in queries.of_person(patient.person, hidden_labels=hidden) if one.key != patient.key]
    return Answer(200, {}, answering.matches([patient, *others], call.base))


PATIENT = Operation(
    "everything",
    "http://hl7.org/fhir/OperationDefinition/Patient-everything",
    frozenset({INSTANCE}),
    run,
    types=frozenset({"Patient"}),
)
