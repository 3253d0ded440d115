from __future__ import annotations

import orjson
import psycopg
import pytest

from sosuckhoe.access import actions as access
from sosuckhoe.base import db
from sosuckhoe.identity.claim import Claim, Identifier
from tests.clinical.made import AT, observation, patient

PATIENT = "urn:uuid:0d6c2a53-38c9-4a4a-9c9e-6f2f5a5b1a01"
RESULT = "urn:uuid:0d6c2a53-38c9-4a4a-9c9e-6f2f5a5b1a02"
REPORT = "urn:uuid:0d6c2a53-38c9-4a4a-9c9e-6f2f5a5b1a03"


def body(**content):
    made = {**observation("x").body, **content}
    del made["id"]
    return made


def post(resource, full_url=None, **request):
    entry = {"resource": resource, "request": {"method": "POST", "url": resource["resourceType"], **request}}
    return {"fullUrl": full_url, **entry} if full_url else entry


def bundle(*entries, kind="transaction"):
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def family():
    who = {"resourceType": "Patient", "name": [{"text": "Lê Văn An"}], "birthDate": "1990-02-03", "gender": "male"}
    report = {
        "resourceType": "DiagnosticReport",
        "status": "final",
        "code": {"text": "Công thức máu"},
        "subject": {"reference": PATIENT},
        "result": [{"reference": RESULT}],
        "text": {
            "status": "generated",
            "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><a href="{RESULT}">Hb</a></div>',
        },
    }
    result = body(subject={"reference": PATIENT}, identifier=[{"value": RESULT}])
    return [post(report, REPORT), post(result, RESULT), post(who, PATIENT)]


def code(answer):
    return answer.json["issue"][0]["details"]["coding"][0]["code"]


def count():
    return db.value("select count(*) from clinical_resource where body is not null")


def test_a_transaction_gives_ids_and_resolves_what_points_at_its_entries(client):
    answer = client.ask("program", "POST", "", bundle(*family()))
    assert answer.status_code == 200
    assert answer.json["type"] == "transaction-response"
    assert [entry["response"]["status"] for entry in answer.json["entry"]] == ["201 Created"] * 3
    where = [entry["response"]["location"].split("/fhir/")[1].split("/_history")[0] for entry in answer.json["entry"]]
    report, result, who = (client.ask("program", "GET", f"/{one}").json for one in where)
    assert report["subject"] == result["subject"] == {"reference": f"Patient/{who['id']}"}
    assert report["result"] == [{"reference": f"Observation/{result['id']}"}]
    assert f'href="Observation/{result["id"]}"' in report["text"]["div"]
    assert result["identifier"] == [{"value": RESULT}], "an identifier is not a link"
    found = client.ask("program", "GET", f"/Observation?patient={who['id']}").json
    assert [entry["resource"]["id"] for entry in found["entry"]] == [result["id"]]


def test_prefer_representation_sends_the_resources(client):
    answer = client.ask("program", "POST", "", bundle(*family()), Prefer="return=representation")
    assert [e["resource"]["resourceType"] for e in answer.json["entry"]] == [
        "DiagnosticReport",
        "Observation",
        "Patient",
    ]


@pytest.mark.parametrize(
    ("entry", "status", "number"),
    [
        ({"request": {"method": "DELETE", "url": "Observation/nothing"}}, 404, "SSK-1002"),
        ({"request": {"method": "PATCH", "url": "Observation/1"}}, 400, "SSK-3425"),
        ({"request": {"method": "POST", "url": "Observation/1"}, "resource": body()}, 400, "SSK-3425"),
        ({"request": {"method": "POST", "url": "Patient"}, "resource": body()}, 400, "SSK-3425"),
        ({"request": {"method": "PUT", "url": "Observation/1"}, "resource": {**body(), "id": "2"}}, 400, "SSK-3425"),
        ({"resource": body()}, 400, "SSK-3425"),
        (post(body(subject={"reference": "Patient/nobody"})), 404, "SSK-1002"),
        (
            post(body(subject={"reference": PATIENT}, performer=[{"reference": "Practitioner?identifier=no|one"}])),
            412,
            "SSK-3145",
        ),
        (post({"resourceType": "Observation"}), 422, "SSK-3022"),
    ],
)
def test_one_wrong_entry_and_nothing_happens(client, entry, status, number):
    answer = client.ask("program", "POST", "", bundle(*family(), entry))
    assert (answer.status_code, code(answer)) == (status, number)
    assert count() == 0


def test_the_place_of_a_wrong_element_is_in_the_bundle(client):
    answer = client.ask("program", "POST", "", bundle(*family(), post({**body(), "colour": "red"})))
    assert answer.json["issue"][0]["expression"] == ["Bundle.entry[3].resource.colour"]


def test_put_delete_and_get_in_one_transaction(client, stored):
    one = stored["observation"]
    other = client.ask("hospital", "POST", "/Observation", body()).json
    changed = {**one.body, "status": "amended"}
    answer = client.ask(
        "hospital",
        "POST",
        "",
        bundle(
            {"request": {"method": "GET", "url": f"Observation?patient={patient().key}&status=amended"}},
            {"request": {"method": "GET", "url": f"Observation/{one.key}"}},
            {
                "request": {"method": "PUT", "url": f"Observation/{one.key}", "ifMatch": 'W/"1"'},
                "resource": changed,
            },
            {"request": {"method": "DELETE", "url": f"Observation/{other['id']}"}},
        ),
    )
    entries = answer.json["entry"]
    assert [entry["response"]["status"] for entry in entries] == ["200 OK", "200 OK", "200 OK", "204 No Content"]
    assert [e["resource"]["status"] for e in entries[0]["resource"]["entry"]] == ["amended"]
    assert entries[1]["resource"]["meta"]["versionId"] == "2"
    assert client.ask("hospital", "GET", f"/Observation/{other['id']}").status_code == 410


def test_a_stale_if_match_undoes_all(client, stored):
    one = stored["observation"]
    entry = {"request": {"method": "PUT", "url": f"Observation/{one.key}", "ifMatch": 'W/"7"'}, "resource": one.body}
    answer = client.ask("hospital", "POST", "", bundle(post(body()), entry))
    assert (answer.status_code, code(answer)) == (412, "SSK-3412")
    assert count() == 2


def test_one_resource_twice_is_refused(client, stored):
    one = stored["observation"]
    entry = {
        "request": {"method": "PUT", "url": f"Observation/{one.key}"},
        "resource": {**one.body, "status": "amended"},
    }
    delete = {"request": {"method": "DELETE", "url": f"Observation/{one.key}"}}
    answer = client.ask("hospital", "POST", "", bundle(entry, delete))
    assert (answer.status_code, code(answer)) == (400, "SSK-3424")


def test_conditional_creates_and_references_find_what_is_there(client):
    doctor = {
        "resourceType": "Practitioner",
        "identifier": [{"system": "urn:test:cchn", "value": "0001"}],
        "active": True,
    }
    condition = "identifier=urn:test:cchn|0001"
    link = "urn:uuid:0d6c2a53-38c9-4a4a-9c9e-6f2f5a5b1a09"
    entries = [*family(), post(doctor, link, ifNoneExist=condition)]
    entries[1]["resource"]["performer"] = [{"reference": link}]
    first = client.ask("program", "POST", "", bundle(*entries), Prefer="return=representation").json["entry"]
    again = client.ask("program", "POST", "", bundle(*entries), Prefer="return=representation").json["entry"]
    assert [first[3]["response"]["status"], again[3]["response"]["status"]] == ["201 Created", "200 OK"]
    assert again[3]["resource"] == first[3]["resource"]
    assert again[1]["resource"]["performer"] == [{"reference": f"Practitioner/{first[3]['resource']['id']}"}]
    by_search = family()
    by_search[1]["resource"]["performer"] = [{"reference": f"Practitioner?{condition}"}]
    third = client.ask("program", "POST", "", bundle(*by_search), Prefer="return=representation").json["entry"]
    assert third[1]["resource"]["performer"] == again[1]["resource"]["performer"]


def test_a_batch_does_each_entry_on_its_own(client, stored):
    answer = client.ask(
        "hospital",
        "POST",
        "",
        bundle(
            post(body()),
            post(body(status="x")),
            {"request": {"method": "GET", "url": f"Observation/{stored['observation'].key}"}},
            {"request": {"method": "GET", "url": "Observation/nothing"}},
            post(body(subject={"reference": "Patient/nobody"})),
            kind="batch",
        ),
    )
    assert answer.json["type"] == "batch-response"
    entries = answer.json["entry"]
    assert [e["response"]["status"][:3] for e in entries] == ["201", "422", "200", "404", "404"]
    assert entries[1]["response"]["outcome"]["resourceType"] == "OperationOutcome"
    assert count() == 3


def test_a_stranger_s_transaction_does_nothing_and_leaves_a_trace(client, stored):
    answer = client.ask("stranger", "POST", "", bundle(post(body())))
    assert answer.status_code == 404
    assert count() == 2
    assert db.tuples("select action, outcome from access_audit where outcome <> 'done'") == [("create", "refused")]


def test_a_repeated_transaction_is_done_once(client):
    raw = orjson.dumps(bundle(*family()))
    headers = {"Content_Type": "application/fhir+json", "Idempotency_Key": "t1"}
    first = client.ask("program", "POST", "", raw, **headers)
    assert client.ask("program", "POST", "", raw, **headers).content == first.content
    assert count() == 3


def test_two_patients_that_identity_knows_as_one_person_are_one(client):
    number = [{"system": "http://fhir.ehealth.gov.vn/core/sid/national_id", "value": "079061000123"}]
    who = {**family()[2]["resource"], "identifier": number}
    first = client.ask("program", "POST", "/Patient", who)
    again = client.ask("program", "POST", "/Patient", who)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json


def _claim(number):
    return Claim(
        name=f"Trần Văn {'ABCDEGHKLMNP'[number]}", birth=f"19{30 + 5 * number}-0{number % 9 + 1}-11", sex="male",
        facility="79001", identifiers=(Identifier("cccd", f"0790{30 + 5 * number}000001"),),
    )  # fmt: skip


def test_a_transaction_asks_no_more_of_the_database_for_more_patients(client, monkeypatch):
    from sosuckhoe.clinical.actions import put_many  # models need the settings, which are made after this file is read
    from sosuckhoe.identity import actions as identity

    people = identity.find_or_create([_claim(number) for number in range(12)], AT)
    patients = [patient(one.ref.person) for one in people]
    put_many(patients, AT)
    access.tie((("79001", one.person) for one in patients), AT)
    sent = []
    original = psycopg.Cursor.execute
    monkeypatch.setattr(
        psycopg.Cursor, "execute", lambda *words, **how: sent.append(words[1]) or original(*words, **how)
    )

    def fewest(some):
        """Of three times: what is believed for a second is asked for again now and then."""
        counts = []
        for _ in range(3):
            sent.clear()
            results = [post(body(subject={"reference": f"Patient/{one.key}"})) for one in some]
            assert client.ask("hospital", "POST", "", bundle(*results)).status_code == 200
            counts.append(len(sent))
        return min(counts)

    assert fewest(patients[:2]) == fewest(patients[2:])
