from __future__ import annotations

import orjson
import pytest

from sosuckhoe.base import db
from tests.clinical.made import PERSON
from tests.doors.fhir.test_interactions import code, path

JSON_PATCH = {"Content_Type": "application/json-patch+json"}
AMENDED = [{"op": "replace", "path": "/status", "value": "amended"}]
BY_PATH = {
    "resourceType": "Parameters",
    "parameter": [
        {
            "name": "operation",
            "part": [
                {"name": "type", "valueCode": "replace"},
                {"name": "path", "valueString": "Observation.status"},
                {"name": "value", "valueCode": "amended"},
            ],
        }
    ],
}


def sent(client, who, one, operations, **headers):
    return client.ask(who, "PATCH", path(one), orjson.dumps(operations), **JSON_PATCH, **headers)


def test_json_patch_makes_the_next_version(client, stored):
    one = stored["observation"]
    answer = sent(client, "hospital", one, AMENDED)
    assert (answer.status_code, answer.headers["etag"]) == (200, 'W/"2"')
    assert answer.headers["location"].endswith(f"{path(one)}/_history/2")
    now = client.ask("hospital", "GET", path(one)).json
    assert {**now, "meta": None} == {**one.body, "status": "amended", "meta": None}
    assert client.ask("hospital", "GET", f"{path(one)}/_history/1").json["status"] == "final"


def test_fhirpath_patch_makes_the_next_version(client, stored):
    answer = client.ask("hospital", "PATCH", path(stored["observation"]), BY_PATH)
    assert (answer.status_code, answer.headers["etag"], answer.json["status"]) == (200, 'W/"2"', "amended")


def test_a_patch_that_changes_nothing_makes_no_version(client, stored):
    same = [{"op": "replace", "path": "/status", "value": "final"}]
    assert sent(client, "hospital", stored["observation"], same).headers["etag"] == 'W/"1"'


def test_numbers_that_are_not_patched_keep_their_digits(client, stored):
    one = stored["observation"]
    raw = orjson.dumps(one.body).replace(b"13.5", b"13.50")
    client.ask("hospital", "PUT", path(one), raw, Content_Type="application/fhir+json")
    assert b'"value":13.50,' in sent(client, "hospital", one, AMENDED).content


def test_if_match_holds(client, stored):
    one = stored["observation"]
    assert sent(client, "hospital", one, AMENDED, If_Match='W/"1"').status_code == 200
    late = sent(client, "hospital", one, AMENDED, If_Match='W/"1"')
    assert (late.status_code, code(late)) == (412, "SSK-3412")


@pytest.mark.parametrize(("who", "status"), [("charlie", 404), ("stranger", 404), ("officer", 404), (None, 401)])
def test_who_may_not_see_a_resource_cannot_try_it(client, stored, who, status):
    guess = [{"op": "test", "path": "/status", "value": "final"}]
    assert sent(client, who, stored["observation"], guess).status_code == status


def test_a_patch_leaves_its_trace_as_an_update(client, stored):
    sent(client, "hospital", stored["observation"], AMENDED)
    done = db.tuples("select action, person, outcome from access_audit where action <> 'open' order by action")
    assert done == [("read", PERSON, "done"), ("update", PERSON, "done")]


@pytest.mark.parametrize(
    ("operations", "status", "number"),
    [
        ([{"op": "test", "path": "/status", "value": "amended"}], 422, "SSK-3045"),
        ([{"op": "remove", "path": "/nothing"}], 422, "SSK-3044"),
        ({"op": "remove", "path": "/status"}, 400, "SSK-3043"),
        ([{"op": "add", "path": "/nonsense", "value": 1}], 422, "SSK-3020"),
        ([{"op": "remove", "path": "/status"}], 422, "SSK-3022"),
        ([{"op": "replace", "path": "/id", "value": "other"}], 400, "SSK-3029"),
        ([{"op": "replace", "path": "/resourceType", "value": "Patient"}], 400, "SSK-3028"),
        ([{"op": "replace", "path": "", "value": 7}], 400, "SSK-3028"),
        ([{"op": "replace", "path": "/subject/reference", "value": "Patient/other"}], 404, "SSK-1002"),
    ],
)
def test_a_patch_that_cannot_stand_changes_nothing(client, stored, operations, status, number):
    answer = sent(client, "hospital", stored["observation"], operations)
    assert (answer.status_code, code(answer)) == (status, number)
    assert client.ask("hospital", "GET", path(stored["observation"])).headers["etag"] == 'W/"1"'


@pytest.mark.parametrize(
    ("headers", "raw", "status"),
    [
        ({"Content_Type": "text/csv"}, b"x", 415),
        ({"Content_Type": "application/fhir+json"}, b'{"resourceType":"Observation"}', 400),
        (JSON_PATCH, b'[{"op":"test","op":"test"}]', 400),
    ],
)
def test_what_is_no_patch_is_refused(client, stored, headers, raw, status):
    assert client.ask("hospital", "PATCH", path(stored["observation"]), raw, **headers).status_code == status


def test_patches_let_no_resource_grow_beyond_what_could_be_sent(client, stored):
    one, notes = stored["observation"], [{"text": "x" * 900_000} for _ in range(4)]
    first = [{"op": "add", "path": "/note", "value": notes}]
    more = [{"op": "add", "path": "/note/-", "value": note} for note in notes]
    assert [sent(client, "hospital", one, patch).status_code for patch in (first, more)] == [200, 200]
    answer = sent(client, "hospital", one, more)
    assert (answer.status_code, code(answer)) == (413, "SSK-3010")
    assert client.ask("hospital", "GET", path(one)).headers["etag"] == 'W/"3"'


def test_a_deleted_resource_is_gone(client, stored):
    client.ask("hospital", "DELETE", path(stored["observation"]))
    assert sent(client, "hospital", stored["observation"], AMENDED).status_code == 410
