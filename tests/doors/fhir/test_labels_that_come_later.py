"""A sensitive label that comes later reaches what was stored before: older versions, and Bundles that hold a copy."""

import json

import pytest

from sosuckhoe.access import labels
from sosuckhoe.base import db
from sosuckhoe.clinical import actions, hiding
from sosuckhoe.clinical.actions import hide, raising
from sosuckhoe.clinical.search.parameters import number_of
from tests.clinical.made import AT, PERSON, observation, patient
from tests.doors.fhir.test_document_and_meta import HIV, OWNER, call

RESULT = observation("a")


def bundle(*held, **content):
    entries = [{"resource": one} for one in held]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries, **content}


@pytest.fixture
def here(client):
    """A hospital's system may see the result and the Bundle that holds it, which it has stored."""
    actions.put_many([patient(), RESULT, observation("other")], AT)
    client.kept = client.ask("program", "POST", "/Bundle", bundle(RESULT.body, observation("other").body)).json["id"]
    assert client.ask("hospital", "GET", f"/Bundle/{client.kept}").status_code == 200
    return client


def by_operation(client):
    return call(client, "program", "meta-add", RESULT.key, security=[HIV])


def by_update(client):
    return client.ask("program", "PUT", f"/Observation/{RESULT.key}", {**RESULT.body, "meta": {"security": [HIV]}})


def by_patch(client):
    change = json.dumps([{"op": "add", "path": "/meta/security", "value": [HIV]}])
    return client.ask(
        "program", "PATCH", f"/Observation/{RESULT.key}", change, Content_Type="application/json-patch+json"
    )


def by_transaction(client):
    put = {"resource": {**RESULT.body, "meta": {"security": [HIV]}},
           "request": {"method": "PUT", "url": f"Observation/{RESULT.key}"}}  # fmt: skip
    return client.ask("program", "POST", "/", {"resourceType": "Bundle", "type": "transaction", "entry": [put]})


def by_package(_client):
    actions.put_many([observation("a", meta={"security": [HIV]})], AT)


WAYS = [by_operation, by_update, by_patch, by_transaction, by_package]


@pytest.mark.parametrize("way", WAYS)
def test_who_may_not_see_it_sees_no_older_version_and_no_copy(here, way):
    answer = way(here)
    assert answer is None or answer.status_code == 200, answer.text
    kept = f"/Bundle/{here.kept}"
    for place in (kept, f"{kept}/_history/1", f"/Observation/{RESULT.key}", f"/Observation/{RESULT.key}/_history/1"):
        assert here.ask("hospital", "GET", place).status_code == 404, place
        assert here.ask("alice", "GET", place).status_code == 200, place
    for place in ("/Bundle", "/Bundle?_total=accurate", "/Bundle/_history", f"/Patient/{patient().key}/$everything"):
        told = here.ask("hospital", "GET", place)
        assert str(RESULT.key) not in told.text, place
        assert here.kept not in told.text, place
    assert here.ask("hospital", "GET", f"/Observation/{observation('other').key}").status_code == 200


def test_a_bundle_that_is_written_anew_keeps_what_was_raised(here):
    by_operation(here)
    stale = bundle(RESULT.body, observation("other").body, id=here.kept, timestamp="2026-11-03T00:00:00Z")
    assert here.ask("program", "PUT", f"/Bundle/{here.kept}", stale).status_code == 200
    assert here.ask("hospital", "GET", f"/Bundle/{here.kept}").status_code == 404
    without = bundle(observation("other").body, id=here.kept)
    assert here.ask("program", "PUT", f"/Bundle/{here.kept}", without).status_code == 200
    assert here.ask("hospital", "GET", f"/Bundle/{here.kept}").status_code == 200
    assert here.ask("hospital", "GET", f"/Bundle/{here.kept}/_history/2").status_code == 404


def test_a_copy_without_the_label_is_as_sensitive_as_what_is_stored(here):
    by_operation(here)
    for held in (RESULT.body, bundle(RESULT.body)):
        stale = here.ask("program", "POST", "/Bundle", bundle(observation("other").body, held)).json["id"]
        assert here.ask("hospital", "GET", f"/Bundle/{stale}").status_code == 404
        assert here.ask("alice", "GET", f"/Bundle/{stale}").status_code == 200


def test_what_is_stored_after_its_copy_raises_it(client):
    actions.put_many([patient(), observation("other")], AT)
    kept = client.ask("program", "POST", "/Bundle", bundle(observation("other").body, RESULT.body)).json["id"]
    assert client.ask("hospital", "GET", f"/Bundle/{kept}").status_code == 200
    actions.put_many([observation("a", meta={"security": [HIV]})], AT)
    assert client.ask("hospital", "GET", f"/Bundle/{kept}").status_code == 404


def test_who_hides_a_label_hides_what_gets_it(here):
    hide.hide(OWNER, PERSON, hiding.Wish("", frozenset(), labels.bits()["HIV"]), "", AT)
    by_operation(here)
    bits = db.tuples("select label from clinical_resource where person = %s and type = %s union all "
                     "select label from clinical_history where person = %s and label <> 0",
                     (PERSON, number_of()["Bundle"], PERSON))  # fmt: skip
    assert bits
    assert all(label & labels.HIDDEN for (label,) in bits)


def test_a_deleted_bundle_tells_nothing_by_its_versions(here):
    assert here.ask("program", "DELETE", f"/Bundle/{here.kept}").status_code == 204
    by_operation(here)
    assert here.ask("hospital", "GET", f"/Bundle/{here.kept}/_history/1").status_code == 404


def test_a_write_without_a_new_label_asks_nothing_more(here, monkeypatch):
    for name in ("spread", "of_entries"):
        monkeypatch.setattr(raising, name, lambda *_: pytest.fail("it was asked"))
    assert (
        here.ask("program", "PUT", f"/Observation/{RESULT.key}", {**RESULT.body, "status": "amended"}).status_code
        == 200
    )
    actions.put_many([observation("more")], AT)
