"""conformsTo(). https://hl7.org/fhir/R4/fhirpath.html#functions"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sosuckhoe.clinical.fhirpath import single, types
from sosuckhoe.clinical.fhirpath.allowance import look
from sosuckhoe.clinical.fhirpath.environment import Environment, Run
from sosuckhoe.clinical.fhirpath.faults import ExecutionProblem
from sosuckhoe.clinical.fhirpath.node import Node

_PROFILES = "http://hl7.org/fhir/StructureDefinition/"


def conforms_to(left: Run, profile: Run) -> Run:
    """Whether one item conforms to a profile: R4's own types are known here, others are the validator's.

    ExecutionProblem for a profile that nobody has.
    """

    def run(this: list[Any], env: Environment) -> list[Any]:
        look()
        items, url = left(this, env), single.text(profile(this, env), "conformsTo") or ""
        node = items[0] if len(items) == 1 and isinstance(items[0], Node) else None
        name = url.partition("|")[0].removeprefix(_PROFILES)
        if types.exists(name):
            return [node is not None and name in types.bases(node.type)]
        if env.conforms is None:
            raise ExecutionProblem("conformsTo")
        around = env.root[0] if env.root and isinstance(env.root[0], Node) else node
        return [node is not None and env.conforms(node, url, around or node)]

    return run


FUNCTIONS: dict[str, Callable[..., Run]] = {"conformsTo": conforms_to}
