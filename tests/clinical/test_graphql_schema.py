"""The schema of $graphql, read as tools read it, by graphql-core: valid, whole, and bounded."""

from __future__ import annotations

import pytest
from graphql import assert_valid_schema, build_client_schema, get_introspection_query, parse, validate

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.graphql import question, telling
from sosuckhoe.clinical.graphql.answer import Answer
from sosuckhoe.clinical.graphql.known import children_of, name_of
from sosuckhoe.clinical.search import custom, defining, parameters
from tests.clinical.custom_made import definition


def told(text, **variables):
    """The answer to a question that needs no repository."""
    return Answer(question.read(text, variables=variables), None).of_system()


def leading_to(target):
    """The types with a parameter that names a type as what it refers to."""
    return {
        source
        for source in parameters.types()
        for one in parameters.of(source).values()
        if one.kind == "reference" and target in one.targets
    }


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
        own |= {f"{source}{end}" for source in leading_to(one) for end in ("List", "Connection")}
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


def test_an_instance_takes_the_searches_that_lead_back_to_it(schema):
    assert {"Observation", "Encounter"} <= leading_to("Patient")
    at_root = schema.query_type.fields["ObservationList"].args
    for kind in ("List", "Connection"):
        assert set(schema.get_type("Patient").fields[f"Observation{kind}"].args) == {*at_root, "_reference"}
    assert "_reference" not in at_root, "nothing is led back to where no resource is"
    assert "PatientList" not in schema.get_type("Observation").fields


def test_parameters_that_are_defined_here_are_told_when_they_can_be_asked():
    nickname, waits, keeper = (
        defining.customs(definition(*asked).body, {}.get)[0]
        for asked in (
            ("nick-name", "token", "Patient", "Patient.gender"),
            ("waits", "token", "Patient", "Patient.gender"),
            ("keeper", "reference", "Flag", "Flag.author"),
        )
    )
    ready = [one._replace(is_searchable=True) for one in (nickname, keeper._replace(targets=("Schedule",)))]
    custom.use(custom.Registry([*ready, waits]))
    try:
        assert "nick_name" in arguments("Query")["PatientList"]
        assert "waits" not in arguments("Query")["PatientList"]
        assert "keeper" in arguments("Patient")["FlagList"]
        assert {"_reference", "keeper"} <= arguments("Schedule")["FlagConnection"]
    finally:
        custom.use(custom.NONE)
    assert "nick_name" not in arguments("Query")["PatientList"]
    assert "FlagList" not in arguments("Schedule")


def arguments(type_name):
    """The names of what each field of a type takes."""
    found = told("query q($n: String) { __type(name: $n) { fields { name args { name } } } }", n=type_name)["__type"]
    return {one["name"]: {given["name"] for given in one["args"]} for one in found["fields"]}


@pytest.mark.parametrize(
    "text",
    [
        '{ Patient(id: "a") { ObservationList(_reference: patient, code: "718-7") { id } } }',
        '{ Patient(id: "a") { EncounterConnection(_reference: "patient", _count: 1) { edges { resource { id } } } } }',
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
    for text in (
        "{ nothing }",
        "{ PatientList(_reference: patient) { id } }",
        '{ Patient(id: "a") { colour } }',
        "{ PatientList(colour: 1) { id } }",
    ):
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
