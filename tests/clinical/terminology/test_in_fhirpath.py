"""memberOf, subsumes and subsumedBy. https://hl7.org/fhir/R4/fhirpath.html#functions"""

import pytest

from sosuckhoe.clinical.fhirpath import ExecutionProblem, compile_expression

ICD10 = "http://hl7.org/fhir/sid/icd-10"
CONDITION = {
    "resourceType": "Condition",
    "code": {"coding": [{"system": "http://snomed.info/sct", "code": "1"}, {"system": ICD10, "code": "A00.1"}]},
    "stage": [{"summary": {"coding": [{"system": ICD10, "code": "A00"}]}}],
    "severity": {"coding": [{"system": "http://snomed.info/sct", "code": "2"}]},
}
PATIENT = {"resourceType": "Patient", "gender": "male"}


def said(expression, resource=CONDITION):
    return compile_expression(expression).evaluate(resource)


@pytest.mark.parametrize(
    ("expression", "resource", "answer"),
    [
        ("gender.memberOf('http://hl7.org/fhir/ValueSet/administrative-gender')", PATIENT, [True]),
        ("'nam'.memberOf('http://hl7.org/fhir/ValueSet/administrative-gender')", PATIENT, [False]),
        ("birthDate.memberOf('http://hl7.org/fhir/ValueSet/administrative-gender')", PATIENT, []),
        ("code.memberOf('urn:sosuckhoe:vs:icd-10')", CONDITION, [True]),
        ("code.coding.where(system.contains('snomed')).memberOf('urn:sosuckhoe:vs:icd-10')", CONDITION, [False]),
        ("severity.memberOf('http://hl7.org/fhir/ValueSet/condition-code')", CONDITION, []),
        ("stage.summary.subsumes(%resource.code)", CONDITION, [True]),
        ("code.subsumedBy(%resource.stage.summary)", CONDITION, [True]),
        ("code.subsumes(%resource.stage.summary)", CONDITION, [False]),
        ("severity.subsumes(%resource.severity)", CONDITION, [True]),
        ("severity.subsumes(%resource.code)", CONDITION, []),
        ("code.subsumes({})", CONDITION, []),
    ],
)
def test_expressions_ask_what_codes_mean(expression, resource, answer):
    assert said(expression, resource) == answer


@pytest.mark.parametrize(
    "expression",
    ["code.memberOf('http://nowhere.example')", "code.coding.memberOf('urn:sosuckhoe:vs:icd-10')", "1.memberOf('x')"],
)
def test_what_cannot_be_asked_is_a_fault(expression):
    with pytest.raises(ExecutionProblem):
        said(expression)
