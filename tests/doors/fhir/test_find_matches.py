"""Codes found by their properties. https://hl7.org/fhir/R4/codesystem-operation-find-matches.html"""

from __future__ import annotations

import pytest

from sosuckhoe.clinical import structure
from sosuckhoe.clinical.terminology import BUILT_IN, matching
from sosuckhoe.clinical.terminology.matching import Known
from tests.doors.fhir.test_terminology import ICD10, LIST, get, number, post

BEDS = LIST["url"]
SYSTEM = {"name": "system", "valueUri": BEDS}
EXACT = {"name": "exact", "valueBoolean": True}


def prop(code, *inner, **value):
    parts = [{"name": "code", "valueCode": code}, *({"name": "value", key: one} for key, one in value.items())]
    return {"name": "property", "part": [*parts, *({**one, "name": "subproperty"} for one in inner)]}


@pytest.fixture
def beds(client):
    assert client.ask("program", "PUT", "/CodeSystem/beds", {**LIST, "id": "beds"}).status_code == 201
    return client


def matches(answer):
    """Code → what was unmatched, in order."""
    assert answer.status_code == 200, answer.json
    structure.check(answer.json, "Parameters")
    found = {}
    for one in answer.json.get("parameter", []):
        unmatched = [part["part"][0]["valueCode"] for part in one["part"] if part["name"] == "unmatched"]
        found[one["part"][0]["valueCoding"]["code"]] = unmatched
    return found


def comments(answer):
    return [part["valueString"].split()[3] for one in answer.json["parameter"] for part in one["part"]
            if part["name"] == "comment"]  # fmt: skip


def test_complete_partial_and_possible_matches(beds):
    asked = (prop("parent", valueCode="ward"), prop("floor", valueInteger=2))
    exact = post(beds, "/CodeSystem/$find-matches", SYSTEM, EXACT, *asked)
    assert matches(exact) == {"icu": [], "old": ["floor"]}
    assert comments(exact) == []
    near = post(beds, "/CodeSystem/beds/$find-matches", *asked, prop("display", valueString="hoi suc giuong"))
    assert matches(near) == {"icu": ["display"], "old": ["floor", "display"]}
    assert comments(near) == ["near", "some"]
    whole = post(beds, "/CodeSystem/$find-matches", SYSTEM, *asked, prop("display", valueString="intensive care BED"))
    assert matches(whole)["icu"] == []
    assert whole.json["parameter"][0]["part"][0]["valueCoding"]["display"] == "Giường hồi sức"


def test_a_machine_is_told_of_no_possible_match(beds):
    asked = (SYSTEM, prop("display", valueString="giuong"))
    assert matches(post(beds, "/CodeSystem/$find-matches", *asked)) == {
        one: ["display"] for one in ("ward", "icu", "old")
    }
    assert matches(post(beds, "/CodeSystem/$find-matches", *asked, EXACT)) == {}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (prop("inactive", valueBoolean=True), {"old"}),
        (prop("inactive", valueBoolean=False), {"ward", "icu"}),
        (prop("child", valueCode="icu"), {"ward"}),
        (prop("code", valueCode="icu"), {"icu"}),
        (prop("code", valueCoding={"code": "icu"}), {"icu"}),
        (prop("code", valueCode="ICU"), set()),
        (prop("floor", valueInteger=3), set()),
        (prop("floor"), set()),
        (prop("nothing", valueString="2"), set()),
        (prop("floor", prop("floor", valueInteger=2), valueInteger=2), set()),
    ],
)
def test_a_property_is_there_or_not(beds, asked, found):
    compositional = {"name": "compositional", "valueBoolean": True}
    assert matches(post(beds, "/CodeSystem/$find-matches", SYSTEM, EXACT, compositional, asked)).keys() == found


def test_what_stands_around_a_code_comes_near(client):
    of = {"name": "system", "valueUri": ICD10}
    answer = post(client, "/CodeSystem/$find-matches", of, prop("code", valueCode="A00"))
    assert next(iter(matches(answer))) == "A00"
    assert {"A00.0", "A00.1", "A00.9"} < matches(answer).keys()
    assert list(matches(post(client, "/CodeSystem/$find-matches", of, EXACT, prop("code", valueCode="A00")))) == ["A00"]


def test_what_is_unmatched_is_told_with_its_value_and_what_is_within(beds):
    asked = (
        prop("parent", valueCode="ward"),
        prop("finding", prop("site", valueCoding={"code": "1"}), valueString="x"),
    )
    answer = post(beds, "/CodeSystem/$find-matches", SYSTEM, EXACT, *asked)
    assert answer.json["parameter"][0]["part"][1]["part"] == [
        {"name": "code", "valueCode": "finding"},
        {"name": "value", "valueString": "x"},
        {
            "name": "property",
            "part": [{"name": "code", "valueCode": "site"}, {"name": "value", "valueCoding": {"code": "1"}}],
        },
    ]


@pytest.mark.parametrize(
    ("entries", "error"),
    [
        ((SYSTEM,), "SSK-3207"),
        ((prop("code", valueCode="x"),), "SSK-3207"),
        (({"name": "system", "valueUri": "http://unitsofmeasure.org"}, prop("code", valueCode="kg")), "SSK-3175"),
        (({"name": "system", "valueUri": "http://snomed.info/sct"}, prop("code", valueCode="1")), "SSK-3200"),
        ((SYSTEM, {"name": "property", "valueString": "x"}), "SSK-3004"),
        ((SYSTEM, {"name": "property", "part": [{"name": "value", "valueCode": "x"}]}), "SSK-3004"),
        ((SYSTEM, prop("code", valueDecimal=1.5)), "SSK-3004"),
        ((SYSTEM, *[prop("code", valueCode="x")] * 21), "SSK-3480"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_by_name(beds, entries, error):
    assert number(post(beds, "/CodeSystem/$find-matches", *entries)) == error
    assert get(beds, "/CodeSystem/$find-matches", system=BEDS).status_code == 400


def test_a_long_list_answers_with_its_best():
    found = matching.matches(BUILT_IN.system(ICD10), [Known("display", "bệnh")], is_exact=False)
    assert len(found) == matching.MOST_MATCHES
