"""What the entries of a transaction mean: searches in their addresses and references, patches, looks."""

from __future__ import annotations

from base64 import b64encode

import orjson
import pytest

from sosuckhoe.base import db
from tests.clinical.made import observation, patient
from tests.doors.fhir.test_interactions import path
from tests.doors.fhir.test_patch import AMENDED, BY_PATH
from tests.doors.fhir.test_transaction import PATIENT, body, bundle, code, count, family, post

DOCTOR = {
    "resourceType": "Practitioner",
    "identifier": [{"system": "urn:test:cchn", "value": "0001"}],
    "active": True,
}
OF_DOCTOR = "Practitioner?identifier=urn:test:cchn|0001"


def change(method, url, resource=None, **request):
    entry = {"request": {"method": method, "url": url, **request}}
    return {**entry, "resource": resource} if resource else entry


def statuses(answer):
    assert answer.status_code == 200, answer.text
    return [entry["response"]["status"][:3] for entry in answer.json["entry"]]


def numbered(value, name=None, **content):
    made = body(identifier=[{"system": "urn:test:lis", "value": value}], **content)
    return {**made, "id": name} if name else made


def test_entries_find_their_targets_by_search(client, stored):
    client.ask("hospital", "POST", "/Observation", numbered("b"))
    answer = client.ask(
        "hospital",
        "POST",
        "",
        bundle(
            change("PUT", "Observation?identifier=urn:test:lis|a", numbered("a", status="amended"), ifMatch='W/"1"'),
            change("PUT", "Observation?identifier=urn:test:lis|new", numbered("new")),
            change("PUT", "Observation?identifier=urn:test:lis|named", numbered("named", "79001-lab-9")),
            change("DELETE", "Observation?identifier=urn:test:lis|b"),
            change("DELETE", "Observation?identifier=urn:test:lis|nothing"),
        ),
    )
    assert statuses(answer) == ["200", "201", "201", "204", "204"]
    assert client.ask("alice", "GET", path(stored["observation"])).json["status"] == "amended"
    assert client.ask("alice", "GET", "/Observation/79001-lab-9").status_code == 200
    assert count() == 4


def test_patches_stand_in_a_transaction(client, stored):
    one = stored["observation"]
    other = client.ask("hospital", "POST", "/Observation", numbered("b")).json
    binary = {
        "resourceType": "Binary",
        "contentType": "application/json-patch+json",
        "data": b64encode(orjson.dumps(AMENDED)).decode(),
    }
    answer = client.ask(
        "hospital",
        "POST",
        "",
        bundle(
            change("PATCH", "Observation?identifier=urn:test:lis|b", BY_PATH),
            change("PATCH", f"Observation/{one.key}", binary, ifMatch='W/"1"'),
        ),
        Prefer="return=representation",
    )
    assert statuses(answer) == ["200", "200"]
    assert [entry["resource"]["status"] for entry in answer.json["entry"]] == ["amended"] * 2
    assert [entry["resource"]["id"] for entry in answer.json["entry"]] == [other["id"], str(one.key)]


@pytest.mark.parametrize(
    ("entry", "status", "number"),
    [
        (change("PATCH", "Observation?identifier=urn:test:lis|nothing", BY_PATH), 404, "SSK-1002"),
        (change("PATCH", f"Observation/{observation('a').key}", BY_PATH, ifMatch='W/"7"'), 412, "SSK-3412"),
        (
            change("PATCH", f"Observation/{observation('a').key}", {"resourceType": "Binary", "contentType": "a/b"}),
            415,
            "SSK-3415",
        ),
        (change("PUT", "Observation?_sort=date", body()), 400, "SSK-3001"),
        (change("PUT", "Observation?", body()), 400, "SSK-3140"),
        (change("PUT", f"Observation/{observation('a').key}", observation("a").body, ifNoneMatch="*"), 412, "SSK-3143"),
        (change("GET", "Observation/nothing"), 404, "SSK-1002"),
        (change("GET", "Observation?colour=red"), 400, "SSK-3001"),
        (post(body(performer=[{"reference": OF_DOCTOR}])), 412, "SSK-3145"),
        (post(body(performer=[{"reference": "Practitioner?"}])), 400, "SSK-3140"),
        (post(body(hasMember=[{"reference": f"Observation?patient={patient().key}"}])), 412, "SSK-3413"),
    ],
)
def test_the_entry_that_fails_is_named_and_nothing_happens(client, stored, entry, status, number):
    client.ask("hospital", "POST", "/Observation", numbered("b"))
    answer = client.ask("hospital", "POST", "", bundle(post(body()), entry))
    assert (answer.status_code, code(answer)) == (status, number)
    assert answer.json["issue"][0]["expression"] == ["Bundle.entry[1]"]
    assert count() == 3


def test_a_reference_that_is_a_search_is_resolved_wherever_it_stands(client):
    client.ask("program", "POST", "/Practitioner", DOCTOR)
    entries = family()
    entries[0]["resource"]["performer"] = [{"reference": OF_DOCTOR}]
    entries[0]["resource"]["extension"] = [{"url": "urn:test:by", "valueReference": {"reference": OF_DOCTOR}}]
    answer = client.ask("program", "POST", "", bundle(*entries), Prefer="return=representation")
    report = answer.json["entry"][0]["resource"]
    name = client.ask("program", "GET", f"/{OF_DOCTOR}").json["entry"][0]["resource"]["id"]
    assert report["performer"] == [{"reference": f"Practitioner/{name}"}]
    assert report["extension"][0]["valueReference"] == {"reference": f"Practitioner/{name}"}


def test_whose_a_resource_is_follows_from_a_reference_that_is_a_search(client, stored):
    asked = f"Patient?_id={patient().key}"
    answer = client.ask("hospital", "POST", "", bundle(post(body(subject={"reference": asked}))))
    assert statuses(answer) == ["201"]
    found = client.ask("alice", "GET", f"/Observation?patient={patient().key}").json["entry"]
    assert len(found) == 2


def test_a_reference_may_ask_what_an_entry_of_the_bundle_asks(client):
    entries = [*family(), post(DOCTOR, ifNoneExist=OF_DOCTOR.partition("?")[2])]
    entries[1]["resource"]["performer"] = [{"reference": OF_DOCTOR}]
    for status in ("201", "200"):
        answer = client.ask("program", "POST", "", bundle(*entries), Prefer="return=representation")
        assert statuses(answer)[3] == status
        made = answer.json["entry"]
        assert made[1]["resource"]["performer"] == [{"reference": f"Practitioner/{made[3]['resource']['id']}"}]


def test_a_patient_under_the_client_s_id_and_what_points_at_it_come_in_one_bundle(client):
    who = {**family()[2]["resource"], "id": "p-1"}
    entries = [
        change("PUT", "Observation/o-1", numbered("o", "o-1", subject={"reference": "Patient/p-1"})),
        change("PUT", "Patient/p-1", who),
    ]
    assert statuses(client.ask("program", "POST", "", bundle(*entries))) == ["201", "201"]
    persons = db.tuples("select distinct person from clinical_resource where body is not null")
    assert len(persons) == 1
    assert persons[0][0] > 0
    assert statuses(client.ask("program", "POST", "", bundle(*entries))) == ["200", "200"]


def test_two_entries_that_ask_the_same_are_refused(client, stored):
    entry = post(numbered("c"), ifNoneExist="identifier=urn:test:lis|c")
    answer = client.ask("hospital", "POST", "", bundle(entry, entry))
    assert (answer.status_code, code(answer)) == (400, "SSK-3424")
    by_name = change("PUT", f"Observation/{observation('a').key}", {**observation("a").body, "status": "amended"})
    by_search = change("DELETE", "Observation?identifier=urn:test:lis|a")
    answer = client.ask("hospital", "POST", "", bundle(by_name, by_search))
    assert (answer.status_code, code(answer)) == (400, "SSK-3424")
    assert count() == 2


def test_looks_see_what_the_transaction_made(client, stored):
    one = stored["observation"]
    answer = client.ask(
        "hospital",
        "POST",
        "",
        bundle(
            change("HEAD", f"Observation/{one.key}"),
            change("GET", f"Observation/{one.key}", ifNoneMatch='W/"2"'),
            change("GET", f"Observation/{one.key}/_history/1"),
            change("GET", "Observation?status=amended"),
            change("PATCH", f"Observation/{one.key}", BY_PATH),
        ),
    )
    assert statuses(answer) == ["200", "304", "200", "200", "200"]
    entries = answer.json["entry"]
    assert ["resource" in entry for entry in entries] == [False, False, True, True, False]
    assert entries[2]["resource"]["status"] == "final"
    assert len(entries[3]["resource"]["entry"]) == 1


@pytest.mark.parametrize(
    ("prefer", "has_resource", "has_outcome"),
    [("minimal", False, False), ("representation", True, False), ("OperationOutcome", False, True)],
)
def test_prefer_holds_for_each_entry(client, stored, prefer, has_resource, has_outcome):
    answer = client.ask("hospital", "POST", "", bundle(post(body())), Prefer=f"return={prefer}")
    entry = answer.json["entry"][0]
    assert ("resource" in entry, "outcome" in entry["response"]) == (has_resource, has_outcome)


def test_a_batch_takes_what_a_transaction_takes_and_names_what_fails(client, stored):
    answer = client.ask(
        "hospital",
        "POST",
        "",
        bundle(
            change("PATCH", "Observation?identifier=urn:test:lis|a", BY_PATH),
            post(numbered("a"), ifNoneExist="identifier=urn:test:lis|a"),
            change("PUT", "Observation?colour=red", body()),
            change("PUT", f"Observation/{observation('a').key}", observation("a").body, ifMatch='W/"1"'),
            change("HEAD", "Observation/nothing"),
            change("DELETE", "Observation?identifier=urn:test:lis|a"),
            kind="batch",
        ),
    )
    assert statuses(answer) == ["200", "200", "400", "412", "404", "204"]
    assert answer.json["entry"][2]["response"]["outcome"]["issue"][0]["expression"] == ["Bundle.entry[2]"]


def test_a_person_of_another_cannot_be_reached_by_a_reference_that_is_a_search(client, stored):
    asked = f"Patient?_id={patient().key}"
    answer = client.ask("stranger", "POST", "", bundle(post(body(subject={"reference": asked}))))
    assert (answer.status_code, code(answer)) == (412, "SSK-3145")
    assert PATIENT not in answer.text
    assert count() == 2
