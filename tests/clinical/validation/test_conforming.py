"""conformsTo() of profiles: those that come along and those that are told, in time and within their depth."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sosuckhoe.clinical.fhirpath import Allowance, ExecutionProblem, compile_expression
from sosuckhoe.clinical.validation import check, conforming, findings
from sosuckhoe.clinical.validation.scope import Told

AT = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
HERE = "https://example.org/fhir/StructureDefinition/"
WEIGHT = "http://hl7.org/fhir/StructureDefinition/bodyweight"
NUMBER = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}, "note": [{"text": "y"}]}


def profile(name, *elements, **rules):
    constraint = [{"key": key, "severity": "error", "human": "x", "expression": text} for key, text in rules.items()]
    root = {"id": "Observation", "path": "Observation", "constraint": constraint}
    return {"resourceType": "StructureDefinition", "url": HERE + name, "type": "Observation",
            "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Observation",
            "differential": {"element": [root, *elements]}}  # fmt: skip


def told(*profiles, seconds=10.0):
    known = {one["url"]: one for one in profiles}
    return Told(AT, profile=known.get, allowance=Allowance(seconds))


NOTED = profile("noted", {"id": "Observation.note", "path": "Observation.note", "min": 1})
FINAL = profile("final", {"id": "Observation.status", "path": "Observation.status", "fixedCode": "final"},
                noted=f"conformsTo('{HERE}noted')")  # fmt: skip


def asked(expression, resource, *profiles):
    conforms = conforming.outside(told(*profiles))
    return compile_expression(expression).evaluate(resource, conforms=conforms)


@pytest.mark.parametrize(
    ("change", "url", "conforms"),
    [
        ({}, HERE + "noted", True),
        ({"note": []}, HERE + "noted", False),
        ({}, HERE + "noted|1.0", True),
        ({}, HERE + "final", True),
        ({"status": "amended"}, HERE + "final", False),
        ({"note": []}, HERE + "final", False),
        ({}, WEIGHT, False),
        ({}, "http://hl7.org/fhir/StructureDefinition/Observation", True),
        ({}, "http://hl7.org/fhir/StructureDefinition/Patient", False),
        ({}, "http://hl7.org/fhir/StructureDefinition/patient-birthPlace", False),
    ],
)
def test_a_resource_conforms_or_not(change, url, conforms):
    resource = {key: value for key, value in {**NUMBER, **change}.items() if value}
    assert asked(f"conformsTo('{url}')", resource, NOTED, FINAL) == [conforms]


def test_what_is_within_is_asked_too():
    entry = {"resource": {**NUMBER, "status": "amended"}}
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": NUMBER}, entry]}
    found = asked(f"entry.resource.where(conformsTo('{HERE}final')).count()", bundle, NOTED, FINAL)
    assert found == [1]


@pytest.mark.parametrize("url", ["https://example.org/nobody", "x"])
def test_a_profile_that_nobody_has_is_no_answer(url):
    with pytest.raises(ExecutionProblem):
        asked(f"conformsTo('{url}')", NUMBER)


def numbers(resource, *profiles, seconds=10.0):
    url = profiles[0]["url"]
    return [(one.number, one.severity) for one in check.issues(resource, told(*profiles, seconds=seconds), [url])
            if one.severity != findings.WARNING]  # fmt: skip


def test_rules_of_profiles_ask_it():
    assert numbers(NUMBER, FINAL, NOTED) == []
    assert numbers({**NUMBER, "note": [{"text": "y"}]}, FINAL) == [(findings.NOT_DECIDED, findings.INFORMATION)]
    assert numbers({key: value for key, value in NUMBER.items() if key != "note"}, FINAL, NOTED) == [
        (findings.BROKEN, findings.ERROR)
    ]


def test_profiles_in_a_circle_end():
    one, two = profile("one", a=f"conformsTo('{HERE}two')"), profile("two", b=f"conformsTo('{HERE}one')")
    assert numbers(NUMBER, one, two) == []


def test_profiles_that_ask_one_another_again_and_again_end_in_time():
    many = {f"r{number}": f"conformsTo('{HERE}one') and {number} = {number}" for number in range(9)}
    told_of = numbers(NUMBER, profile("one", **many), seconds=0.2)
    assert {number for number, _ in told_of} == {findings.TOO_COSTLY}
