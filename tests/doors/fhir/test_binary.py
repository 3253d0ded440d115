"""A Binary goes out as its content to who does not ask for FHIR, and nobody can make a browser run it."""

from __future__ import annotations

from base64 import b64encode

import pytest

from sosuckhoe.clinical import actions
from tests.clinical.made import AT, PERSON, draft

pytestmark = pytest.mark.django_db
PAPER = b"%PDF-1.7 not really"
FHIR = "application/fhir+json"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture
def paper():
    return put()


def put(content_type="application/pdf", data=PAPER):
    made = draft("Binary", "paper", person=PERSON, contentType=content_type, data=b64encode(data).decode())
    actions.put_many([made], AT)
    return f"/Binary/{made.key}"


@pytest.mark.parametrize("accept", ["*/*", "application/pdf", "application/xml", "application/json", BROWSER])
@pytest.mark.parametrize("version", ["", "/_history/1"])
def test_the_content_goes_out_under_its_own_type(client, paper, accept, version):
    answer = client.ask("alice", "GET", paper + version, Accept=accept)
    assert (answer.status_code, answer.content) == (200, PAPER)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["etag"] == 'W/"1"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == "attachment"
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("query", "accept", "kind"),
    [
        ("", FHIR, FHIR),
        ("", "application/fhir+xml", "application/fhir+xml"),
        ("", f"{FHIR};q=0.5, application/pdf", FHIR),
        ("?_format=json", "*/*", FHIR),
        ("?_format=xml", "application/pdf", "application/fhir+xml"),
    ],
)
def test_who_asks_for_fhir_gets_the_resource(client, paper, query, accept, kind):
    answer = client.ask("alice", "GET", paper + query, Accept=accept)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(kind)
    assert b64encode(PAPER) in answer.content


def test_what_the_client_has_is_not_sent(client, paper):
    answer = client.ask("alice", "GET", paper, Accept="*/*", If_None_Match='W/"1"')
    assert (answer.status_code, answer.content) == (304, b"")


def test_a_stranger_gets_an_outcome_and_not_the_content(client, paper):
    answer = client.ask("charlie", "GET", paper, Accept="application/pdf")
    assert answer.status_code == 404
    assert answer.json["resourceType"] == "OperationOutcome"


def test_fhir_within_a_binary_goes_out_as_it_was_put_in(client):
    inner = b'{"resourceType": "Patient", "active":true}'
    answer = client.ask("alice", "GET", put(FHIR, inner), Accept="application/xml")
    assert (answer.content, answer.headers["content-type"]) == (inner, FHIR)


@pytest.mark.parametrize("stated", ["text/html\nX-Evil: 1", "no type", "text/html; a=b\tc", "a/b;"])
def test_a_type_that_is_none_cannot_write_headers(client, stated):
    answer = client.ask("alice", "GET", put(stated), Accept="*/*")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert "x-evil" not in answer.headers
