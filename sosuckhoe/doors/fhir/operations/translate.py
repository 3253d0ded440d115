"""ConceptMap/$translate. https://hl7.org/fhir/R4/conceptmap-operation-translate.html"""

from __future__ import annotations

from typing import Any

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.actions import Answer
from sosuckhoe.clinical.terminology import System, translating
from sosuckhoe.clinical.vocabulary import Vocabulary, body_of
from sosuckhoe.doors.fhir.operations import telling, vocabularies
from sosuckhoe.doors.fhir.operations.asked import Asked, Coding, canonical
from sosuckhoe.doors.fhir.operations.operation import INSTANCE, TYPE, Call, Operation

NAMES = (
    "url", "conceptMap", "conceptMapVersion", "code", "system", "version", "source", "coding", "codeableConcept",
    "target", "targetsystem", "reverse", "system-version",
)  # fmt: skip


def run(call: Call) -> Answer:
    """What a code is in another system. An old commune that was divided is only `relatedto` its successors."""
    asked = Asked(call, *NAMES)
    vocabulary = vocabularies.of(call, asked)
    codings = _codings(asked)
    wanted = translating.Wanted(asked.text("targetsystem"), is_reverse=asked.flag("reverse"))
    missing: list[Problem] = []

    def others(address: str) -> list[Any]:
        known = vocabulary.concept_maps(*canonical(address))
        if not known:
            missing.append(Problem("SSK-3050", url=address))
        return known

    found = [
        match
        for entry in _maps(call, asked, vocabulary, codings)
        for coding in codings
        for match in translating.matches(entry, translating.Source(*coding[:3]), wanted, others)
    ]
    is_found = any(match.equivalence not in translating.NO_MATCH for match in found)
    return telling.parameters(
        {"name": "result", "valueBoolean": is_found},
        telling.message(missing + ([] if is_found else [Problem("SSK-3208")])),
        *(_match(match, vocabulary) for match in found),
    )


def _codings(asked: Asked) -> list[Coding]:
    name = asked.one_of("code", "coding", "codeableConcept")
    if name == "code":
        asked.need(["system"])
        return [Coding(asked.text("system"), asked.text("code"), asked.text("version"))]
    found = asked.codings(name) if name == "codeableConcept" else [asked.coding(name)]
    return [one for one in found or () if one is not None]


def _maps(call: Call, asked: Asked, vocabulary: Vocabulary, codings: list[Coding]) -> list[Any]:
    """The map that is named, else those between the value sets or systems that are."""
    if call.id:
        return [body_of(vocabulary.read("ConceptMap", call.id))]
    if "conceptMap" in asked:
        return [asked.resource("conceptMap", "ConceptMap")]
    if "url" in asked:
        url, version = canonical(asked.text("url"))
        found = vocabulary.concept_maps(url, asked.text("conceptMapVersion") or version)
        if not found:
            raise Problem("SSK-3210")
        return found
    ends = (asked.text("source"), asked.text("target") or asked.text("targetsystem"))
    if not ends[0]:
        ends = (codings[0].system if codings else "", ends[1])
    one, other = reversed(ends) if asked.flag("reverse") else ends
    return list(vocabulary.maps_between(one, other))


def _match(match: translating.Match, vocabulary: Vocabulary) -> dict[str, Any]:
    system = vocabulary.system(match.system, match.version) if match.system else None
    concept = {"system": match.system, "version": match.version, "code": match.code, "display": _name(match, system)}
    return telling.part(
        "match",
        telling.value("equivalence", "Code", match.equivalence),
        {"name": "concept", "valueCoding": {key: value for key, value in concept.items() if value}}
        if match.code
        else None,
        telling.value("source", "Uri", match.map),
    )


def _name(match: translating.Match, system: System | None) -> str:
    return match.display or (system.display(match.code) if system else None) or ""


CONCEPT_MAP = Operation(
    "translate",
    "http://hl7.org/fhir/OperationDefinition/ConceptMap-translate",
    frozenset({TYPE, INSTANCE}),
    run,
    types=frozenset({"ConceptMap"}),
)
