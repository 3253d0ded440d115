"""$graphql: the specification's features, bounds, and the caller's rights on every step."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from sosuckhoe.clinical import actions
from tests.clinical.made import AT, draft, observation, patient
from tests.doors.fhir.test_everything import register

NAMES = [
    {"use": "official", "family": "Nguyễn", "given": ["Thị", "Lụa"]},
    {"use": "nickname", "text": "Bé"},
]


@pytest.fixture
def stored(client):
    doctor = register("Practitioner", "doctor", name=[{"text": "BS. An"}])
    drafts = [
        patient(gender="female", name=NAMES, generalPractitioner=[{"reference": f"Practitioner/{doctor.key}"}]),
        doctor,
        observation("a"),
        observation("h", meta={"security": [{"code": "HIV"}]}),
        draft("Encounter", "visit", status="finished", subject={"reference": f"Patient/{patient().key}"}),
    ]
    actions.put_many(drafts, AT)
    return drafts


def ask(client, text, who="alice", path="", **more):
    answer = client.ask(who, "POST", path or f"/Patient/{patient().key}/$graphql", {"query": text, **more})
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith("application/json")
    return answer.json


def data(client, text, **more):
    told = ask(client, text, **more)
    assert "errors" not in told, told
    return told["data"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ gender }", {"gender": "female"}),
        ("{ sex: gender resourceType }", {"sex": "female", "resourceType": "Patient"}),
        ("{ name { use } }", {"name": [{"use": "official"}, {"use": "nickname"}]}),
        ('{ name(use: "official") { family } }', {"name": [{"family": "Nguyễn"}]}),
        ('{ name(fhirpath: "given.count() = 2") { family } }', {"name": [{"family": "Nguyễn"}]}),
        ("{ name(_offset: 1, _count: 1) { text } }", {"name": [{"text": "Bé"}]}),
        ("{ name @first { given } }", {"name": {"given": ["Thị", "Lụa"]}}),
        ("{ name @flatten { given use } }", {"given": ["Thị", "Lụa"], "use": ["official", "nickname"]}),
        ("{ name @first @flatten { family @singleton } }", {"family": "Nguyễn"}),
        ('{ name @slice(path: "use") { family } }', {"name.official": {"family": "Nguyễn"}, "name.nickname": {}}),
        ('{ name @slice(path: "$index") { use } }', {"name.0": {"use": "official"}, "name.1": {"use": "nickname"}}),
        ("{ ...f } fragment f on Patient { gender }", {"gender": "female"}),
        ("{ ... on Observation { status } ... on Patient { gender } }", {"gender": "female"}),
        ("{ gender @skip(if: true) birthDate }", {}),
        ('query q($u: String = "nickname") { name(use: $u) { text } }', {"name": [{"text": "Bé"}]}),
        ("{ generalPractitioner { resource { ... on Practitioner { name { text } } } } }",
         {"generalPractitioner": [{"resource": {"name": [{"text": "BS. An"}]}}]}),
        ('{ ObservationList(_reference: subject, code: "718-7") { status } }',
         {"ObservationList": [{"status": "final"}, {"status": "final"}]}),
        ("{ ObservationConnection(_reference: subject, _count: 1) { count pagesize edges { resource { status } } } }",
         {"ObservationConnection": {
             "count": 2, "pagesize": 1, "edges": [{"resource": {"status": "final"}}]}}),
    ],
)  # fmt: skip
def test_what_is_asked_is_answered(client, stored, text, expected):
    assert data(client, text) == expected


def test_the_system_by_get_and_post(client, stored):
    text = f'{{ Patient(id: "{patient().key}") {{ gender }} all: PatientList(gender: "female") {{ id }} }}'
    expected = {"Patient": {"gender": "female"}, "all": [{"id": str(patient().key)}]}
    assert data(client, text, path="/$graphql") == expected
    assert client.ask("alice", "GET", f"/$graphql?{urlencode({'query': text})}").json == {"data": expected}
    raw = client.ask("alice", "POST", "/$graphql", text.encode(), Content_Type="application/graphql")
    assert raw.json == {"data": expected}
    named = 'query a { PatientList(gender: "male") { id } } query b($g: code) { PatientList(gender: $g) { id } }'
    chosen = {"operationName": "b", "variables": {"g": "female"}}
    assert len(data(client, named, path="/$graphql", **chosen)["PatientList"]) == 1


def test_a_hyphen_is_an_underscore_also_where_a_search_leads_back(client, stored):
    text = '{ Practitioner(id: "%s") { PatientList(_reference: %s) { gender } } }'
    for name in ("general_practitioner", '"general-practitioner"'):
        told = data(client, text % (stored[1].key, name), path="/$graphql")
        assert told == {"Practitioner": {"PatientList": [{"gender": "female"}]}}


def test_rights_hold_on_every_step(client, stored):
    text = "{ ObservationList(_reference: subject) { id } }"
    assert len(data(client, text, who="alice")["ObservationList"]) == 2
    assert len(data(client, text, who="hospital")["ObservationList"]) == 1
    assert client.ask("charlie", "POST", f"/Patient/{patient().key}/$graphql", {"query": text}).status_code == 404
    one = f'{{ Patient(id: "{patient().key}") {{ gender }} }}'
    told = ask(client, one, who="charlie", path="/$graphql")
    assert told["data"] is None
    assert told["errors"][0]["extensions"]["resource"]["issue"][0]["details"]["coding"][0]["code"] == "SSK-1002"
    assert data(client, "{ PatientList { id } }", who="charlie", path="/$graphql") == {"PatientList": []}


def test_a_reference_that_leads_nowhere_must_be_optional(client, stored):
    text = "{ ObservationList(_reference: subject) { performer { resource { id } } encounter { resource%s { id } } } }"
    assert data(client, text % "(optional: true)")["ObservationList"][0]["encounter"] == {
        "resource": {"id": str(stored[4].key)}
    }
    path = f"/Observation/{observation('a').key}/$graphql"
    actions.remove_many([stored[4].key], AT)
    assert data(client, "{ encounter { resource(optional: true) { id } } }", path=path) == {"encounter": {}}
    assert ask(client, "{ encounter { resource { id } } }", path=path)["data"] is None


@pytest.mark.parametrize(
    "text",
    [
        "{ nothing",
        "mutation { PatientCreate { id } }",
        "{ ...f } fragment f on Patient { ...f }",
        "{ ...missing }",
        "{ a: " * 30 + "id" + " }" * 30,
        "{ " + "gender " * 6000 + "}",
    ],
)
def test_what_is_no_question_or_too_large_is_refused(client, stored, text):
    assert client.ask("alice", "POST", "/$graphql", {"query": text}).status_code == 400


@pytest.mark.parametrize(
    "text", ["{ nothing }", "{ name }", "{ __schema { types } }", '{ name(fhirpath: "((") { use } }']
)
def test_what_a_type_does_not_have_is_an_error(client, stored, text):
    assert ask(client, text)["data"] is None


def test_a_question_may_not_cost_more_than_is_allowed(client, stored):
    many = " ".join(f"a{n}: PatientList {{ id }}" for n in range(201))
    told = ask(client, f"{{ {many} }}", who="charlie", path="/$graphql")
    assert told["errors"][0]["extensions"]["resource"]["issue"][0]["details"]["coding"][0]["code"] == "SSK-3189"


def test_the_schema_is_told_to_whoever_is_known(client, stored):
    text = '{ __typename __schema { queryType { name } } __type(name: "Patient") { interfaces { name } } }'
    told = {
        "__typename": "Query",
        "__schema": {"queryType": {"name": "Query"}},
        "__type": {"interfaces": [{"name": "Resource"}]},
    }
    assert data(client, text, who="charlie", path="/$graphql") == told
    assert client.ask(None, "POST", "/$graphql", {"query": text}).status_code == 401


def test_everything_says_what_it_is(client, stored):
    text = "{ __typename name @first { __typename } ObservationConnection(_reference: subject, _count: 1) {"
    text += " __typename edges { __typename ... on ObservationEdge { resource { __typename } } } } }"
    edge = {"__typename": "ObservationEdge", "resource": {"__typename": "Observation"}}
    page = {"__typename": "ObservationConnection", "edges": [edge]}
    told = {"__typename": "Patient", "name": {"__typename": "HumanName"}, "ObservationConnection": page}
    assert data(client, text) == told


def test_a_hyphen_of_a_search_parameter_is_an_underscore(client, stored):
    for value, found in (("gt13", 2), ("gt14", 0)):
        text = f'{{ ObservationList(_reference: subject, value_quantity: "{value}") {{ id }} }}'
        assert len(data(client, text)["ObservationList"]) == found
    text = '{ PatientList(gender__not: "male", _lastUpdated: "gt2000") { id } }'
    assert len(data(client, text, path="/$graphql")["PatientList"]) == 1


def test_a_connection_leads_on_and_back(client, stored):
    def page(place=None):
        asked = "_reference: subject, _count: 1" + (f', _cursor: "{place}"' if place else "")
        question = f"{{ ObservationConnection({asked}) {{ previous next edges {{ resource {{ id }} }} }} }}"
        return data(client, question)["ObservationConnection"]

    first = page()
    second = page(first["next"])
    assert (first["previous"], second["next"]) == (None, None)
    assert second["edges"] != first["edges"]
    assert page(second["previous"])["edges"] == first["edges"]
