"""Patient/$unmerge: take back the merge by which a Patient became part of another. Ours; FHIR defines none.

Called as $merge is, with the same `source-patient` and `target-patient`.
"""

from __future__ import annotations

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.actions import Answer
from sosuckhoe.doors.fhir.operations import merge
from sosuckhoe.doors.fhir.operations.operation import TYPE, Call, Operation
from sosuckhoe.identity import merging

_REASON = "wrong_decision"


def run(call: Call) -> Answer:
    """Both persons as they were; the source Patient is the result."""
    given = call.only("source-patient", "target-patient", "reason")
    keep = merge.person_of(call, given, "target-patient")
    gone = merge.key_of(call, given, "source-patient")
    standing = merging.between(keep, gone)
    if standing is None:
        raise Problem("SSK-1002")
    merging.unmerge(call.actor, standing.number, merge.text_of(given, "reason", _REASON), call.at)
    return merge.answer(given, standing.gone)


PATIENT = Operation(
    "unmerge",
    "urn:sosuckhoe:operation:Patient-unmerge",
    frozenset({TYPE}),
    run,
    types=frozenset({"Patient"}),
    affects_state=True,
)
