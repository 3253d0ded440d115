"""Changes whose target is a search: create, update, delete, patch."""

from __future__ import annotations

import orjson
import pytest

from sosuckhoe.base import db
from tests.clinical.made import observation, patient
from tests.doors.fhir.test_interactions import code, path, result
from tests.doors.fhir.test_patch import AMENDED, JSON_PATCH

HERE = "/Observation?identifier=urn:test:lis|a"
ELSEWHERE = "/Observation?identifier=urn:test:lis|77"


def body(value="77", name=None, **content):
    made = result(identifier=[{"system": "urn:test:lis", "value": value}], **content)
    return {**made, "id": name} if name else made


def count():
    return db.value("select count(*) from clinical_resource where body is not null")


def test_nothing_found_is_created_under_an_id_of_the_server_s(client, stored):
    answer = client.ask("hospital", "PUT", ELSEWHERE, body())
    assert answer.status_code == 201
    assert answer.headers["location"].endswith(f"/Observation/{answer.json['id']}/_history/1")
    again = client.ask("hospital", "PUT", ELSEWHERE, body(status="amended"))
    assert (again.status_code, again.headers["etag"], again.json["id"]) == (200, 'W/"2"', answer.json["id"])


def test_nothing_found_is_created_under_the_id_of_the_client_s(client, stored):
    answer = client.ask("hospital", "PUT", ELSEWHERE, body(name="79001-lab-77"))
    assert (answer.status_code, answer.json["id"]) == (201, "79001-lab-77")
    assert client.ask("alice", "GET", "/Observation/79001-lab-77").status_code == 200
    again = client.ask("hospital", "PUT", ELSEWHERE, body(name="79001-lab-77", status="amended"))
    assert (again.status_code, again.headers["etag"]) == (200, 'W/"2"')


def test_the_found_one_is_updated_and_its_id_may_be_left_out(client, stored):
    one = stored["observation"]
    answer = client.ask("hospital", "PUT", HERE, body("a", status="amended"))
    assert (answer.status_code, answer.json["id"], answer.headers["etag"]) == (200, str(one.key), 'W/"2"')
    same = client.ask("hospital", "PUT", HERE, {**one.body, "status": "amended"})
    assert (same.status_code, same.headers["etag"]) == (200, 'W/"2"')


@pytest.mark.parametrize(
    ("where", "content", "headers", "status", "number"),
    [
        (HERE, body("a", name="other"), {}, 400, "SSK-3142"),
        (ELSEWHERE, body(name=str(observation("a").key)), {}, 409, "SSK-3141"),
        (HERE, body("a"), {"If_Match": 'W/"7"'}, 412, "SSK-3412"),
        (ELSEWHERE, body(), {"If_Match": 'W/"1"'}, 412, "SSK-3412"),
        (HERE, body("a"), {"If_None_Match": "*"}, 412, "SSK-3143"),
        (HERE, body("a"), {"If_None_Match": 'W/"1"'}, 400, "SSK-3004"),
        ("/Observation", body("a"), {}, 400, "SSK-3140"),
        ("/Observation?", body("a"), {}, 400, "SSK-3140"),
        ("/Observation?_format=json", body("a"), {}, 400, "SSK-3140"),
        ("/Observation?_count=1", body("a"), {}, 400, "SSK-3001"),
        ("/Observation?colour=red", body("a"), {"Prefer": "handling=lenient"}, 400, "SSK-3001"),
        (f"{HERE}&_include=Observation:subject", body("a"), {}, 400, "SSK-3001"),
    ],
)
def test_a_conditional_update_that_cannot_stand(client, stored, where, content, headers, status, number):
    answer = client.ask("hospital", "PUT", where, content, **headers)
    assert (answer.status_code, code(answer)) == (status, number)
    assert count() == 2
    assert db.value("select count(*) from clinical_history") == 0


def test_many_found_are_refused_by_every_change(client, stored):
    client.ask("hospital", "POST", "/Observation", body("a"))
    for answer in (
        client.ask("hospital", "PUT", HERE, body("a")),
        client.ask("hospital", "PATCH", HERE, orjson.dumps(AMENDED), **JSON_PATCH),
        client.ask("hospital", "POST", "/Observation", body("a"), If_None_Exist=HERE.partition("?")[2]),
    ):
        assert (answer.status_code, code(answer)) == (412, "SSK-3413")
    answer = client.ask("hospital", "DELETE", HERE)
    assert (answer.status_code, code(answer)) == (412, "SSK-3144")
    assert count() == 3


@pytest.mark.parametrize("who", ["charlie", "stranger"])
def test_a_stranger_s_condition_finds_nothing_and_tells_nothing(client, stored, who):
    one = stored["observation"]
    assert client.ask(who, "PUT", HERE, body("a")).status_code == 404
    assert client.ask(who, "PUT", ELSEWHERE, body(name=str(one.key))).status_code == 404
    assert client.ask(who, "PATCH", HERE, orjson.dumps(AMENDED), **JSON_PATCH).status_code == 404
    assert client.ask(who, "DELETE", HERE).status_code == 204
    assert client.ask("alice", "GET", path(one)).headers["etag"] == 'W/"1"'


def test_patch_changes_the_one_that_is_found(client, stored):
    answer = client.ask("hospital", "PATCH", HERE, orjson.dumps(AMENDED), **JSON_PATCH, If_Match='W/"1"')
    assert (answer.status_code, answer.json["status"], answer.headers["etag"]) == (200, "amended", 'W/"2"')
    late = client.ask("hospital", "PATCH", HERE, orjson.dumps(AMENDED), **JSON_PATCH, If_Match='W/"1"')
    assert (late.status_code, code(late)) == (412, "SSK-3412")
    none = client.ask("hospital", "PATCH", ELSEWHERE, orjson.dumps(AMENDED), **JSON_PATCH)
    assert (none.status_code, code(none)) == (404, "SSK-1002")


def test_delete_takes_the_one_that_is_found(client, stored):
    stale = client.ask("hospital", "DELETE", HERE, If_Match='W/"7"')
    assert (stale.status_code, code(stale)) == (412, "SSK-3412")
    answer = client.ask("hospital", "DELETE", HERE)
    assert (answer.status_code, answer.headers["etag"], answer.content) == (204, 'W/"2"', b"")
    assert client.ask("alice", "GET", path(stored["observation"])).status_code == 410
    assert client.ask("hospital", "DELETE", HERE).status_code == 204
    assert client.ask("hospital", "DELETE", HERE, If_Match='W/"1"').status_code == 412


def test_delete_takes_many_only_where_the_house_allows_it(client, stored, settings):
    for value in "bc":
        client.ask("hospital", "POST", "/Observation", body(value))
    every = f"/Observation?patient={patient().key}"
    assert client.ask("hospital", "DELETE", every).status_code == 412
    settings.FHIR_CONDITIONAL_DELETE = 10
    assert client.ask("hospital", "DELETE", f"{every}&_count=2").status_code == 412
    assert client.ask("hospital", "DELETE", f"{every}&_count=0").status_code == 400
    assert count() == 4
    answer = client.ask("hospital", "DELETE", f"{every}&_count=3", Prefer="return=OperationOutcome")
    assert (answer.status_code, answer.json["issue"][0]["diagnostics"]) == (200, "deleted: 3")
    assert count() == 1


def test_put_with_if_none_match_creates_only(client, stored):
    one = stored["observation"]
    there = client.ask("hospital", "PUT", path(one), one.body, If_None_Match="*")
    assert (there.status_code, code(there)) == (412, "SSK-3143")
    new = client.ask("hospital", "PUT", "/Observation/79001-lab-1", body(name="79001-lab-1"), If_None_Match="*")
    assert new.status_code == 201
    client.ask("hospital", "DELETE", "/Observation/79001-lab-1")
    assert (
        client.ask(
            "hospital", "PUT", "/Observation/79001-lab-1", body(name="79001-lab-1"), If_None_Match="*"
        ).status_code
        == 201
    )


@pytest.mark.parametrize("form", ["{}", "?{}", "Observation?{}"])
def test_a_condition_may_name_its_type(client, stored, form):
    condition = form.format("identifier=urn:test:lis|a")
    answer = client.ask("hospital", "POST", "/Observation", body("a"), If_None_Exist=condition)
    assert (answer.status_code, answer.json["id"]) == (200, str(stored["observation"].key))


def test_a_create_whose_condition_is_empty_is_refused(client, stored):
    answer = client.ask("hospital", "POST", "/Observation", body(), If_None_Exist="")
    assert (answer.status_code, code(answer)) == (400, "SSK-3140")


@pytest.mark.parametrize(
    ("method", "where", "content", "headers"),
    [
        ("PUT", path(observation("a")), {**observation("a").body, "status": "amended"}, {}),
        ("PUT", ELSEWHERE, body(), {}),
        ("PATCH", HERE, orjson.dumps(AMENDED), JSON_PATCH),
        ("PATCH", path(observation("a")), orjson.dumps(AMENDED), JSON_PATCH),
        ("DELETE", HERE, None, {}),
    ],
)
def test_a_repeated_request_id_is_answered_as_the_first_time(client, stored, method, where, content, headers):
    first = client.ask("hospital", method, where, content, Idempotency_Key="k", **headers)
    versions = db.value("select sum(version) from clinical_resource")
    again = client.ask("hospital", method, where, content, Idempotency_Key="k", **headers)
    assert first.status_code in {200, 201, 204}
    assert (again.status_code, again.content, again.headers["etag"]) == (
        first.status_code,
        first.content,
        first.headers["etag"],
    )
    assert db.value("select sum(version) from clinical_resource") == versions
