"""Many clients at once: real connections, real commits."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import orjson
import pytest
from django.db import connection

from sosuckhoe.base import db
from sosuckhoe.clinical import actions
from sosuckhoe.clinical.search.parameters import number_of
from tests.clinical.made import AT, observation, patient
from tests.doors.fhir.test_closure import closure, concept, lines, since
from tests.doors.fhir.test_interactions import path, result
from tests.doors.fhir.test_patch import JSON_PATCH
from tests.doors.fhir.test_transaction import bundle, post

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS = 8


@pytest.fixture
def client(transactional_db):
    from tests.doors.fhir import cast  # models need the settings, which are made after this file is read

    made = cast.signed_in()
    actions.put_many([patient(), *(observation(f"r{i}") for i in range(6))], AT)
    return made


def at_once(calls):
    """What each call returned, all begun together, each on its own connection."""
    start = Barrier(len(calls))

    def run(call):
        try:
            start.wait(10)
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def numbered(value, **content):
    return result(identifier=[{"system": "urn:test:lis", "value": value}], **content)


def of_type(type_name):
    return db.value(
        "select count(*) from clinical_resource where type = %s and body is not null", (number_of()[type_name],)
    )


def test_eight_conditional_creates_make_one_each_time(client):
    for turn in range(5):
        condition = {"If_None_Exist": f"identifier=urn:test:lis|new{turn}"}
        create = partial(client.ask, "hospital", "POST", "/Observation", numbered(f"new{turn}"), **condition)
        found = at_once([create] * CLIENTS)
        assert sorted(answer.status_code for answer in found) == [*[200] * (CLIENTS - 1), 201]
        assert len({answer.json["id"] for answer in found}) == 1


def test_many_who_begin_and_fill_one_closure_table_lose_no_code(client):
    """Each code is told of in the version of one answer; replayed together they are the whole table."""
    begun = at_once([partial(closure, client)] * CLIENTS)
    assert {answer.status_code for answer in begun} == {200}
    codes = [f"A0{number}" for number in range(CLIENTS // 2)]
    told = at_once([partial(closure, client, concept(code)) for code in [*codes, *(f"{one}.0" for one in codes)]])
    assert sorted(answer.json["version"] for answer in told) == [str(number + 1) for number in range(CLIENTS)]
    each = set().union(*map(lines, told))
    assert each == {(f"{one}.0", "subsumes", one) for one in codes}
    assert lines(closure(client, since("0"))) == each


def test_conditional_creates_updates_and_transactions_of_one_condition_make_one(client):
    query = "identifier=urn:test:lis|new&status=final"
    other_order = "status=final&identifier=urn:test:lis%7Cnew"
    body = numbered("new")
    entry = post(body, ifNoneExist=other_order)
    calls = [
        lambda: client.ask("hospital", "POST", "/Observation", body, If_None_Exist=query),
        lambda: client.ask("hospital", "PUT", f"/Observation?{other_order}", body),
        lambda: client.ask("hospital", "POST", "", bundle(entry)),
        lambda: client.ask("hospital", "POST", "", bundle(entry, kind="batch")),
    ]
    found = at_once(calls * 2)
    assert {answer.status_code for answer in found} <= {200, 201}
    assert of_type("Observation") == 7


def test_eight_patches_at_once_all_hold(client):
    one = observation("r0")
    client.ask("hospital", "PUT", path(one), {**one.body, "note": [{"text": "0"}]})

    def patch(number):
        operations = orjson.dumps([{"op": "add", "path": "/note/-", "value": {"text": str(number)}}])
        while True:
            answer = client.ask("hospital", "PATCH", path(one), operations, **JSON_PATCH)
            if answer.status_code != 409:
                return answer.status_code

    assert at_once([lambda n=n: patch(n) for n in range(1, CLIENTS + 1)]) == [200] * CLIENTS
    stored = client.ask("hospital", "GET", path(one))
    assert {note["text"] for note in stored.json["note"]} == {str(n) for n in range(CLIENTS + 1)}
    assert stored.headers["etag"] == f'W/"{CLIENTS + 2}"'


def test_one_request_id_sent_by_eight_at_once_is_done_once(client):
    raw = orjson.dumps(bundle(post(numbered("k1")), post(numbered("k2"))))
    headers = {"Content_Type": "application/fhir+json", "Idempotency_Key": "k"}
    found = at_once([lambda: client.ask("hospital", "POST", "", raw, **headers)] * CLIENTS)
    assert {answer.content for answer in found} == {found[0].content}
    assert found[0].status_code == 200
    assert of_type("Observation") == 8


def overlapping(chance, number):
    """A bundle that makes doctors under conditions, refers to them by search and changes results, in any order."""
    doctors = chance.sample(range(4), 3)
    entries = [
        post(
            {"resourceType": "Practitioner", "identifier": [{"system": "urn:test:cchn", "value": str(doctor)}]},
            ifNoneExist=f"identifier=urn:test:cchn|{doctor}",
        )
        for doctor in doctors
    ]
    for i in chance.sample(range(6), 4):
        changed = {**observation(f"r{i}").body, "note": [{"text": str(number)}]}
        changed["performer"] = [{"reference": f"Practitioner?identifier=urn:test:cchn|{doctors[0]}"}]
        url = path(observation(f"r{i}"))[1:] if chance.random() < 0.5 else f"Observation?identifier=urn:test:lis|r{i}"
        entries.append({"request": {"method": "PUT", "url": url}, "resource": changed})
    chance.shuffle(entries)
    return bundle(*entries)


def test_overlapping_transactions_do_not_deadlock(client):
    each = 6

    def run(first):
        chance = random.Random(first)
        return [
            client.ask("program", "POST", "", overlapping(chance, first * each + turn)).status_code
            for turn in range(each)
        ]

    statuses = [status for found in at_once([lambda n=n: run(n) for n in range(CLIENTS)]) for status in found]
    assert set(statuses) <= {200, 409}
    assert statuses.count(200) > 0
    assert of_type("Practitioner") == 4
    versions = db.value("select sum(version - 1) from clinical_resource where type = %s", (number_of()["Observation"],))
    assert versions == statuses.count(200) * 4, "each acknowledged transaction made its versions, a refused one none"
    assert db.value("select count(*) from clinical_history") == versions


def test_batches_under_a_request_id_that_wait_for_each_other_all_end(client):
    """Such a batch is one transaction in the order of its entries: two of them in opposite order do deadlock."""

    def put(i, text):
        changed = {**observation(f"r{i}").body, "note": [{"text": text}]}
        return {"request": {"method": "PUT", "url": path(observation(f"r{i}"))[1:]}, "resource": changed}

    def run(number):
        entries = [put(i, f"of {number}") for i in range(6)][:: 1 if number % 2 else -1]
        answer = client.ask("hospital", "POST", "", bundle(*entries, kind="batch"), Idempotency_Key=f"b{number}")
        assert answer.status_code in {200, 409}, answer.text
        if answer.status_code == 409:
            return []
        return [entry["response"]["status"][:3] for entry in answer.json["entry"]]

    statuses = [status for found in at_once([lambda n=n: run(n) for n in range(2)]) for status in found]
    assert set(statuses) <= {"200", "409"}
    assert statuses.count("200") >= 6
    assert db.value("select count(*) from clinical_history") == statuses.count("200")
