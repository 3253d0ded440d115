"""CodeSystem/$find-matches. https://hl7.org/fhir/R4/codesystem-operation-find-matches.html

No system here composes expressions: `compositional` is understood, and nothing is composed.
"""

from __future__ import annotations

from typing import Any

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.actions import Answer
from sosuckhoe.clinical.terminology import CodeSystem, System, matching
from sosuckhoe.clinical.terminology.matching import COMPLETE, PARTIAL, POSSIBLE, Known, Match
from sosuckhoe.doors.fhir.operations import telling, vocabularies
from sosuckhoe.doors.fhir.operations.asked import Asked
from sosuckhoe.doors.fhir.operations.operation import INSTANCE, TYPE, Call, Input, Operation

NAMES = ("system", "version", "property", "exact", "compositional")
MOST_PROPERTIES = 20
_FORM = "code, value[x], subproperty"
_COMMENTS = {
    COMPLETE: ("This code has all of these properties.", "Mã này có đủ các thuộc tính đã cho."),
    PARTIAL: ("This code has some of these properties.", "Mã này có một phần các thuộc tính đã cho."),
    POSSIBLE: ("This code comes near these properties.", "Mã này gần với các thuộc tính đã cho."),
}


def run(call: Call) -> Answer:
    """The codes that have the properties, best first. SSK-3175 for a system of rules, SSK-3480 for many properties."""
    asked = Asked(call, *NAMES)
    asked.need(["property"])
    given = asked.values("property")
    if len(given) > MOST_PROPERTIES:
        raise Problem("SSK-3480", limit=MOST_PROPERTIES)
    known = [_known(one, "subproperty") for one in given]
    is_exact = asked.flag("exact")
    asked.flag("compositional")
    system = _system(call, asked)
    if not isinstance(system, CodeSystem):
        raise Problem("SSK-3175")
    found = matching.matches(system, known, is_exact=is_exact)
    return telling.parameters(*(_match(system, one, is_exact=is_exact) for one in found))


def _system(call: Call, asked: Asked) -> System:
    vocabulary = vocabularies.of(call, asked)
    if call.id:
        return vocabularies.system_stored(vocabulary, call.id)
    asked.need(["system"])
    return vocabularies.system(vocabulary, asked.text("system"), asked.text("version"))


def _known(parts: Any, inner: str) -> Known:
    """A property of the call. SSK-3004 for one that has no code, or another part, or a value of another type."""
    if not isinstance(parts, list) or not all(isinstance(one, Input) for one in parts):
        raise Problem("SSK-3004", name="property", form=_FORM)
    codes = [one.value for one in parts if one.name == "code"]
    values = [one.value for one in parts if one.name == "value"]
    within = [_known(one.value, "") for one in parts if inner and one.name == inner]
    is_right = len(codes) + len(values) + len(within) == len(parts) and len(codes) == 1 and len(values) <= 1
    if not is_right or not isinstance(codes[0], str) or not all(_is_value(one) for one in values):
        raise Problem("SSK-3004", name="property", form=_FORM)
    return Known(codes[0], next(iter(values), None), tuple(within))


def _is_value(value: Any) -> bool:
    """Whether it is a code, text, moment, whole number, true or false, or a Coding."""
    if isinstance(value, dict):
        return bool(value) and all(isinstance(one, (str, bool)) for one in value.values())
    return isinstance(value, (str, int)) and value != ""


def _match(system: CodeSystem, found: Match, *, is_exact: bool) -> dict[str, Any]:
    about = system.about
    coding = {
        "system": about.url,
        "version": about.version,
        "code": system.codes[found.row],
        "display": system.name(found.row),
    }
    return telling.part(
        "match",
        {"name": "code", "valueCoding": {key: value for key, value in coding.items() if value}},
        *(_unmatched("unmatched", one) for one in found.unmatched),
        None if is_exact else telling.sentence("comment", *_COMMENTS[found.kind]),
    )


def _unmatched(name: str, known: Known) -> dict[str, Any]:
    return telling.part(
        name,
        telling.value("code", "Code", known.name),
        telling.value("value", telling.kind_of(known.value), known.value),
        *(_unmatched("property", one) for one in known.inner),
    )


CODE_SYSTEM = Operation(
    "find-matches",
    "http://hl7.org/fhir/OperationDefinition/CodeSystem-find-matches",
    frozenset({TYPE, INSTANCE}),
    run,
    types=frozenset({"CodeSystem"}),
)
