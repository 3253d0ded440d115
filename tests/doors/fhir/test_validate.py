"""$validate, and writes as strict as the house is told to be."""

from __future__ import annotations

import pytest

from sosuckhoe.clinical import strictness
from tests.clinical.made import observation

BROKEN = {**observation("b").body, "valueString": "13", "dataAbsentReason": {"text": "?"}}
BROKEN = {key: value for key, value in BROKEN.items() if key not in {"valueQuantity", "id"}}
RIGHT = {key: value for key, value in observation("b").body.items() if key != "id"}
PROFILE = {
    "resourceType": "StructureDefinition",
    "url": "https://example.org/fhir/StructureDefinition/numbered",
    "name": "Numbered",
    "status": "active",
    "kind": "resource",
    "abstract": False,
    "type": "Observation",
    "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Observation",
    "derivation": "constraint",
    "differential": {
        "element": [
            {"id": "Observation", "path": "Observation"},
            {"id": "Observation.note", "path": "Observation.note", "min": 1},
            {
                "id": "Observation.status",
                "path": "Observation.status",
                "fixedCode": "final",
            },
        ]
    },
}


def found(answer):
    return [
        (one["severity"], one["details"]["coding"][0]["code"], *one["expression"])
        for one in answer.json["issue"]
        if "details" in one
    ]


def errors(answer):
    return [one[1:] for one in found(answer) if one[0] == "error"]


def test_every_issue_has_its_place_and_both_languages(client):
    answer = client.ask("program", "POST", "/Observation/$validate", BROKEN)
    assert answer.status_code == 200
    assert errors(answer) == [("SSK-3240", "Observation")]
    issue = next(one for one in answer.json["issue"] if one["severity"] == "error")
    assert issue["code"] == "invariant"
    assert "obs-6" in issue["details"]["text"]
    translated = issue["details"]["_text"]["extension"][0]["extension"]
    assert translated[0]["valueCode"] == "vi"
    assert "quy tắc obs-6" in translated[1]["valueString"]


def test_the_resource_may_stand_in_parameters_with_a_profile(client):
    wrapped = {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "resource", "resource": RIGHT},
            {"name": "profile", "valueUri": "http://hl7.org/fhir/StructureDefinition/bodyweight"},
            {"name": "mode", "valueCode": "create"},
        ],
    }
    answer = client.ask("program", "POST", "/Observation/$validate", wrapped)
    assert ("SSK-3252", "Observation.category:VSCat") in errors(answer)


def test_what_is_right_is_well(client, stored):
    answer = client.ask("alice", "POST", "/Patient/$validate", {"resourceType": "Patient", "gender": "female"})
    assert errors(answer) == []
    key = stored["observation"].key
    assert errors(client.ask("alice", "GET", f"/Observation/{key}/$validate")) == []


def test_a_reference_that_leads_nowhere_is_a_warning(client, stored):
    answer = client.ask("alice", "POST", "/Observation/$validate", RIGHT)
    warned = [one[1:] for one in found(answer) if one[0] == "warning"]
    assert ("SSK-3245", "Observation.encounter.reference") in warned
    assert ("SSK-3245", "Observation.subject.reference") not in warned
    stranger = client.ask("charlie", "POST", "/Observation/$validate", RIGHT)
    assert ("warning", "SSK-3245", "Observation.subject.reference") in found(stranger)


def test_an_update_bears_the_id_of_its_address(client, stored):
    key = stored["observation"].key
    other = {**RIGHT, "id": "another"}
    answer = client.ask("program", "POST", f"/Observation/{key}/$validate?mode=update", other)
    assert errors(answer) == [("SSK-3265", "Observation.id")]


def test_a_stranger_learns_nothing_of_an_instance(client, stored):
    key = stored["observation"].key
    assert client.ask("charlie", "GET", f"/Observation/{key}/$validate").status_code == 404
    assert client.ask("charlie", "POST", f"/Observation/{key}/$validate?mode=delete").status_code == 404


def test_a_deletion_is_tried_and_not_made(client, stored):
    path = f"/Observation/{stored['observation'].key}"
    assert client.ask("alice", "POST", f"{path}/$validate?mode=delete").status_code in {403, 404}
    assert client.ask("program", "POST", f"{path}/$validate?mode=delete").status_code == 200
    assert client.ask("program", "GET", path).status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "number"),
    [
        ("/Observation/$validate", None, "SSK-3262"),
        ("/Observation/$validate?mode=delete", RIGHT, "SSK-3263"),
        ("/Observation/$validate?mode=think", RIGHT, "SSK-3263"),
        ("/Patient/$validate", RIGHT, "SSK-3028"),
        ("/Observation/$validate?depth=3", RIGHT, "SSK-3001"),
        ("/Observation/$validate?profile=", RIGHT, "SSK-3004"),
    ],
)
def test_a_call_that_cannot_be_meant_is_refused(client, path, body, number):
    answer = client.ask("program", "POST", path, body)
    assert answer.status_code == 400
    assert answer.json["issue"][0]["details"]["coding"][0]["code"] == number


def test_a_profile_that_a_client_stored_is_asked(client):
    assert client.ask("program", "POST", "/StructureDefinition", PROFILE).status_code == 201
    path = f"/Observation/$validate?profile={PROFILE['url']}"
    assert errors(client.ask("program", "POST", path, RIGHT)) == [("SSK-3252", "Observation.note")]
    amended = {**RIGHT, "status": "amended", "note": [{"text": "x"}]}
    assert errors(client.ask("program", "POST", path, amended)) == [("SSK-3254", "Observation.status")]


def test_a_write_that_breaks_a_rule_is_refused_with_every_error(client, stored):
    body = {**BROKEN, "referenceRange": [{"age": {"low": {"value": 3}}}]}
    answer = client.ask("hospital", "POST", "/Observation", body)
    assert answer.status_code == 422
    assert errors(answer) == [("SSK-3240", "Observation"), ("SSK-3240", "Observation.referenceRange[0]")]
    entry = {"resource": body, "request": {"method": "POST", "url": "Observation"}}
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
    assert client.ask("hospital", "POST", "", bundle).status_code == 422


@pytest.fixture
def told(tmp_path, settings):
    """A facility's own file."""

    def write(text):
        place = tmp_path / "validation.yaml"
        place.write_text(f"source: a test\nvalid_from: 2026-11-22\n{text}", encoding="utf-8")
        settings.VALIDATION = str(place)

    return write


def test_a_facility_may_look_at_structure_alone(client, stored, told):
    told("default: {level: structure, references: false}\ntypes: {}\n")
    assert client.ask("hospital", "POST", "/Observation", BROKEN).status_code == 201


def test_a_facility_may_ask_for_what_a_resource_claims(client, stored, told):
    told("default: {level: base, references: false}\ntypes: {Observation: {level: profiles}}\n")
    body = {**RIGHT, "meta": {"profile": ["http://hl7.org/fhir/StructureDefinition/bodyweight"]}}
    answer = client.ask("hospital", "POST", "/Observation", body)
    assert answer.status_code == 422
    assert ("SSK-3252", "Observation.category:VSCat") in errors(answer)


def test_a_facility_may_ask_that_references_lead_somewhere(client, stored, told):
    told("default: {level: base, references: true}\ntypes: {}\n")
    answer = client.ask("hospital", "POST", "/Observation", RIGHT)
    assert answer.status_code == 422
    assert errors(answer) == [("SSK-3245", "Observation.encounter.reference")]
    body = {key: value for key, value in RIGHT.items() if key != "encounter"}
    assert client.ask("hospital", "POST", "/Observation", body).status_code == 201


@pytest.mark.parametrize(
    "text",
    [
        "default: {level: harsh, references: true}\ntypes: {}\n",
        "default: {level: base}\ntypes: {}\n",
        "default: {level: base, references: false}\ntypes: {Nothing: {level: base}}\n",
    ],
)
def test_a_file_that_cannot_be_meant_is_refused(told, settings, text):
    from pathlib import Path

    from sosuckhoe.base.facts import BadFact

    told(text)
    with pytest.raises(BadFact):
        strictness.of("Patient", Path(settings.VALIDATION))


@pytest.mark.parametrize(("who", "is_seen"), [("alice", True), ("hospital", True), ("charlie", False)])
def test_rules_follow_references_to_what_the_caller_may_see(client, stored, who, is_seen):
    """To who may not see the person, the reference leads nowhere, as a search would say."""
    told = {"a": "subject.resolve().gender = 'female'", "b": "subject.resolve().exists()",
            "c": "subject.resolve().gender != 'female'"}  # fmt: skip
    rules = [
        {"key": key, "severity": "error", "human": f"rule-{key}", "expression": text} for key, text in told.items()
    ]
    element = {"id": "Observation", "path": "Observation", "constraint": rules}
    profile = {**PROFILE, "differential": {"element": [element]}}
    assert client.ask("program", "POST", "/StructureDefinition", profile).status_code == 201
    body = {"resourceType": "Observation", "status": "final", "code": {"text": "x"},
            "subject": {"reference": f"Patient/{stored['patient'].key}"}}  # fmt: skip
    answer = client.ask(who, "POST", f"/Observation/$validate?profile={profile['url']}", body)
    broken = [rule for rule in told if f"rule-{rule}" in answer.text]
    assert broken == (["c"] if is_seen else ["b"])


def test_an_extension_stands_where_its_definition_lets_it(client, stored, told):
    """`$validate` says so always, a write where the house asks for profiles."""
    body = {**RIGHT, "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
                                    "valueAddress": {"text": "Huế"}}]}  # fmt: skip
    answer = client.ask("hospital", "POST", "/Observation/$validate", body)
    assert errors(answer) == [("SSK-3248", "Observation.extension[0]")]
    assert client.ask("hospital", "POST", "/Observation", body).status_code == 201
    told("default: {level: base, references: false}\ntypes: {Observation: {level: profiles}}\n")
    answer = client.ask("hospital", "POST", "/Observation", body)
    assert answer.status_code == 422
    assert errors(answer) == [("SSK-3248", "Observation.extension[0]")]


FEMALE = "subject.resolve().gender = 'female'"


def profiled(*rules):
    told = [
        {"key": f"r{n}", "severity": "error", "human": f"rule-{n}", "expression": text} for n, text in enumerate(rules)
    ]
    element = {"id": "Observation", "path": "Observation", "constraint": told}
    return {**PROFILE, "differential": {"element": [element]}}


@pytest.fixture
def by_profiles(client, stored, told):
    """A house that asks of results what they claim; what they claim is asked to be about women."""

    def write(*rules):
        assert client.ask("program", "POST", "/StructureDefinition", profiled(*rules)).status_code == 201

    told("default: {level: base, references: false}\ntypes: {Observation: {level: profiles}}\n")
    return write


def claimed(patient, **more):
    subject = {"reference": f"Patient/{patient.key}"}
    return {"resourceType": "Observation", "status": "final", "code": {"text": "x"},
            "meta": {"profile": [PROFILE["url"]]}, "subject": subject, **more}  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "status"),
    [(FEMALE, 201), ("subject.resolve().gender = 'male'", 422), ("subject.resolve().gender != 'female'", 422),
     ("subject.resolve().exists()", 201)],
)  # fmt: skip
def test_rules_of_a_write_follow_references_to_what_is_stored(client, stored, by_profiles, rule, status):
    by_profiles(rule)
    answer = client.ask("hospital", "POST", "/Observation", claimed(stored["patient"]))
    assert answer.status_code == status
    if status == 201:
        again = client.ask("hospital", "PUT", f"/Observation/{answer.json['id']}", {**answer.json, "status": "amended"})
        assert again.status_code == 200


def test_rules_of_a_write_see_what_the_writer_may_see(client, stored, by_profiles):
    """What another facility keeps of somebody else is nothing to a writer, as in a search."""
    by_profiles("performer.resolve().exists()")
    other = {"resourceType": "Patient", "gender": "female"}
    made = client.ask("program", "POST", "/Patient", other).json
    body = claimed(stored["patient"], performer=[{"reference": f"Patient/{made['id']}"}])
    assert client.ask("hospital", "POST", "/Observation", body).status_code == 422
    assert client.ask("program", "POST", "/Observation", body).status_code == 201


def test_rules_of_a_transaction_follow_references_to_its_entries(client, stored, by_profiles):
    by_profiles("encounter.resolve().status = 'finished'")
    visit = {"resourceType": "Encounter", "status": "finished", "class": {"code": "AMB"},
             "subject": {"reference": f"Patient/{stored['patient'].key}"}}  # fmt: skip
    result = claimed(stored["patient"], encounter={"reference": "urn:uuid:0b7a0a4c-6a0f-4f4e-8f5e-9d6f3a1d2c3b"})

    def transaction(encounter):
        entries = [
            {"resource": result, "request": {"method": "POST", "url": "Observation"}},
            {"fullUrl": "urn:uuid:0b7a0a4c-6a0f-4f4e-8f5e-9d6f3a1d2c3b", "resource": encounter,
             "request": {"method": "POST", "url": "Encounter"}},
        ]  # fmt: skip
        return client.ask("hospital", "POST", "", {"resourceType": "Bundle", "type": "transaction", "entry": entries})

    assert transaction({**visit, "status": "arrived"}).status_code == 422
    assert client.ask("hospital", "GET", "/Encounter").json.get("entry", []) == []
    assert transaction(visit).status_code == 200
