"""$reindex: compute anew what resources are found by, and mend it.

It has no page in R4; a SearchParameter that is used for what is stored already needs it.
https://hl7.org/fhir/R4/searchparameter-registry.html. Of one resource at once, otherwise behind the request:
https://hl7.org/fhir/R4/async.html
"""

from __future__ import annotations

from typing import Any

import orjson

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.actions import Answer
from sosuckhoe.clinical.bulk.wanted import types_in
from sosuckhoe.clinical.reindexing import run as runs
from sosuckhoe.clinical.reindexing.report import Report
from sosuckhoe.doors.fhir.operations.export import accepted
from sosuckhoe.doors.fhir.operations.operation import ANY, INSTANCE, SYSTEM, TYPE, Call, Operation


def run(call: Call) -> Answer:
    """The report of one resource; the address of a job over a type or everything."""
    if call.id:
        call.only()
        return _answer(runs.one(call.actor, call.type, call.id, call.at))
    given = call.only() if call.type else call.only("_type")
    names = [call.type] if call.type else types_in([_text(one) for one in given.get("_type", ())])
    return accepted(call, runs.begin(call.actor, names, call.request.url, call.at).id)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Problem("SSK-3004", name="_type", form="string")
    return value


def _answer(report: Report) -> Answer:
    """A report as Parameters."""
    counts = [{"name": name, "valueInteger": getattr(report, name)} for name in ("rows", "mended", "failures", "texts")]
    values = [
        {
            "name": "parameter",
            "part": [
                {"name": "name", "valueString": name},
                {"name": "before", "valueInteger": before},
                {"name": "after", "valueInteger": after},
            ],
        }
        for name, (before, after) in sorted(report.parameters.items())
    ]
    return Answer(200, {}, orjson.dumps({"resourceType": "Parameters", "parameter": [*counts, *values]}))


ALL = Operation(
    "reindex",
    "https://sosuckhoe.vn/fhir/OperationDefinition/reindex",
    frozenset({SYSTEM, TYPE, INSTANCE}),
    run,
    types=ANY,
    affects_state=True,
)
