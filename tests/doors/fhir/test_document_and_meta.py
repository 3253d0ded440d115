"""Composition/$document and $meta: whole, guarded, and seen by who may see it."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest

from sosuckhoe.access import actions as access
from sosuckhoe.access import grants, labels
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock, db
from sosuckhoe.clinical import actions, hiding, labelled, structure
from sosuckhoe.clinical.actions import hide
from tests.clinical.made import AT, PERSON, draft, observation, patient
from tests.doors.fhir.test_everything import register

HIV = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"}
OWNER = Actor(account=8, name="", role="citizen", person=PERSON, purpose="own")
TAG = {"system": "urn:test", "code": "seen"}


@pytest.fixture
def paper(client):
    doctor = register("Practitioner", "doctor", name=[{"text": "BS. An"}])
    whole = draft(
        "Composition",
        "paper",
        status="final",
        type={"text": "Tóm tắt"},
        subject={"reference": f"Patient/{patient().key}"},
        date="2026-05-02",
        author=[{"reference": f"Practitioner/{doctor.key}"}],
        title="Tóm tắt",
        section=[
            {"entry": [{"reference": f"Observation/{observation(name).key}"}], "title": name} for name in ("a", "h")
        ],
    )
    hidden = observation("h", meta={"security": [HIV]})
    actions.put_many([patient(), doctor, whole, observation("a"), hidden, observation("other")], AT)
    return str(whole.key)


def types(bundle):
    return [one["resource"]["resourceType"] for one in bundle["entry"]]


def test_a_document_has_what_its_composition_names(client, paper):
    made = client.ask("alice", "GET", f"/Composition/{paper}/$document").json
    structure.check(made, "Bundle")
    assert (made["type"], types(made)[0]) == ("document", "Composition")
    assert sorted(types(made)) == ["Composition", "Observation", "Observation", "Patient", "Practitioner"]
    assert types(client.ask("hospital", "GET", f"/Composition/{paper}/$document").json).count("Observation") == 1
    by_type = client.ask("alice", "GET", f"/Composition/$document?id=Composition/{paper}").json
    assert types(by_type) == types(made)
    assert client.ask("charlie", "GET", f"/Composition/{paper}/$document").status_code == 404


def test_a_document_is_stored_when_that_is_asked_for(client, paper):
    path = f"/Composition/{paper}/$document?persist=true"
    assert client.ask("hospital", "GET", path).status_code == 405
    answer = client.ask("hospital", "POST", path)
    assert answer.status_code == 201, answer.text
    stored = client.ask("alice", "GET", f"/Bundle/{answer.json['id']}")
    assert types(stored.json)[0] == "Composition"
    assert client.ask("charlie", "GET", f"/Bundle/{answer.json['id']}").status_code == 404
    assert client.ask("alice", "POST", path).status_code in {403, 404}


def test_a_stored_document_is_no_less_sensitive_than_what_it_holds(client, paper):
    answer = client.ask("program", "POST", f"/Composition/{paper}/$document?persist=true")
    held = [one["resource"].get("meta", {}).get("security") for one in answer.json["entry"]]
    assert [HIV] in held
    kept = f"/Bundle/{answer.json['id']}"
    assert client.ask("hospital", "GET", kept).status_code == 404
    assert client.ask("hospital", "GET", f"{kept}/_history/1").status_code == 404
    assert client.ask("alice", "GET", kept).status_code == 200


@pytest.mark.parametrize("is_hidden_first", [True, False])
def test_a_stored_document_is_hidden_with_the_kinds_that_it_holds(client, paper, is_hidden_first):
    wish = hiding.Wish("", frozenset({"Observation"}), 0)
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": observation("a").body}]}
    steps = [
        lambda: hide.hide(OWNER, PERSON, wish, "", AT),
        lambda: client.ask("program", "POST", "/Bundle", bundle).json["id"],
    ]
    done = [step() for step in (steps if is_hidden_first else reversed(steps))]
    name = done[1 if is_hidden_first else 0]
    assert client.ask("hospital", "GET", f"/Bundle/{name}").status_code == 404
    assert client.ask("alice", "GET", f"/Bundle/{name}").status_code == 200


def call(client, who, operation, key, **meta):
    body = {"resourceType": "Parameters", "parameter": [{"name": "meta", "valueMeta": meta}]}
    return client.ask(who, "POST", f"/Observation/{key}/${operation}", body)


def test_tags_come_and_go(client, stored):
    key = stored["observation"].key
    added = call(client, "hospital", "meta-add", key, tag=[TAG, TAG], profile=["urn:p"])
    assert added.status_code == 200, added.text
    meta = client.ask("alice", "GET", f"/Observation/{key}/$meta").json["parameter"][0]["valueMeta"]
    assert (meta["versionId"], meta["profile"]) == ("2", ["urn:p"])
    call(client, "hospital", "meta-add", key, tag=[TAG])
    gone = call(client, "hospital", "meta-delete", key, tag=[TAG, {"code": "x"}]).json["parameter"][0]["valueMeta"]
    assert "tag" not in gone
    assert gone["profile"] == ["urn:p"]


def test_labels_are_changed_by_who_may_relabel(client, stored):
    key = stored["observation"].key
    assert call(client, "hospital", "meta-add", key, security=[HIV]).status_code == 404
    assert call(client, "program", "meta-add", key, security=[HIV]).status_code == 200
    assert client.ask("hospital", "GET", f"/Observation/{key}").status_code == 404
    assert call(client, "hospital", "meta-delete", key, security=[HIV]).status_code == 404
    assert call(client, "alice", "meta-delete", key, security=[HIV]).status_code in {403, 404}
    assert call(client, "program", "meta-delete", key, security=[HIV]).status_code == 200
    assert client.ask("hospital", "GET", f"/Observation/{key}").status_code == 200


PATCHES = {
    "application/json-patch+json": [{"op": "remove", "path": "/meta/security"}],
    "application/fhir+json": {
        "resourceType": "Parameters",
        "parameter": [
            {
                "name": "operation",
                "part": [
                    {"name": "type", "valueCode": "delete"},
                    {"name": "path", "valueString": "Observation.meta.security"},
                ],
            }
        ],
    },
}


def left_out(client, who, seen, how):
    """A change that says nothing of the labels that stand."""
    path, body = f"Observation/{seen.key}", {name: seen.body[name] for name in seen.body if name != "meta"}
    if how in PATCHES:
        return client.ask(who, "PATCH", f"/{path}", orjson.dumps(PATCHES[how]), Content_Type=how)
    if how == "PUT":
        return client.ask(who, "PUT", f"/{path}", {**body, "status": "amended"})
    if how == "criteria":
        asked = f"/Observation?identifier=urn:test:lis|{seen.body['identifier'][0]['value']}"
        return client.ask(who, "PUT", asked, {**body, "status": "amended"})
    entry = {"request": {"method": "PUT", "url": path}, "resource": {**body, "status": "amended"}}
    return client.ask(who, "POST", "", {"resourceType": "Bundle", "type": "transaction", "entry": [entry]})


@pytest.mark.parametrize("how", [*PATCHES, "PUT", "criteria", "transaction"])
def test_a_sensitive_label_stays_when_a_change_leaves_it_out(client, stored, how):
    """Whom the owner lets see it may change the result, and not make it everybody's."""
    secret = observation("hiv", meta={"security": [HIV]})
    actions.put_many([secret], AT)
    access.tie([("01001", PERSON)], AT)
    wish = grants.Wish("show", "79001", {"labels": labels.bits()["HIV"]}, "", clock.now() + timedelta(days=9))
    grants.give(OWNER, PERSON, wish, clock.now())
    assert left_out(client, "hospital", secret, how).status_code == 200
    assert client.ask("stranger", "GET", f"/Observation/{secret.key}").status_code == 404
    assert metas(client, "alice", f"/Observation/{secret.key}")["security"] == [HIV]
    assert left_out(client, "program", secret, "PUT").status_code == 200
    assert "security" not in metas(client, "alice", f"/Observation/{secret.key}")
    assert client.ask("stranger", "GET", f"/Observation/{secret.key}").status_code == 200
    assert client.ask("stranger", "GET", f"/Observation/{secret.key}/_history/1").status_code == 404


def metas(client, who, path):
    answer = client.ask(who, "GET", f"{path}/$meta")
    assert answer.status_code == 200, answer.text
    return answer.json["parameter"][0]["valueMeta"]


def test_a_type_and_the_system_tell_the_labels_of_what_may_be_seen(client, stored):
    other = {"system": "urn:test", "code": "Other", "display": "Khác"}
    mine = observation("b", meta={"tag": [TAG, other], "profile": ["urn:p"]})
    hidden = observation("h", meta={"security": [HIV], "tag": [TAG, {"code": "bare"}]})
    somebodys = observation("s", person=99, meta={"tag": [{"system": "urn:test", "code": "theirs"}]})
    visit = draft("Encounter", "v", status="finished", meta={"tag": [TAG], "profile": ["urn:q"]})
    actions.put_many([patient(99), mine, hidden, somebodys, visit], AT)
    of_results = {"profile": ["urn:p"], "tag": [other, TAG]}
    assert metas(client, "hospital", "/Observation") == of_results
    assert metas(client, "hospital", "") == of_results | {"profile": ["urn:p", "urn:q"]}
    whole = {"profile": ["urn:p"], "security": [HIV], "tag": [{"code": "bare"}, other, TAG]}
    assert metas(client, "alice", "/Observation") == whole
    assert metas(client, "charlie", "/Observation") == metas(client, "stranger", "") == {}
    assert client.ask("officer", "GET", "/Observation/$meta").status_code == 403
    assert client.ask(None, "GET", "/$meta").status_code == 401
    assert client.ask("hospital", "GET", "/$meta?_type=Observation").status_code == 400
    assert client.ask("hospital", "GET", "/Nothing/$meta").status_code == 404


def test_a_label_goes_with_the_last_that_has_it(client, stored):
    actions.put_many([observation("b", meta={"tag": [TAG]})], AT)
    assert metas(client, "hospital", "/Observation") == {"tag": [TAG]}
    actions.put_many([observation("b", status="amended")], AT)
    assert metas(client, "hospital", "/Observation") == {}


def test_too_many_labels_are_refused(client, stored, monkeypatch):
    monkeypatch.setattr(labelled, "MOST", 1)
    actions.put_many([observation("b", meta={"tag": [TAG, {"code": "x"}]})], AT)
    answer = client.ask("hospital", "GET", "/$meta")
    assert (answer.status_code, "SSK-3441" in answer.text) == (400, True)


def test_a_label_keeps_no_word_in_the_table_of_texts(client, stored):
    actions.put_many([observation("b", meta={"tag": [{"system": "urn:secret", "code": "word"}]})], AT)
    texts = [text for (text,) in db.tuples("select folded from clinical_phrase")]
    assert len(texts) == 2
    assert not [text for text in texts if "secret" in text or "word" in text]


def test_what_is_not_understood_is_refused(client, stored):
    key = stored["observation"].key
    assert call(client, "hospital", "meta-add", key, tag="x").status_code == 422
    assert client.ask("hospital", "GET", f"/Observation/{key}/$meta-add").status_code == 405
    assert client.ask("hospital", "POST", f"/Observation/{key}/$meta-add").status_code == 400
    assert client.ask("charlie", "GET", f"/Observation/{key}/$meta").status_code == 404
