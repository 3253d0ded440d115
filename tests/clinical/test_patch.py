"""The suites of RFC 6902 and of FHIRPath Patch, one case one test, and what they leave out."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.fhirpath import types
from sosuckhoe.clinical.patch import fhirpath_patch, json_patch

PLACE = Path(__file__).parents[1] / "cases" / "patch"
JSON_CASES = json.loads((PLACE / "json-patch-tests.json").read_text(encoding="utf-8"))
FHIR_CASES = list(etree.parse(PLACE / "fhir-patch-tests.xml").getroot().iter("case"))
FHIR = "{http://hl7.org/fhir}"
XHTML = "{http://www.w3.org/1999/xhtml}"


def test_the_suites_are_whole():
    assert (len(JSON_CASES), len(FHIR_CASES)) == (16, 33)


@pytest.mark.parametrize("case", JSON_CASES, ids=[case["comment"] for case in JSON_CASES])
def test_json_patch(case):
    before = json.dumps(case["doc"])
    if "error" in case:
        with pytest.raises(Problem, match=r"SSK-304[45]"):
            json_patch.apply(case["doc"], case["patch"])
    else:
        assert json_patch.apply(case["doc"], case["patch"]) == case["expected"]
    assert json.dumps(case["doc"]) == before


@pytest.mark.parametrize("case", FHIR_CASES, ids=[case.get("name") for case in FHIR_CASES])
def test_fhirpath_patch(case):
    resource, patch = (in_json(case.find(name)[0]) for name in ("input", "diff"))
    if case.find("error") is not None:
        with pytest.raises(Problem, match="SSK-3044"):
            fhirpath_patch.apply(resource, patch)
    else:
        assert fhirpath_patch.apply(resource, patch) == in_json(case.find("output")[0])


def in_json(element):
    """A resource in XML as R4 writes it in JSON. https://hl7.org/fhir/R4/json.html"""
    name = element.tag.removeprefix(FHIR)
    return {"resourceType": name, **members(element, name)}


def members(element, type_name):
    made = {"id": element.get("id")} if element.get("id") else {}
    if element.get("url"):
        made["url"] = element.get("url")
    steps = {step.key: step for step in types.all_steps(type_name)}
    for child in element.iterchildren(tag=etree.Element):
        step = steps[etree.QName(child).localname]
        shadow = members(child, "Element") if step.is_primitive and step.type != "xhtml" else {}
        for key, value in ((step.key, value_of(child, step)), (step.shadow, shadow or None)):
            if value is not None and step.is_list:
                made.setdefault(key, []).append(value)
            elif value is not None:
                made[key] = value
    return made


def value_of(child, step):
    if step.type == "xhtml":
        return words(etree.tostring(child, encoding="unicode", with_tail=False))
    if not step.is_primitive:
        return members(child, step.type)
    text = child.get("value")
    if step.type in {"integer", "positiveInt", "unsignedInt"}:
        return int(text)
    if step.type == "boolean":
        return text == "true"
    return Decimal(text) if step.type == "decimal" else words(text)


def words(text):
    """A narrative of the suite differs from its like in spaces only."""
    return " ".join(
        text.replace('xmlns="http://www.w3.org/1999/xhtml"', "").replace("<", " <").replace(">", "> ").split()
    )


def operation(kind, path, **parts):
    told = {"type": {"valueCode": kind}, "path": {"valueString": path}, **parts}
    return {"name": "operation", "part": [{"name": name, **value} for name, value in told.items()]}


def patched(resource, *operations):
    return fhirpath_patch.apply(resource, {"resourceType": "Parameters", "parameter": list(operations)})


PATIENT = {
    "resourceType": "Patient",
    "deceasedBoolean": False,
    "name": [{"given": ["An", "Bình"], "_given": [None, {"id": "b"}]}],
    "telecom": [{"value": "1"}, {"value": "2"}],
}


def test_a_choice_takes_its_key_from_the_type_of_the_value():
    made = patched(PATIENT, operation("replace", "Patient.deceased", value={"valueDateTime": "2026-01-01"}))
    assert made["deceasedDateTime"] == "2026-01-01"
    assert "deceasedBoolean" not in made
    made = patched(made, operation("delete", "Patient.deceased"))
    made = patched(made, operation("add", "Patient", name={"valueString": "deceased"}, value={"valueBoolean": True}))
    assert made["deceasedBoolean"] is True


def test_shadows_of_a_list_move_with_its_values():
    made = patched(
        PATIENT, operation("move", "Patient.name.given", source={"valueInteger": 1}, destination={"valueInteger": 0})
    )
    assert made["name"] == [{"given": ["Bình", "An"], "_given": [{"id": "b"}, None]}]
    made = patched(PATIENT, operation("delete", "Patient.name.given[1]"))
    assert made["name"] == [{"given": ["An"]}]
    made = patched(
        PATIENT, operation("insert", "Patient.name.given", index={"valueInteger": 0}, value={"valueString": "X"})
    )
    assert made["name"] == [{"given": ["X", "An", "Bình"], "_given": [None, None, {"id": "b"}]}]


def test_deleting_what_is_not_there_changes_nothing():
    assert patched(PATIENT, operation("delete", "Patient.birthDate")) == PATIENT


VALUE = {"valueString": "x"}


@pytest.mark.parametrize(
    ("number", "wrong"),
    [
        ("SSK-3044", operation("replace", "Patient.telecom.value", value=VALUE)),
        ("SSK-3044", operation("replace", "Patient", value=VALUE)),
        ("SSK-3044", operation("delete", "Patient.telecom")),
        ("SSK-3044", operation("add", "Patient", name={"valueString": "deceased"}, value={"valueBoolean": True})),
        ("SSK-3044", operation("add", "Patient", name={"valueString": "birthday"}, value=VALUE)),
        ("SSK-3044", operation("add", "Patient.deceased", name={"valueString": "id"}, value=VALUE)),
        ("SSK-3044", operation("insert", "Patient.telecom", index={"valueInteger": 3}, value={"part": []})),
        ("SSK-3044", operation("insert", "Patient.address", index={"valueInteger": 0}, value={"part": []})),
        ("SSK-3044", operation("move", "Patient.telecom", source={"valueInteger": 2}, destination={"valueInteger": 0})),
        ("SSK-3044", operation("delete", "Patient.telecom.where(")),
        ("SSK-3044", operation("delete", "1 + 1")),
        ("SSK-3043", operation("erase", "Patient.telecom")),
        ("SSK-3043", operation("add", "Patient", name={"valueString": "active"})),
        ("SSK-3043", operation("insert", "Patient.telecom", index={"valueString": "0"}, value={"part": []})),
        ("SSK-3043", {"name": "change"}),
        ("SSK-3043", {"name": "operation", "part": [None]}),
    ],
)
def test_a_wrong_operation_is_told_by_its_number(number, wrong):
    with pytest.raises(Problem) as told:
        patched(PATIENT, operation("delete", "Patient.birthDate"), wrong)
    assert (told.value.number, told.value.places) == (number, {"operation": 1})


@pytest.mark.parametrize(
    ("number", "wrong"),
    [
        ("SSK-3043", {"op": "erase", "path": "/a"}),
        ("SSK-3043", {"op": "add", "path": "/a"}),
        ("SSK-3043", {"op": "add", "path": "a", "value": 1}),
        ("SSK-3043", {"op": "move", "path": "/a"}),
        ("SSK-3043", {"op": ["add"], "path": "/a", "value": 1}),
        ("SSK-3043", "add"),
        ("SSK-3044", {"op": "remove", "path": "/list/01"}),
        ("SSK-3044", {"op": "remove", "path": "/list/-"}),
        ("SSK-3044", {"op": "add", "path": "/list/3", "value": 1}),
        ("SSK-3044", {"op": "replace", "path": "/b", "value": 1}),
        ("SSK-3044", {"op": "move", "from": "/list", "path": "/list/0"}),
        ("SSK-3044", {"op": "add", "path": "/list/0/x", "value": 1}),
        ("SSK-3045", {"op": "test", "path": "/list/0", "value": True}),
        ("SSK-3045", {"op": "test", "path": "/b", "value": 1}),
    ],
)
def test_a_wrong_json_operation_is_told_by_its_number(number, wrong):
    with pytest.raises(Problem) as told:
        json_patch.apply({"list": [1, 2]}, [{"op": "test", "path": "/list/0", "value": 1.0}, wrong])
    assert (told.value.number, told.value.places) == (number, {"operation": 1})


def test_too_many_operations_are_refused():
    many = [{"op": "test", "path": "", "value": {}}] * 1001
    with pytest.raises(Problem, match="SSK-3043"):
        json_patch.apply({}, many)
    with pytest.raises(Problem, match="SSK-3043"):
        fhirpath_patch.apply({}, {"parameter": many})


@pytest.mark.parametrize("text", ["a", "a" * 1000])
def test_a_list_that_is_copied_into_itself_is_refused_before_it_fills_the_memory(text):
    into_itself = [{"op": "copy", "from": "/list", "path": "/list/-"}] * 60
    with pytest.raises(Problem, match="SSK-3044"):
        json_patch.apply({"list": [text]}, into_itself)
    assert json_patch.apply({"list": [text]}, into_itself[:2]) == {"list": [text, [text], [text, [text]]]}


@pytest.mark.parametrize("function", ["matches", "matchesFull ", "replaceMatches"])
def test_a_path_by_a_pattern_is_refused_before_it_is_tried(function):
    path = f"Patient.name.where(family.{function}('(a+)+$', 'x'))"
    operation = {
        "name": "operation",
        "part": [{"name": "type", "valueCode": "delete"}, {"name": "path", "valueString": path}],
    }
    resource = {"resourceType": "Patient", "name": [{"family": "a" * 40 + "!"}]}
    with pytest.raises(Problem, match="SSK-3044"):
        fhirpath_patch.apply(resource, {"resourceType": "Parameters", "parameter": [operation]})
