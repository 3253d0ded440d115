"""Functional lists: what is current of one person, by search and as a List."""

from __future__ import annotations

import pytest

from sosuckhoe.clinical import actions, structure, whole
from sosuckhoe.clinical.search import parameters
from sosuckhoe.clinical.search.current import lists
from tests.clinical.made import AT, draft, patient
from tests.doors.fhir.test_interactions import code

ME = f"Patient/{patient().key}"
HL7 = "http://terminology.hl7.org/CodeSystem"


def coded(system, value):
    return {"coding": [{"system": f"{HL7}/{system}", "code": value}]}


def allergy(name, *categories, status="active", verified="confirmed", person=4711, **more):
    states = {
        "clinicalStatus": coded("allergyintolerance-clinical", status),
        "verificationStatus": coded("allergyintolerance-verification", verified),
    }
    owner = {"reference": f"Patient/{patient(person).key}"}
    shown = {key: value for key, value in states.items() if value["coding"][0]["code"]}
    kinds = {"category": list(categories)} if categories else {}
    return draft("AllergyIntolerance", name, person=person, patient=owner, **kinds, **shown, **more)


def condition(name, category="problem-list-item", status="active", verified="confirmed"):
    return draft(
        "Condition",
        name,
        subject={"reference": ME},
        category=[coded("condition-category", category)],
        clinicalStatus=coded("condition-clinical", status),
        verificationStatus=coded("condition-ver-status", verified),
    )


def medicine(kind, name, status, **more):
    return draft(kind, name, status=status, subject={"reference": ME}, medicationCodeableConcept={"text": name}, **more)


@pytest.fixture
def book(client):
    """What is current, named by the list that it is on, and beside it what is not."""
    actions.put_many(
        [
            patient(),
            patient(99),
            allergy("drug", "medication"),
            allergy("vaccine", "biologic", "food"),
            allergy("unsaid", status="", verified=""),
            allergy("food", "food"),
            allergy("over", "medication", status="resolved"),
            allergy("refuted", "medication", verified="refuted"),
            allergy("hers", "medication", person=99),
            allergy("hidden", "medication", meta={"security": [{"code": "HIV"}]}),
            condition("lasting"),
            condition("again", status="relapse"),
            condition("visit", "encounter-diagnosis"),
            condition("gone", status="resolved"),
            condition("wrong", verified="entered-in-error"),
            medicine("MedicationRequest", "ordered", "active", intent="order"),
            medicine("MedicationRequest", "planned", "active", intent="plan"),
            medicine("MedicationRequest", "ended", "completed", intent="order"),
            medicine("MedicationStatement", "taken", "active"),
            medicine("MedicationStatement", "stopped", "stopped"),
        ],
        AT,
    )


ON = {
    "$current-allergies": ("AllergyIntolerance", {"drug", "vaccine", "unsaid", "food", "hidden"}),
    "$current-drug-allergies": ("AllergyIntolerance", {"drug", "vaccine", "unsaid", "hidden"}),
    "$current-problems": ("Condition", {"lasting", "again"}),
    "$current-medications": ("MedicationStatement", {"taken"}),
}


def keys(type_name, names):
    return sorted(str(draft(type_name, name).key) for name in names)


def found(answer):
    assert answer.status_code == 200, answer.text
    return sorted(entry["resource"]["id"] for entry in answer.json.get("entry", ()))


@pytest.mark.parametrize("name", sorted(ON))
def test_a_search_finds_what_is_current(client, book, name):
    type_name, names = ON[name]
    for url in (f"/{type_name}?patient={patient().key}&_list={name}", f"/{ME}/{type_name}?_list={name}"):
        assert found(client.ask("alice", "GET", url)) == keys(type_name, names)
        assert found(client.ask("hospital", "GET", url)) == keys(type_name, names - {"hidden"})
        assert found(client.ask("charlie", "GET", url)) == []
    page = client.ask("alice", "GET", f"/{type_name}?patient={patient().key}&_list={name}&_count=1").json
    assert name.replace("$", "%24") in page["link"][0]["url"] or name in page["link"][0]["url"]
    orders = client.ask("alice", "GET", f"/MedicationRequest?subject={ME}&_list=$current-medications")
    assert found(orders) == keys("MedicationRequest", {"ordered"})


@pytest.mark.parametrize(
    ("url", "number"),
    [
        ("/AllergyIntolerance?_list=$current-allergies", "SSK-3442"),
        ("/AllergyIntolerance?patient=a,b&_list=$current-allergies", "SSK-3442"),
        ("/AllergyIntolerance?patient.name=An&_list=$current-allergies", "SSK-3442"),
        ("/AllergyIntolerance?patient=a&_list=$current-problems", "SSK-3002"),
        ("/AllergyIntolerance?patient=a&_list=$current-allergies,b", "SSK-3002"),
        ("/Observation?patient=a&_list=$current-allergies", "SSK-3002"),
        ("/List/$find?patient=a", "SSK-3181"),
        ("/List/$find?patient=a&patient=b&name=$current-problems", "SSK-3181"),
        ("/List/$find?patient=a&name=problems", "SSK-3004"),
        ("/List/$find?patient=a/b&name=$current-problems", "SSK-3004"),
        ("/List/$find?patient=a&name=$current-problems&date=1", "SSK-3001"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(client, book, url, number):
    answer = client.ask("alice", "GET", url)
    assert (answer.status_code, code(answer)) == (400, number)


def find(client, who, name, key=None):
    return client.ask(who, "GET", f"/List/$find?patient={key or patient().key}&name={name}")


@pytest.mark.parametrize("name", sorted(ON))
def test_a_list_is_made_of_what_is_current(client, book, name):
    made = find(client, "alice", name).json
    structure.check(made, "List")
    assert (made["status"], made["mode"], made["subject"]) == ("current", "snapshot", {"reference": ME})
    type_name, names = ON[name]
    items = [f"{type_name}/{key}" for key in keys(type_name, names)]
    if name == "$current-medications":
        items += [f"MedicationRequest/{key}" for key in keys("MedicationRequest", {"ordered"})]
    assert sorted(entry["item"]["reference"] for entry in made["entry"]) == sorted(items)
    hidden = str(draft("AllergyIntolerance", "hidden").key)
    assert hidden not in find(client, "hospital", name).text


def test_nobody_is_told_of_whom_they_may_not_see(client, book):
    for who in ("charlie", "stranger"):
        assert find(client, who, "$current-problems").status_code == 404
    assert find(client, "alice", "$current-problems", "nobody").status_code == 404
    assert "entry" not in find(client, "program", "$current-problems", patient(99).key).json
    assert client.ask(None, "GET", "/List/$find").status_code == 401


def test_too_many_are_refused_and_not_cut(client, book, monkeypatch):
    monkeypatch.setattr(whole, "MOST", 1)
    answer = find(client, "alice", "$current-allergies")
    assert (answer.status_code, code(answer)) == (400, "SSK-3182")


def test_these_are_the_lists_of_r4():
    """https://hl7.org/fhir/R4/lifecycle.html#current."""
    assert {name: set(one.types) for name, one in lists().items()} == {
        "$current-problems": {"Condition"},
        "$current-medications": {"MedicationStatement", "MedicationRequest"},
        "$current-allergies": {"AllergyIntolerance"},
        "$current-drug-allergies": {"AllergyIntolerance"},
    }


def test_every_list_is_of_types_that_name_their_patient():
    assert set(lists()) == set(ON)
    for one in lists().values():
        assert one.types
        assert all("patient" in parameters.of(type_name) for type_name in one.types)
