"""CodeSystem/$subsumes. https://hl7.org/fhir/R4/codesystem-operation-subsumes.html"""

from __future__ import annotations

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.actions import Answer
from sosuckhoe.clinical.terminology import System
from sosuckhoe.doors.fhir.operations import telling, vocabularies
from sosuckhoe.doors.fhir.operations.asked import Asked
from sosuckhoe.doors.fhir.operations.operation import INSTANCE, TYPE, Call, Operation

NAMES = ("codeA", "codeB", "system", "version", "codingA", "codingB", "system-version")


def run(call: Call) -> Answer:
    """How code A stands to code B. SSK-3206 for a code that the system lacks."""
    asked = Asked(call, *NAMES)
    url, version, one, other = _codes(asked)
    vocabulary = vocabularies.of(call, asked)
    if call.id:
        system = vocabularies.system_stored(vocabulary, call.id)
    elif url:
        system = vocabularies.system(vocabulary, url, version)
    else:
        raise Problem("SSK-3207", names="system")
    return telling.parameters(telling.value("outcome", "Code", _outcome(system, one, other)))


def _codes(asked: Asked) -> tuple[str, str, str, str]:
    """System, version, code A and code B."""
    if asked.one_of("codeA", "codingA") == "codeA":
        asked.need(["codeB"])
        return asked.text("system"), asked.text("version"), asked.text("codeA"), asked.text("codeB")
    one, other = asked.coding("codingA"), asked.coding("codingB")
    if one is None or other is None or one.system != other.system:
        raise Problem("SSK-3209")
    return one.system or asked.text("system"), one.version or asked.text("version"), one.code, other.code


def _outcome(system: System, one: str, other: str) -> str:
    if not system.has(one) or not system.has(other):
        raise Problem("SSK-3206")
    is_below, is_above = system.is_below(one, other), system.is_below(other, one)
    if is_below and is_above:
        return "equivalent"
    return "subsumes" if is_above else "subsumed-by" if is_below else "not-subsumed"


CODE_SYSTEM = Operation(
    "subsumes",
    "http://hl7.org/fhir/OperationDefinition/CodeSystem-subsumes",
    frozenset({TYPE, INSTANCE}),
    run,
    types=frozenset({"CodeSystem"}),
)
