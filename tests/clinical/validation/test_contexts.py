"""Extensions stand where their definitions let them: elements, other extensions, paths, rules about what holds them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sosuckhoe.clinical.fhirpath import Allowance, types
from sosuckhoe.clinical.validation import check, compact, contexts, findings, profiles
from sosuckhoe.clinical.validation.scope import Told

AT = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
HL7 = "http://hl7.org/fhir/StructureDefinition/"
OWN = "https://example.org/fhir/StructureDefinition/ours"
PLACE = {"url": HL7 + "patient-birthPlace", "valueAddress": {"text": "Huế"}}
BORN = {"url": HL7 + "patient-birthTime", "valueDateTime": "1961-05-02T07:00:00+07:00"}
STREET = {"url": HL7 + "iso21090-ADXP-streetName", "valueString": "Lê Lợi"}
OURS = {"url": OWN, "valueString": "x"}


def found(resource, told=None):
    told = told or Told(AT)
    return [(one.number, one.place) for one in check.issues(resource, told) if one.severity == findings.ERROR]


def patient(**content):
    return {"resourceType": "Patient", "text": {"status": "generated", "div":
            '<div xmlns="http://www.w3.org/1999/xhtml">x</div>'}, **content}  # fmt: skip


ADDRESS = {"line": ["1 Lê Lợi"], "_line": [{"extension": [STREET]}]}


@pytest.mark.parametrize(
    ("resource", "places"),
    [
        (patient(extension=[PLACE]), []),
        (patient(contact=[{"name": {"text": "x"}, "extension": [PLACE]}]), ["Patient.contact[0].extension[0]"]),
        (patient(birthDate="1961-05-02", _birthDate={"extension": [BORN]}), []),
        (patient(birthDate="1961-05-02", extension=[BORN]), ["Patient.extension[0]"]),
        (patient(gender="female", _gender={"extension": [BORN]}), ["Patient.gender.extension[0]"]),
        (patient(address=[ADDRESS]), []),
        (patient(address=[{"text": "x", "extension": [STREET]}]), ["Patient.address[0].extension[0]"]),
        (patient(contained=[patient(id="c", birthDate="1961", extension=[BORN])], link=[
            {"type": "refer", "other": {"reference": "#c"}}]), ["Patient.contained[0].extension[0]"]),
        (patient(extension=[{"url": OWN, "extension": [PLACE]}]), ["Patient.extension[0].extension[0]"]),
    ],
)  # fmt: skip
def test_extensions_that_come_along_stand_on_their_elements(resource, places):
    assert [place for number, place in found(resource) if number == "SSK-3248"] == places


def ours(*kinds, rules=(), root="Extension"):
    return {
        "resourceType": "StructureDefinition", "url": OWN, "type": root, "derivation": "constraint",
        "baseDefinition": HL7 + root,
        "context": [{"type": kind, "expression": expression} for kind, expression in kinds],
        **({"contextInvariant": list(rules)} if rules else {}),
        "differential": {"element": [{"id": "Extension", "path": "Extension"},
                                     {"id": "Extension.url", "path": "Extension.url", "fixedUri": OWN}]},
    }  # fmt: skip


def knows(*definitions, seconds=5.0):
    return Told(AT, profile={one["url"]: one for one in definitions}.get, allowance=Allowance(seconds))


RESULT = {"resourceType": "Observation", "status": "final", "code": {"text": "x"},
          "valueQuantity": {"value": 1}, "component": [{"code": {"text": "y"}, "valueString": "z"}]}  # fmt: skip
ON_VALUE = {**RESULT, "valueQuantity": {"value": 1, "extension": [OURS]}}
ON_PART = {**RESULT, "component": [{**RESULT["component"][0], "extension": [OURS]}]}
ON_CODE = {**RESULT, "_status": {"extension": [OURS]}}
WITHIN = {**RESULT, "extension": [{"url": "https://example.org/holder", "extension": [OURS]}]}


@pytest.mark.parametrize(
    ("kind", "expression", "right"),
    [
        ("element", "Observation.value[x]", [ON_VALUE]),
        ("element", "Quantity", [ON_VALUE]),
        ("element", "Observation.component", [ON_PART]),
        ("element", "Observation.component:systolic", [ON_PART]),
        ("element", "https://example.org/profile#Observation.component", [ON_PART]),
        ("element", "BackboneElement", [ON_PART]),
        ("element", "Observation.status", [ON_CODE]),
        ("element", "code", [ON_CODE]),
        ("element", "Element", [ON_VALUE, ON_PART, ON_CODE, WITHIN]),
        ("element", "Extension", [WITHIN]),
        ("element", "Patient", []),
        ("extension", "https://example.org/holder", [WITHIN]),
        ("extension", "https://example.org/other", []),
        ("fhirpath", "Observation.value", [ON_VALUE]),
        ("fhirpath", "Observation.component.where(value = 'z')", [ON_PART]),
        ("fhirpath", "Observation.component.where(value = 'a')", []),
        ("fhirpath", "Observation.status", [ON_CODE]),
        ("fhirpath", "descendants().where($this is Quantity)", [ON_VALUE]),
    ],
)
def test_a_context_names_its_elements(kind, expression, right):
    told = knows(ours((kind, expression)))
    for one in (ON_VALUE, ON_PART, ON_CODE, WITHIN):
        assert [number for number, _ in found(one, told)] == ([] if one in right else ["SSK-3248"])


def test_one_context_of_several_is_enough():
    told = knows(ours(("element", "Patient"), ("fhirpath", "Observation.value")))
    assert found(ON_VALUE, told) == []
    assert found(ON_PART, told) == [("SSK-3248", "Observation.component[0].extension[0]")]


def test_what_holds_it_keeps_the_rules_of_the_definition():
    rules = ["value.exists() and value is string", "%extension.value = 'x'"]
    told = knows(ours(("element", "Element"), rules=rules))
    assert found(ON_PART, told) == []
    assert [number for number, _ in found(ON_VALUE | {"valueQuantity": {"unit": "g", "extension": [OURS]}}, told)] == [
        "SSK-3248"
    ]
    assert profiles.definition(HL7 + "questionnaire-unit", told)["invariants"] == ["type='integer' or type='decimal'"]


def test_a_path_that_cannot_be_followed_is_undecided_and_one_without_end_ends():
    told = knows(ours(("fhirpath", "Observation.component.nothing(")))
    numbers = [(one.number, one.severity) for one in check.issues(ON_PART, told)]
    assert (findings.NOT_DECIDED, findings.INFORMATION) in numbers
    many = ON_PART | {"component": ON_PART["component"] * 60}
    inner = "%resource.component.where(%resource.component.where(value = 'a').exists()).exists()"
    within = f"Observation.component.where({inner})"
    assert ("SSK-3461", "Observation.component[0].extension[0]") in found(
        many, knows(ours(("fhirpath", within)), seconds=0.05)
    )


def test_every_context_that_comes_along_is_an_element_of_r4():
    """A name that no element has would let an extension stand nowhere."""
    named = [contexts._typed(one) for url in profiles.addresses()
             for one in profiles.definition(url, Told(AT)).get("context", ())]  # fmt: skip
    assert len(named) > 500
    assert {expression for kind, expression in named if kind != "element" or not exists(expression)} == set()


def exists(expression):
    kinds = set()
    for name in expression.removesuffix("[x]").split("."):
        steps = [step for kind in kinds for step in types.steps(kind, name) or ()]
        kinds = {step.type for step in steps} if kinds else {name} if types.exists(name) else set()
    return bool(kinds)


def test_the_short_form_keeps_every_kind_of_context():
    made = compact.of(ours(("element", "Patient"), ("extension", OWN), ("fhirpath", "name"), rules=["true"]))
    assert made["context"] == ["Patient", ["extension", OWN], ["fhirpath", "name"]]
    assert made["invariants"] == ["true"]
