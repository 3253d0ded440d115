"""The OpenAPI document says what the code does. https://spec.openapis.org/oas/v3.1.0"""

from __future__ import annotations

import gzip
import re
from functools import cache

import jsonschema_rs
import orjson
import pytest
from django.conf import settings
from hypothesis import given
from openapi_spec_validator import validate

from sosuckhoe.clinical import body as bodies
from sosuckhoe.clinical import jsontext
from sosuckhoe.clinical.search import parameters
from sosuckhoe.doors.fhir import operations
from sosuckhoe.doors.fhir.app import ROUTES
from sosuckhoe.doors.fhir.interactions import capabilities
from sosuckhoe.doors.fhir.openapi import paths
from sosuckhoe.doors.fhir.openapi.document import document
from tests.clinical.xmlmade import EVERYTHING, resources

BASE = "http://example.org/fhir"
WHOLE = document(BASE, ROUTES)
FEW = ("Patient", "Observation", "Encounter")


def test_a_validator_of_openapi_accepts_it():
    validate(document(BASE, ROUTES, FEW))


@pytest.mark.long
def test_a_validator_of_openapi_accepts_all_of_it():
    validate(WHOLE)


def test_what_it_refers_to_is_there_and_what_is_there_is_referred_to():
    refs = set(re.findall(r'#/components/[^"\']+', str(WHOLE)))
    kept = {
        f"#/components/{kind}/{name}"
        for kind, entries in WHOLE["components"].items()
        for name in entries
        if kind != "securitySchemes"
    }
    assert refs <= kept
    unused = {one for one in kept - refs if not re.search(r"/(requestBodies|responses)/", one)}
    assert unused <= {"#/components/schemas/Parameters"}


def test_every_route_stands_there_with_every_method():
    for template, resource in ROUTES.items():
        path = template.replace("{type_name}", "Patient").replace("{name}", "{id}").replace("{version}", "{vid}") or "/"
        answered = {method for method in paths.METHODS if hasattr(resource, f"on_{method}")}
        assert answered == set(WHOLE["paths"][path]) & set(paths.METHODS), path


def test_every_operation_stands_there_and_no_other():
    named = {path.rpartition("$")[2] for path in WHOLE["paths"] if "$" in path}
    assert named == {one.name for one in operations.OPERATIONS}
    for path, item in WHOLE["paths"].items():
        for one in operations.OPERATIONS:
            if path.endswith(f"${one.name}"):
                assert "post" in item


def test_operation_ids_are_unique():
    ids = [item[m]["operationId"] for item in WHOLE["paths"].values() for m in paths.METHODS if m in item]
    assert len(ids) == len(set(ids))


def test_it_names_the_search_parameters_of_the_capability_statement():
    for resource in capabilities.statement(BASE)["rest"][0]["resource"]:
        name = resource["type"]
        said = {one["$ref"].rpartition("/")[2] for one in WHOLE["paths"][f"/{name}"]["get"]["parameters"]}
        named = {WHOLE["components"]["parameters"][one]["name"] for one in said}
        assert {one["name"] for one in resource.get("searchParam", ())} <= named


def test_subscriptions_are_searched_by_what_both_documents_name():
    named = {one["$ref"].rpartition("/")[2] for one in WHOLE["paths"]["/Subscription"]["get"]["parameters"]}
    assert {"search._id", "search.Subscription.status"} <= named
    kept = {one["type"]: one for one in capabilities.statement(BASE)["rest"][0]["resource"]}["Subscription"]
    assert [one["name"] for one in kept["searchParam"]] == ["_id", "status"]


def test_every_interaction_has_a_sentence_and_the_address_of_its_section():
    for path in ("/Patient", "/Patient/{id}", "/Patient/{id}/_history", "/metadata"):
        for method in set(WHOLE["paths"][path]) & set(paths.METHODS):
            about = WHOLE["paths"][path][method]
            assert about["summary"]
            assert about["externalDocs"]["url"].startswith("http://hl7.org/fhir/R4/") or (
                about["externalDocs"]["url"].startswith("https://hl7.org/fhir/R4/")
            )


def test_the_cookie_is_the_one_of_the_pages():
    assert WHOLE["components"]["securitySchemes"]["session"]["name"] == settings.SESSION_COOKIE_NAME


def accepts(resource):
    return validator(resource["resourceType"]).is_valid(orjson.loads(bodies.dumps(resource)))


@cache
def validator(type_name):
    schema = {"$ref": f"#/components/schemas/{type_name}", "components": WHOLE["components"]}
    return jsonschema_rs.Draft202012Validator(schema)


def test_schemas_accept_what_is_right_and_refuse_what_is_not():
    right = jsontext.read_own(EVERYTHING.encode())
    assert accepts(right)
    assert not accepts({**right, "colour": "red"})
    assert not accepts({**right, "status": "x"})
    assert not accepts({**right, "category": {}})
    assert not accepts({key: value for key, value in right.items() if key != "code"})


@given(resources(FEW))
def test_schemas_accept_every_resource_that_the_tables_allow(resource):
    assert accepts(resource)


def test_anybody_may_have_it_and_it_comes_packed(client):
    plain = client.ask(None, "GET", "/openapi.json")
    assert plain.status_code == 200
    assert plain.headers["content-type"] == "application/json"
    packed = client.ask(None, "GET", "/openapi.json", Accept_Encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert len(packed.content) < 400_000
    assert gzip.decompress(packed.content) == plain.content
    again = client.ask(None, "GET", "/openapi.json", If_None_Match=plain.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert client.ask(None, "GET", "/openapi.json?a=1").status_code == 400


def test_types_are_those_of_the_repository():
    tags = {path.split("/")[1] for path in WHOLE["paths"]}
    assert {name for name in tags if name in parameters.number_of()} == set(parameters.types())
