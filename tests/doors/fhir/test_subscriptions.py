"""Subscriptions against a receiver that fails in every way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from sosuckhoe.access import actions as access
from sosuckhoe.base import db as database
from sosuckhoe.clinical.subscribing import delivering, watching
from sosuckhoe.clinical.subscribing.topics import topics
from tests.clinical.made import AT, PERSON, draft, observation
from tests.doors.fhir import cast
from tests.doors.fhir.subscribed import BACKPORT, SECRET, numbers, parameters, put, state, subscribe, wish


@pytest.fixture
def client(transactional_db):
    watching.forget()
    yield cast.signed_in()
    watching.forget()


def test_handshake_events_and_heartbeat(client, receiver, office):
    beat = [{"url": f"{BACKPORT}/backport-heartbeat-period", "valueUnsignedInt": 60}]
    key = subscribe(client, wish(receiver, extension=beat))
    assert state(client, key) == "requested"
    assert office.work(timedelta(seconds=1)) == []
    ((method, path, headers, bundle, _),) = office.work()
    assert (method, path, headers["Authorization"]) == ("POST", "/hook", SECRET)
    assert parameters(bundle)["type"] == "handshake"
    assert state(client, key) == "active"
    put(observation("a"), observation("draft", status="preliminary"))
    ((_, _, _, bundle, _),) = office.work()
    assert (parameters(bundle)["type"], numbers(bundle)) == ("event-notification", ["1"])
    assert [one["resource"]["resourceType"] for one in bundle["entry"]] == ["Parameters", "Observation"]
    assert office.work() == []
    put(observation("a", valueQuantity={"value": 1, "unit": "g/dL"}))
    assert office.work() == [], "it was final before"
    put(observation("draft"))
    assert numbers(office.work()[0][3]) == ["2"]
    ((_, _, _, bundle, _),) = office.work(timedelta(seconds=61))
    assert (parameters(bundle)["type"], parameters(bundle)["events-since-subscription-start"]) == ("heartbeat", "2")


@pytest.mark.parametrize("mood", ["broken", "moved", "closes", "hangs", "drips"])
def test_what_was_not_taken_is_told_again_in_order(client, receiver, office, mood):
    key = subscribe(client, wish(receiver, content="id-only"))
    office.work()
    receiver.mood = mood
    put(observation("a"), observation("b"))
    assert [numbers(one[3]) for one in office.work()] == [["1", "2"]]
    assert state(client, key) == "error"
    put(observation("c"))
    assert office.work(timedelta(seconds=1)) == [], "it waits longer"
    receiver.mood = "well"
    receiver.let_go.set()
    got = office.work()
    assert [numbers(one[3]) for one in got] == [["1", "2", "3"]]
    assert all("resource" not in one for one in got[0][3]["entry"][1:])
    assert state(client, key) == "active"


def test_it_is_off_after_many_failures(client, receiver, office):
    key = subscribe(client, wish(receiver))
    office.work()
    receiver.mood = "broken"
    put(observation("a"))
    tried = [len(office.work(timedelta(hours=2))) for _ in range(delivering.MOST_FAILURES + 2)]
    assert sum(tried) == delivering.MOST_FAILURES
    assert state(client, key) == "off"
    receiver.mood = "well"
    body = client.ask("hospital", "GET", f"/Subscription/{key}").json | {"status": "requested"}
    assert client.ask("hospital", "PUT", f"/Subscription/{key}", body).status_code == 200
    told = [one[3] for _ in range(2) for one in office.work()]
    assert [parameters(one)["type"] for one in told] == ["handshake", "event-notification"]
    assert numbers(told[-1]) == ["1"]


def test_rights_of_the_moment_decide(client, receiver, office):
    key = subscribe(client, wish(receiver), "hospital")
    other = subscribe(client, wish(receiver), "stranger")
    office.work()
    put(observation("a"), observation("h", meta={"security": [{"code": "HIV"}]}))
    got = office.work()
    assert [numbers(one[3]) for one in got] == [["1"]], "one subscriber, and not the hidden result"
    receiver.mood = "broken"
    put(observation("b"))
    office.work()
    database.execute("delete from access_tie where person = %s", (PERSON,))
    receiver.mood = "well"
    assert office.work(timedelta(hours=2)) == [], "the right was withdrawn before it was told"
    access.tie([("79001", PERSON)], AT)
    put(observation("c"))
    assert [numbers(one[3]) for one in office.work()] == [["3"]]
    database.execute("update access_account set is_active = false where username = 'hospital'")
    put(observation("d"))
    assert office.work() == []
    assert {key, other} == {
        one["resource"]["id"] for one in client.ask("program", "GET", "/Subscription").json["entry"]
    }


def test_criteria_of_r4(client, receiver, office):
    plain = wish(receiver, criteria="Observation?code=718-7")
    key = subscribe(client, plain)
    empty = wish(receiver, criteria="Observation?code=718-7")
    del empty["channel"]["payload"], empty["channel"]["_payload"]
    subscribe(client, empty)
    office.work()
    put(observation("a"), observation("other", code="2339-0"))
    got = {(method, path): body for method, path, _, body, _ in office.work()}
    name = observation("a").key
    assert set(got) == {("PUT", f"/hook/Observation/{name}"), ("POST", "/hook")}
    assert got["PUT", f"/hook/Observation/{name}"]["id"] == str(name)
    assert got["POST", "/hook"] is None
    assert state(client, key) == "active"


def test_a_filter_of_a_topic(client, receiver, office):
    filtered = wish(receiver)
    filtered["_criteria"] = {
        "extension": [{"url": f"{BACKPORT}/backport-filter-criteria", "valueString": "Observation?code=2339-0"}]
    }
    subscribe(client, filtered)
    office.work()
    put(observation("a"), observation("other", code="2339-0"))
    (got,) = office.work()
    assert got[3]["entry"][1]["fullUrl"].endswith(str(observation("other", code="2339-0").key))


def test_status_and_events_may_be_asked(client, receiver, office):
    key = subscribe(client, wish(receiver))
    office.work()
    put(observation("a"), observation("b"))
    office.work()
    asked = client.ask("hospital", "GET", f"/Subscription/{key}/$status").json
    assert parameters(asked)["type"] == "query-status"
    assert parameters(asked)["events-since-subscription-start"] == "2"
    assert len(client.ask("hospital", "GET", "/Subscription/$status").json["entry"]) == 1
    told = client.ask("hospital", "GET", f"/Subscription/{key}/$events?eventsSinceNumber=2&content=id-only").json
    assert (parameters(told)["type"], numbers(told)) == ("query-event", ["2"])
    assert client.ask("stranger", "GET", f"/Subscription/{key}/$status").status_code == 404
    assert client.ask("stranger", "GET", f"/Subscription/{key}/$events").status_code == 404
    assert client.ask("hospital", "GET", f"/Subscription/{key}/$get-ws-binding-token").status_code == 404


def test_it_is_its_owners_alone_and_shows_no_secret(client, receiver, caplog):
    key = subscribe(client, wish(receiver))
    assert client.ask("stranger", "GET", f"/Subscription/{key}").status_code == 404
    assert client.ask("stranger", "DELETE", f"/Subscription/{key}").status_code == 404
    for who in ("alice", "officer"):
        assert client.ask(who, "GET", "/Subscription").status_code == 403
        assert client.ask(who, "POST", "/Subscription", wish(receiver)).status_code == 403
    assert SECRET not in client.ask("hospital", "GET", f"/Subscription/{key}").text
    assert SECRET not in caplog.text
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [
        {"resource": wish(receiver), "request": {"method": "POST", "url": "Subscription"}}
    ]}  # fmt: skip
    assert client.ask("program", "POST", "", bundle).status_code == 422
    assert client.ask("hospital", "DELETE", f"/Subscription/{key}").status_code == 204
    assert client.ask("hospital", "GET", f"/Subscription/{key}").status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"criteria": "urn:nothing"},
        {"criteria": "Observation?nothing=1"},
        {"type": "websocket"},
        {"endpoint": "https://elsewhere.example/"},
        {"endpoint": "http://example.org/"},
        {"endpoint": "https://user:word@example.org/"},
        {"header": ["Authorization: a\r\nX: b"]},
        {"header": ["Host: elsewhere"]},
    ],
)
def test_what_cannot_be_met_is_refused(client, receiver, change):
    body = wish(receiver)
    body.update({name: value for name, value in change.items() if name == "criteria"})
    body["channel"].update({name: value for name, value in change.items() if name != "criteria"})
    assert client.ask("hospital", "POST", "/Subscription", body).status_code in {400, 422}


def test_events_are_part_of_the_change(client, receiver, office):
    subscribe(client, wish(receiver))
    office.work()
    with database.atomic():
        put(observation("a"))
        assert database.value("select count(*) from clinical_event") == 1
        transaction.set_rollback(True)
    assert database.value("select count(*) from clinical_event") == 0
    assert office.work() == []


def test_nobody_subscribed_and_nothing_is_noted(client):
    put(observation("a"), draft("Encounter", "e", status="finished"))
    assert database.value("select count(*) from clinical_event") == 0


def test_every_topic_can_be_understood():
    from sosuckhoe.clinical import fhirpath

    for topic in topics().values():
        fhirpath.compile_expression(topic.now).check(topic.type)
        assert not topic.happened(None, {"resourceType": topic.type})
