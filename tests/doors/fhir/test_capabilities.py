"""What the CapabilityStatement declares is what the routes do, and each of it is done here once."""

from __future__ import annotations

import orjson
import pytest

from sosuckhoe.clinical.search.parameters import types
from sosuckhoe.doors.fhir import app
from sosuckhoe.doors.fhir.interactions import declared
from tests.clinical.made import observation, patient
from tests.doors.fhir.test_conditional import body
from tests.doors.fhir.test_interactions import path, result
from tests.doors.fhir.test_patch import AMENDED, JSON_PATCH
from tests.doors.fhir.test_transaction import bundle, post

ONE = path(observation("a"))
FOUND = "/Observation?identifier=urn:test:lis|a"
FORM = {"Content_Type": "application/x-www-form-urlencoded"}

EXERCISES = {
    ("POST", ""): ("", bundle(post(result())), {}, 200),
    ("GET", "/metadata"): ("/metadata", None, {}, 200),
    ("GET", "/openapi.json"): ("/openapi.json", None, {}, 200),
    ("GET", "/.well-known/smart-configuration"): ("/.well-known/smart-configuration", None, {}, 200),
    ("GET", "/_history"): ("/_history", None, {}, 200),
    ("GET", "/{type_name}"): ("/Observation", None, {}, 200),
    ("POST", "/{type_name}"): ("/Observation", result(), {}, 201),
    ("PUT", "/{type_name}"): (FOUND, body("a", status="amended"), {}, 200),
    ("PATCH", "/{type_name}"): (FOUND, orjson.dumps(AMENDED), JSON_PATCH, 200),
    ("DELETE", "/{type_name}"): (FOUND, None, {}, 204),
    ("POST", "/{type_name}/_search"): ("/Observation/_search", "status=final", FORM, 200),
    ("GET", "/{type_name}/_history"): ("/Observation/_history", None, {}, 200),
    ("GET", "/{type_name}/{name}"): (ONE, None, {}, 200),
    ("PUT", "/{type_name}/{name}"): (ONE, {**observation("a").body, "status": "amended"}, {}, 200),
    ("PATCH", "/{type_name}/{name}"): (ONE, orjson.dumps(AMENDED), JSON_PATCH, 200),
    ("DELETE", "/{type_name}/{name}"): (ONE, None, {}, 204),
    ("GET", "/{type_name}/{name}/_history"): (f"{ONE}/_history", None, {}, 200),
    ("GET", ""): ("/?_type=Observation", None, {}, 200),
    ("POST", "/_search"): ("/_search?_type=Observation", "status=final", FORM, 200),
    ("GET", "/{type_name}/{name}/{held}"): (f"{path(patient())}/Observation", None, {}, 200),
    ("POST", "/{type_name}/{name}/{held}/_search"): (f"{path(patient())}/Observation/_search", "", FORM, 200),
    ("GET", "/{type_name}/{name}/_history/{version}"): (f"{ONE}/_history/1", None, {}, 200),
}


def routed():
    methods = ("GET", "POST", "PUT", "PATCH", "DELETE")
    return {
        (method, path)
        for path, resource in app.ROUTES.items()
        for method in methods
        if hasattr(resource, f"on_{method.lower()}")
    }


def test_each_route_is_declared_and_each_declared_one_is_a_route_and_is_exercised():
    own = {one for found in declared.OWN.values() for one in found}
    assert routed() == set(declared.INTERACTIONS) | own | declared.BACKGROUND
    assert set(declared.INTERACTIONS) == set(EXERCISES)


@pytest.mark.parametrize("one", EXERCISES)
def test_each_interaction_is_done(client, stored, one):
    where, content, headers, status = EXERCISES[one]
    assert client.ask("hospital", one[0], where, content, **headers).status_code == status


@pytest.mark.parametrize("one", [one for one in EXERCISES if one[0] == "GET"])
def test_head_stands_wherever_get_stands(client, stored, one):
    where = EXERCISES[one][0]
    get, head = (client.ask("hospital", method, where) for method in ("GET", "HEAD"))
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert {name: head.headers.get(name) for name in ("etag", "content-type", "last-modified")} == {
        name: get.headers.get(name) for name in ("etag", "content-type", "last-modified")
    }
    if one[1] not in {"/metadata", "/openapi.json", "/.well-known/smart-configuration"}:
        assert client.ask(None, "HEAD", where).status_code == 401


def test_the_statement_says_so(client):
    rest = client.ask(None, "GET", "/metadata").json["rest"][0]
    assert {one["code"] for one in rest["interaction"]} == {
        "transaction", "batch", "history-system", "search-system",
    }  # fmt: skip
    assert [one["type"] for one in rest["resource"]] == list(types())
    for resource in (one for one in rest["resource"] if one["type"] not in declared.OWN):
        assert {one["code"] for one in resource["interaction"]} == {
            "read", "vread", "update", "patch", "delete", "history-instance", "history-type", "create", "search-type",
        }  # fmt: skip
        assert (resource["conditionalCreate"], resource["conditionalUpdate"]) == (True, True)
        assert (resource["conditionalDelete"], resource["conditionalRead"]) == ("single", "full-support")
