"""Patient/$summary: a document that holds together, says what the book says, and says what nobody knows."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from sosuckhoe.base import db as database
from sosuckhoe.book.ips.sections import sections
from sosuckhoe.clinical import actions, structure
from tests.clinical.made import AT, PERSON, draft, observation, patient
from tests.doors.fhir.test_everything import register

SUBJECT = {"reference": f"Patient/{patient().key}"}
ICD10 = "http://hl7.org/fhir/sid/icd-10"
LABELLED = {"meta": {"security": [{"code": "HIV"}]}}


def coded(text, system="urn:test", code="x"):
    return {"coding": [{"system": system, "code": code}], **({"text": text} if text else {})}


def told():
    """What was done for the person."""
    return [
        draft(
            "Immunization",
            "i",
            status="completed",
            patient=SUBJECT,
            vaccineCode=coded("BCG"),
            occurrenceDateTime="1999-01-01",
            protocolApplied=[{"doseNumberPositiveInt": 1}],
        ),
        observation("old", effectiveDateTime="2020-01-01", valueQuantity={"value": 1.10, "unit": "g/dL"}),
        observation("new", valueQuantity={"value": 13.5, "unit": "g/dL"}),
        draft(
            "Procedure", "p", status="completed", subject=SUBJECT, code=coded("Cắt ruột thừa"), performedDateTime="2010"
        ),
        draft("Device", "d", type=coded("Máy tạo nhịp"), patient=SUBJECT),
        draft(
            "DeviceUseStatement",
            "u",
            status="active",
            subject=SUBJECT,
            device={"reference": f"Device/{draft('Device', 'd').key}"},
        ),
    ]


@pytest.fixture
def full(client):
    """A person of whom every section has something to say."""
    doctor = register("Practitioner", "doctor", name=[{"text": "BS. An"}])
    drafts = [
        patient(gender="female", birthDate="1961-05-02", name=[{"text": "Nguyễn Thị Lụa"}]),
        doctor,
        draft(
            "MedicationRequest",
            "m",
            status="active",
            intent="order",
            medicationCodeableConcept=coded("Metformin 850mg <viên>"),
            subject=SUBJECT,
            requester={"reference": f"Practitioner/{doctor.key}"},
            authoredOn="2026-10-30",
            dosageInstruction=[{"text": "Ngày 2 lần"}],
            dispenseRequest={"expectedSupplyDuration": {"value": 3000, "code": "d"}},
        ),
        draft(
            "AllergyIntolerance",
            "a",
            clinicalStatus=coded("", "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "active"),
            patient=SUBJECT,
            code=coded("Penicillin"),
        ),
        draft(
            "AllergyIntolerance",
            "not",
            patient=SUBJECT,
            code=coded("Tôm"),
            verificationStatus=coded("", "u", "refuted"),
        ),
        draft(
            "Condition",
            "c",
            subject=SUBJECT,
            code=coded("Đái tháo đường típ 2", ICD10, "E11"),
            recordedDate="2026-10-30",
        ),
        draft(
            "Condition", "hiv", subject=SUBJECT, code=coded("HIV", ICD10, "B20"), recordedDate="2026-10-30", **LABELLED
        ),
        *told(),
    ]
    actions.put_many(drafts, AT)
    return {f"{one.type}/{one.key}" for one in drafts}


def asked(client, who="alice", path=""):
    answer = client.ask(who, "GET", path or f"/Patient/{patient().key}/$summary")
    assert answer.status_code == 200, answer.text
    return answer.json


def by_code(bundle):
    composition = bundle["entry"][0]["resource"]
    return {one["code"]["coding"][0]["code"]: one for one in composition["section"]}


def resolved(bundle):
    return {entry["fullUrl"]: entry["resource"] for entry in bundle["entry"]}


def references(value):
    if isinstance(value, list):
        for one in value:
            yield from references(one)
    elif isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for one in value.values():
            yield from references(one)


@pytest.mark.parametrize("has_facts", [True, False], ids=["full", "empty"])
def test_it_is_a_valid_document(client, request, has_facts):
    if has_facts:
        request.getfixturevalue("full")
    else:
        actions.put_many([patient()], AT)
    bundle = asked(client)
    structure.check(bundle, "Bundle")
    for entry in bundle["entry"]:
        structure.check(entry["resource"], entry["resource"]["resourceType"])
    assert (bundle["type"], bundle["entry"][0]["resource"]["resourceType"]) == ("document", "Composition")
    assert bundle["identifier"]["value"]
    assert bundle["timestamp"]
    assert len(resolved(bundle)) == len(bundle["entry"])
    assert set(references(bundle["entry"][0]["resource"])) <= resolved(bundle).keys()
    for section in bundle["entry"][0]["resource"]["section"]:
        assert ("entry" in section) != ("emptyReason" in section)
        assert ET.fromstring(section["text"]["div"]).tag == "{http://www.w3.org/1999/xhtml}div"


def test_every_section_says_what_the_record_says(client, full):
    bundle = asked(client)
    kinds = {
        code: sorted(resolved(bundle)[one["reference"]]["resourceType"] for one in section.get("entry", ()))
        for code, section in by_code(bundle).items()
    }
    assert kinds == {
        "10160-0": ["MedicationRequest"],
        "48765-2": ["AllergyIntolerance"],
        "11450-4": ["Condition", "Condition"],
        "11369-6": ["Immunization"],
        "30954-2": ["Observation"],
        "47519-4": ["Procedure"],
        "46264-8": ["DeviceUseStatement"],
    }
    newest = resolved(bundle)[by_code(bundle)["30954-2"]["entry"][0]["reference"]]
    assert newest["valueQuantity"]["value"] == 13.5
    types = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    assert types.count("Practitioner") == 1
    assert types.count("Device") == 2
    assert bundle["entry"][0]["resource"]["confidentiality"] == "R"
    assert "&lt;viên&gt;" in by_code(bundle)["10160-0"]["text"]["div"]


def test_what_nobody_knows_is_said(client):
    actions.put_many([patient()], AT)
    bundle = asked(client)
    found = by_code(bundle)
    for section in sections():
        if section.need == "optional":
            assert section.code not in found
            continue
        assert section.empty.vi in found[section.code]["text"]["div"]
        assert section.empty.en in found[section.code]["text"]["div"]
        if section.need == "required":
            told = resolved(bundle)[found[section.code]["entry"][0]["reference"]]
            assert section.unknown.code in str(told)
        else:
            assert found[section.code]["emptyReason"]["coding"][0]["code"] == "unavailable"
    assert [section.need for section in sections()].count("required") == 3


def test_the_same_record_gives_the_same_bytes(client, full):
    path = f"/fhir/Patient/{patient().key}/$summary"
    once, again = (
        client.simulate_get(path, headers={"Authorization": f"Bearer {client.tokens['alice']}"}).content
        for _ in range(2)
    )
    assert once == again
    actions.put_many([observation("newer", effectiveDateTime="2026-08-01")], AT)
    assert client.ask("alice", "GET", path.removeprefix("/fhir")).content != once


def test_hidden_rows_stay_hidden(client, full):
    bundle = asked(client, "hospital")
    assert len(by_code(bundle)["11450-4"]["entry"]) == 1
    assert "B20" not in str(bundle)
    assert bundle["entry"][0]["resource"]["confidentiality"] == "N"


@pytest.mark.parametrize("who", ["charlie", "stranger", "officer"])
def test_strangers_get_nothing(client, full, who):
    assert client.ask(who, "GET", f"/Patient/{patient().key}/$summary").status_code in {403, 404}


def test_it_is_found_by_an_identifier(client):
    actions.put_many([patient(identifier=[{"system": "urn:test", "value": "77"}])], AT)
    path = "/Patient/$summary?identifier=urn:test%7C"
    assert asked(client, "alice", f"{path}77")["type"] == "document"
    assert client.ask("charlie", "GET", f"{path}77").status_code == 404
    assert client.ask("alice", "GET", f"{path}78").status_code == 404
    assert client.ask("alice", "GET", "/Patient/$summary").status_code == 400


def test_another_profile_is_refused_and_a_look_is_traced(client, full):
    path = f"/Patient/{patient().key}/$summary"
    assert client.ask("alice", "GET", f"{path}?profile=urn:other").status_code == 400
    asked(client)
    lines = database.tuples("select action, outcome from access_audit where person = %s", (PERSON,))
    assert ("summary", "done") in lines


def test_entries_of_several_types_may_have_one_id(client):
    actions.put_many([patient(gender="female", birthDate="1961-05-02")], AT)
    active = coded("", "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "active")
    allergy = {"resourceType": "AllergyIntolerance", "patient": SUBJECT, "code": coded("Penicillin")}
    allergy["clinicalStatus"] = active
    problem = {"resourceType": "Condition", "subject": SUBJECT, "code": coded("Đái tháo đường típ 2", ICD10, "E11")}
    problem["recordedDate"] = "2026-10-30"
    result = {"resourceType": "Observation", "status": "final", "subject": SUBJECT, "code": coded("Hb")}
    result |= {"effectiveDateTime": "2026-10-30", "valueQuantity": {"value": 13.5, "unit": "g/dL"}}
    for one in (allergy, problem, result):
        answer = client.ask("program", "PUT", f"/{one['resourceType']}/same", {**one, "id": "same"})
        assert answer.status_code == 201, answer.text
    named = [part["reference"] for one in by_code(asked(client)).values() for part in one.get("entry", ())]
    assert {"/".join(one.split("/")[-2:]) for one in named} >= {
        "AllergyIntolerance/same", "Condition/same", "Observation/same",
    }  # fmt: skip
