"""Who is told of deletions: that it happened and the id, to those alone who might see what was deleted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from sosuckhoe.access import actions as access
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock
from sosuckhoe.base import db as database
from sosuckhoe.clinical import actions
from sosuckhoe.clinical.actions import erase
from sosuckhoe.clinical.subscribing import watching
from sosuckhoe.clinical.subscribing.fanning import fan_out
from sosuckhoe.clinical.subscribing.topics import topics
from tests.clinical.made import AT, PERSON, observation
from tests.doors.fhir import cast
from tests.doors.fhir.subscribed import BACKPORT, FINAL, TOPICS, numbers, parameters, put, subscribe, wish

REMOVED = f"{TOPICS}/result-removed"
HIV = {"security": [{"code": "HIV"}]}


@pytest.fixture
def client(transactional_db):
    watching.forget()
    yield cast.signed_in()
    watching.forget()


def remove(*names):
    actions.remove_many([observation(name).key for name in names], AT + timedelta(hours=1))


def events():
    return database.value("select count(*) from clinical_event")


@pytest.mark.parametrize("content", ["empty", "id-only", "full-resource"])
def test_a_deletion_names_what_was_deleted_and_sends_nothing_of_it(client, receiver, office, content):
    subscribe(client, wish(receiver, REMOVED, content))
    office.work()
    put(observation("a"), observation("draft", status="preliminary"))
    assert office.work() == [], "nothing was deleted"
    remove("a", "draft")
    ((_, _, _, bundle, _),) = office.work()
    said = parameters(bundle)
    assert (said["topic"], said["events-since-subscription-start"]) == (REMOVED, "1"), "a draft was no result"
    told = [part for part in bundle["entry"][0]["resource"]["parameter"] if part["name"] == "notification-event"]
    focus = [part["valueReference"]["reference"] for one in told for part in one["part"] if part["name"] == "focus"]
    url = f"http://falconframework.org/fhir/Observation/{observation('a').key}"
    entry = {
        "fullUrl": url,
        "request": {"method": "DELETE", "url": f"Observation/{observation('a').key}"},
        "response": {"status": "204"},
    }
    assert bundle["entry"][1:] == ([] if content == "empty" else [entry])
    assert focus == ([] if content == "empty" else [url])


def test_one_that_is_deleted_at_the_door_is_told_and_may_be_asked_for(client, receiver, office):
    key = subscribe(client, wish(receiver, REMOVED, "id-only"))
    office.work()
    put()
    path = "/Observation/79001-x"
    body = observation("a").body | {"id": "79001-x"}
    assert client.ask("hospital", "PUT", path, body).status_code == 201
    assert client.ask("hospital", "DELETE", path).status_code == 204
    assert client.ask("hospital", "DELETE", path).status_code == 204
    assert [numbers(one[3]) for one in office.work()] == [["1"]], "the second deletion did nothing"
    asked = client.ask("hospital", "GET", f"/Subscription/{key}/$events").json
    assert (numbers(asked), asked["entry"][1]["request"]["method"]) == (["1"], "DELETE")
    assert client.ask("hospital", "PUT", path, body).status_code == 201
    assert office.work() == [], "what comes back is no deletion"
    assert client.ask("hospital", "DELETE", path).status_code == 204
    assert [numbers(one[3]) for one in office.work()] == [["2"]]


def test_nobody_hears_of_what_they_might_not_see(client, receiver, office):
    subscribe(client, wish(receiver, REMOVED), "hospital")
    subscribe(client, wish(receiver, REMOVED), "stranger")
    office.work()
    put(observation("a"), observation("h", meta=HIV), observation("b"))
    remove("a", "h")
    got = office.work()
    assert [(numbers(one[3]), len(one[3]["entry"])) for one in got] == [(["1"], 2)], "one subscriber, and one result"
    receiver.mood = "broken"
    remove("b")
    office.work()
    database.execute("delete from access_tie where person = %s", (PERSON,))
    receiver.mood = "well"
    assert office.work(timedelta(hours=2)) == [], "the right was withdrawn before it was told"
    access.tie([("79001", PERSON)], AT)
    seen = database.value("select count(*) from access_audit where action = 'history' and role = 'system'")
    assert seen > 0, "the trace of the person says that it was told"


def test_what_was_not_taken_is_told_again_under_its_number(client, receiver, office):
    subscribe(client, wish(receiver, REMOVED, "id-only"))
    office.work()
    put(observation("a"), observation("b"))
    receiver.mood = "closes"
    remove("a")
    assert [numbers(one[3]) for one in office.work()] == [["1"]]
    remove("b")
    receiver.mood = "well"
    assert [numbers(one[3]) for one in office.work(timedelta(hours=1))] == [["1", "2"]]


def test_an_event_is_part_of_the_deletion(client, receiver, office):
    subscribe(client, wish(receiver, REMOVED))
    office.work()
    put(observation("a"))
    with database.atomic():
        client.ask("hospital", "DELETE", f"/Observation/{observation('a').key}")
        assert events() == 1
        transaction.set_rollback(True)
    assert events() == 0
    remove("a")
    with database.atomic():
        while not fan_out(clock.now()):
            """Another test's transaction, in its own database, is older."""
        assert events() == 0
        transaction.set_rollback(True)
    assert events() == 1, "a worker that dies leaves it in the outbox"
    assert [numbers(one[3]) for one in office.work()] == [["1"]]


def test_who_subscribes_to_results_or_by_criteria_hears_of_no_deletion(client, receiver, office):
    subscribe(client, wish(receiver, FINAL))
    subscribe(client, wish(receiver, "Observation?code=718-7"))
    put(observation("a"))
    office.work()
    remove("a")
    assert events() == 0


def test_what_is_erased_by_right_is_told_to_nobody(client, receiver, office):
    subscribe(client, wish(receiver, REMOVED))
    office.work()
    put(observation("a"), observation("b"))
    remove("a")
    clerk = Actor(77, "clerk", "clerk", facility="79001", purpose="administration")
    erase.erase(clerk, PERSON, [observation("a").key, observation("b").key], "court", AT + timedelta(hours=2))
    assert office.work() == []


def test_deletions_take_no_filter(client, receiver):
    filtered = wish(receiver, REMOVED)
    value = {"url": f"{BACKPORT}/backport-filter-criteria", "valueString": "Observation?code=2339-0"}
    filtered["_criteria"] = {"extension": [value]}
    answer = client.ask("hospital", "POST", "/Subscription", filtered)
    assert (answer.status_code, "SSK-3440" in answer.text) == (422, True)


def test_every_topic_of_what_ends_has_its_twin():
    kinds = {url.rpartition("/")[2]: topic for url, topic in topics().items()}
    ended = {topic.type for topic in kinds.values() if topic.interactions == {"delete"}}
    assert ended == {topic.type for topic in kinds.values() if "delete" not in topic.interactions}
