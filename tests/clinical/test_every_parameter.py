"""Every search parameter of every type of R4 is answered, and every modifier is answered or refused by name."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.search import content, hierarchy, meaning, parameters
from sosuckhoe.clinical.search.query import parse

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ICD10 = "http://hl7.org/fhir/sid/icd-10"
VALUES = {
    "date": "ge2026",
    "number": "5",
    "quantity": "5.4|http://unitsofmeasure.org|mg",
    "reference": "x1",
    "string": "a",
    "token": "x",
    "uri": "http://a.vn",
    "special": "10|106",
}
REFUSED = {(name, code) for name in parameters.types() for code in content.CODES if not content.is_kept(name, code)}
"""Words are kept of the types in full_text.yaml only: each is an entry of an index."""

MODIFIERS = {
    "date": {"missing"},
    "number": {"missing"},
    "quantity": {"missing"},
    "string": {"missing", "exact", "contains"},
    "uri": {"missing", "above", "below"},
    "token": {"missing", "text", "not", "above", "below", "in", "not-in", "of-type"},
    "reference": {"missing", "identifier", "above", "below", "Patient"},
    "special": {"missing"},
    "composite": set(),
}
"""What R4 allows. https://hl7.org/fhir/R4/search.html#modifiers"""

ASKED = {
    "missing": "true",
    "below": f"{ICD10}|J20",
    "above": f"{ICD10}|J20.9",
    "in": "http://hl7.org/fhir/ValueSet/observation-status",
    "not-in": "http://hl7.org/fhir/ValueSet/observation-status",
    "of-type": "a|b|c",
    "identifier": "a|b",
}
CODED = {"Coding", "CodeableConcept", "code"}
NAMED = {"Coding", "CodeableConcept", "Identifier"}


def pairs():
    return [(name, parameter) for name in parameters.types() for parameter in parameters.of(name).values()]


def value_of(parameter):
    if parameter.groups:
        return "$".join(VALUES[part.kind] for part in parameter.groups[0].parts)
    return VALUES[parameter.kind]


def error_of(name, code, text):
    try:
        parse(name, [(code, text)], base="", now=NOW)
    except Problem as problem:
        return problem.number
    return None


def test_every_parameter_of_every_type_is_answered():
    assert len(parameters.types()) == 147, "R4 has 146 that are not abstract; SubscriptionStatus is of its backport"
    unanswered = {(name, one.code) for name, one in pairs() if error_of(name, one.code, value_of(one)) is not None}
    assert unanswered == REFUSED
    assert {error_of(name, code, "a") for name, code in REFUSED} == {"SSK-3002"}


def is_without_ground(parameter, modifier):
    """What R4 allows for the kind, but not a single value of this parameter could have; or is not done, and named."""
    leaves = {path.leaf for path in parameter.paths}
    if parameter.kind == "reference":
        if modifier in hierarchy.MODIFIERS:
            return not hierarchy.takes(parameter)
        return modifier == "identifier" and "Reference" not in leaves
    if parameter.kind != "token" or modifier in {"missing", "not"}:
        return parameter.code == "phonetic" and modifier != "missing"
    wanted = {"text": NAMED, "of-type": {"Identifier"}}.get(modifier, CODED)
    return not leaves & wanted


def modified():
    """Every parameter that takes modifiers, with each that R4 allows for its kind."""
    for name, parameter in pairs():
        if parameter.code not in content.CODES | {"_id"}:
            for modifier in sorted(MODIFIERS[parameter.kind]):
                yield name, parameter, modifier


def test_every_modifier_of_r4_is_answered_or_refused_by_name():
    """What no value of a parameter has is refused: a reference to a type without parts has no :above and :below."""
    wrong = []
    for name, parameter, modifier in modified():
        text = VALUES["uri"] if parameter.kind == "uri" else VALUES.get(parameter.kind, "")
        if modifier == "missing" or parameter.kind not in {"uri", "reference"} or modifier == "identifier":
            text = ASKED.get(modifier, text)
        expected = "SSK-3003" if is_without_ground(parameter, modifier) else None
        if error_of(name, f"{parameter.code}:{modifier}", text) != expected:
            wrong.append((name, parameter.code, modifier))
    assert wrong == []


@pytest.mark.parametrize("kind", sorted(MODIFIERS))
def test_a_modifier_that_is_none_is_refused(kind):
    one = next(parameter for _, parameter in pairs() if parameter.kind == kind and meaning.is_supported(parameter))
    every = {modifier for modifiers in MODIFIERS.values() for modifier in modifiers if modifier.islower()}
    for modifier in (every - MODIFIERS[kind]) | {"colour"}:
        assert error_of(one.type, f"{one.code}:{modifier}", value_of(one)) == "SSK-3003", modifier


def test_nobody_lacks_an_id_and_a_date():
    for code in ("_id", "_lastUpdated"):
        assert error_of("Patient", f"{code}:missing", "false") is None
