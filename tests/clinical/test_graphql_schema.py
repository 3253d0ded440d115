"""The schema of $graphql, read as tools read it, by graphql-core: valid, whole, and bounded."""

from __future__ import annotations

import pytest
from graphql import assert_valid_schema, build_client_schema, get_introspection_query, parse, validate

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.graphql import question, telling
from sosuckhoe.clinical.graphql.answer import Answer
from sosuckhoe.clinical.graphql.known import children_of, name_of
from sosuckhoe.clinical.search import parameters


def told(text, **variables):
    """The answer to a question that needs no repository."""
    return Answer(question.read(text, variables=variables), None).of_system()


@pytest.fixture(scope="module")
def schema():
    made = build_client_schema(told(get_introspection_query()))
    assert_valid_schema(made)
    return made


def test_every_type_and_element_of_r4_is_there_and_no_other(schema):
    waiting, seen = [*parameters.types()], set()
    while waiting:
        one = waiting.pop()
        if one in seen or not children_of(one):
            continue
        seen.add(one)
        own = {"resourceType"} if one in parameters.number_of() else {"resource"} if one == "Reference" else set()
        assert set(schema.get_type(name_of(one)).fields) == {*children_of(one), *own}, one
        waiting += [child.type for child in children_of(one).values()]
    assert len({name_of(one) for one in seen}) == len(seen), "no two types have one name"
    beside = {f"{one}{end}" for one in parameters.types() for end in ("Connection", "Edge")}
    objects = {name for name, one in schema.type_map.items() if hasattr(one, "fields") and not name.startswith("__")}
    assert objects == {name_of(one) for one in seen} | beside | {"Query", "Resource"}


def test_every_search_parameter_of_r4_may_be_asked(schema):
    for one in parameters.types():
        given = schema.query_type.fields[f"{one}List"].args
        assert {code.replace("-", "_") for code in parameters.of(one)} <= set(given), one
        assert set(schema.query_type.fields[f"{one}Connection"].args) == set(given)


@pytest.mark.parametrize(
    "text",
    [
        '{ Patient(id: "a") { name(use: "official", fhirpath: "given", _offset: 1, _count: 2) { given } } }',
        '{ Patient(id: "a") { ...p } } fragment p on Patient { contact { ... on PatientContact { gender } } }',
        '{ PatientList(gender: "male", _count: 1) { id name @first @flatten { family @singleton } } }',
        '{ PatientList { name @slice(path: "use") { text } birthDate @skip(if: true) } }',
        '{ ObservationConnection(value_quantity: "gt1", code: ["a", "b"]) { count next edges { resource { id } } } }',
        "{ ObservationList { subject { resource(optional: true, type: Patient) { id ... on Patient { gender } } } } }",
        "{ __typename __schema { queryType { name } } }",
    ],
)
def test_tools_find_good_what_is_answered(schema, text):
    assert validate(schema, parse(text)) == []


def test_tools_find_what_is_wrong(schema):
    for text in ("{ nothing }", '{ Patient(id: "a") { colour } }', "{ PatientList(colour: 1) { id } }"):
        assert validate(schema, parse(text))


def test_one_type_by_its_name():
    text = "query q($n: String) { __type(name: $n) { kind name fields { name type { kind name ofType { name } } } } }"
    found = told(text, n="PatientContact")["__type"]
    assert (found["kind"], found["name"]) == ("OBJECT", "PatientContact")
    named = {one["name"]: one["type"] for one in found["fields"]}
    assert named["gender"] == {"kind": "SCALAR", "name": "code", "ofType": None}
    assert named["telecom"] == {"kind": "LIST", "name": None, "ofType": {"name": "ContactPoint"}}
    assert told(text, n="Nothing") == told(text) == {"__type": None}
    twice = told('{ t: __type(name: "Period") { name } t: __type(name: "Period") { kind } }')
    assert twice["t"] == {"name": "Period", "kind": "OBJECT"}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("{ __schema }", "SSK-3188"),
        ("{ __schema { types } }", "SSK-3188"),
        ("{ __schema { types { colour } } }", "SSK-3188"),
        ('{ __type(name: "Period") { name { id } } }', "SSK-3188"),
        ("{ __schema { types { " + "fields { type { " * 5 + "name" + " } }" * 5 + " } } }", "SSK-3187"),
    ],
)
def test_what_cannot_be_told_is_refused(monkeypatch, text, number):
    monkeypatch.setattr(telling, "MOST_TOLD", 20_000)
    with pytest.raises(Problem) as refused:
        told(text)
    assert refused.value.number == number
