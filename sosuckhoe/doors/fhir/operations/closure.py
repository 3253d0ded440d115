"""ConceptMap/$closure. https://hl7.org/fhir/R4/conceptmap-operation-closure.html

With a name alone a table begins; with concepts it grows; with a version what came since is told once more.
"""

from __future__ import annotations

from typing import Any

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.actions import Answer
from sosuckhoe.clinical.closures import Closure, Concept, Told
from sosuckhoe.clinical.terminology import closing
from sosuckhoe.doors.fhir.operations import telling, vocabularies
from sosuckhoe.doors.fhir.operations.asked import Asked, Coding
from sosuckhoe.doors.fhir.operations.operation import SYSTEM, TYPE, Call, Operation

NAMES = ("name", "concept", "version")


def run(call: Call) -> Answer:
    """What the client adds to its table, as a ConceptMap. SSK-3170 to SSK-3174 for what cannot be done."""
    asked = Asked(call, *NAMES)
    asked.need(["name"])
    if "concept" in asked and "version" in asked:
        raise Problem("SSK-3207", names="concept, version")
    name = asked.text("name")
    closure = Closure(vocabularies.of(call, asked), name)
    if "version" in asked:
        told = closure.replay(asked.text("version"))
    elif "concept" in asked:
        told = closure.add(Concept(one.system, one.code, one.version) for one in _checked(asked.each_coding("concept")))
    else:
        return _map(call, name, f"Closure Table {name} Creation", closure.begin())
    return _map(call, name, f"Updates for Closure Table {name}", told)


def _checked(codings: list[Coding]) -> list[Coding]:
    for one in codings:
        if not one.system or not one.code:
            raise Problem("SSK-3004", name="concept", form="Coding: system, code")
    return codings


def _map(call: Call, name: str, title: str, told: Told) -> Answer:
    made: dict[str, Any] = {
        "resourceType": "ConceptMap",
        "id": name,
        "version": str(told.version),
        "name": title,
        "status": "active",
        "experimental": True,
        "date": call.at.isoformat(timespec="seconds"),
    }
    return telling.resource(made | ({"group": closing.groups(told.entries)} if told.entries else {}))


CONCEPT_MAP = Operation(
    "closure",
    "http://hl7.org/fhir/OperationDefinition/ConceptMap-closure",
    frozenset({SYSTEM, TYPE}),
    run,
    types=frozenset({"ConceptMap"}),
    affects_state=True,
)
"""R4's definition has it at the system, its examples below the type: it stands at both."""
