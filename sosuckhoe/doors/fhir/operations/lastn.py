"""Observation/$lastn. https://hl7.org/fhir/R4/observation-operation-lastn.html"""

from __future__ import annotations

import re

import orjson

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import lastn, whole
from sosuckhoe.clinical.actions import Answer
from sosuckhoe.clinical.search.query import parse
from sosuckhoe.doors.fhir import answering, asking
from sosuckhoe.doors.fhir.operations.operation import TYPE, Call, Operation

_WHOSE = frozenset({"patient", "subject"})
_WHAT = frozenset({"category", "code"})
_WITHDRAWN = frozenset({"entered-in-error", "cancelled"})
_COUNT = re.compile("[1-9][0-9]{0,5}")


def run(call: Call) -> Answer:
    """The newest observations of each kind, `max` of each (1 when nothing is said), newest first.

    Every other parameter is a search parameter. What was withdrawn does not count, unless `status` is asked for.
    """
    pairs = [(name, str(value)) for name, value in call.inputs if name != "max"]
    if len(pairs) > asking.MOST_PARAMETERS:
        raise Problem("SSK-3480", limit=asking.MOST_PARAMETERS)
    names = {name.partition(":")[0] for name, _ in pairs}
    if not names & _WHOSE or not names & _WHAT:
        raise Problem("SSK-3181", name="$lastn", need="patient | subject; category | code; max")
    query = parse("Observation", pairs, base=call.base, now=call.at)
    rows = whole.found(call.actor, query, call.at)
    told = [(row, orjson.loads(row.body)) for row in rows]
    if "status" not in names:
        told = [(row, body) for row, body in told if body.get("status") not in _WITHDRAWN]
    chosen = lastn.newest((body for _, body in told), _most(call))
    return Answer(200, {}, answering.matches([told[place][0] for place in chosen], call.base))


def _most(call: Call) -> int:
    given = [str(value) for name, value in call.inputs if name == "max"] or ["1"]
    if len(given) > 1 or not _COUNT.fullmatch(given[0]):
        raise Problem("SSK-3004", name="max", form="1 …")
    return int(given[0])


OBSERVATION = Operation(
    "lastn",
    "http://hl7.org/fhir/OperationDefinition/Observation-lastn",
    frozenset({TYPE}),
    run,
    types=frozenset({"Observation"}),
)
