"""Content that is not FHIR, sent to /Binary as it is and read again as it was."""

from __future__ import annotations

import gzip
from base64 import b64encode

import pytest

from sosuckhoe.base import db
from sosuckhoe.doors.fhir import binary
from tests.clinical.made import patient
from tests.doors.fhir.test_binary import PAPER
from tests.doors.fhir.test_interactions import code

ME = f"Patient/{patient().key}"
FHIR = "application/fhir+json"


def send(client, who, content=PAPER, path="/Binary", method="POST", kind="application/pdf", context=ME, **headers):
    more = {"X-Security-Context": context} if context else {}
    named = {"Content-Type": kind} if kind else {}
    return client.ask(who, method, path, content, **named, **more, **headers)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("application/pdf", PAPER),
        ("image/png", bytes(range(256))),
        ("text/plain; charset=utf-8", "Kết quả".encode()),
        ("application/dicom", b""),
        ("image/svg+xml", b"<svg/>"),
        ("application/hl7-v3+xml", b"<ClinicalDocument/>"),
        ("application/vnd.x+json", b"not even json"),
    ],
)
def test_a_content_comes_back_as_it_was_sent(client, stored, kind, content):
    made = send(client, "hospital", content, kind=kind)
    assert made.status_code == 201, made.text
    path = f"/Binary/{made.json['id']}"
    answer = client.ask("alice", "GET", path, Accept="*/*")
    assert (answer.content, answer.headers["content-type"]) == (content, kind)
    whole = client.ask("alice", "GET", path, Accept=FHIR).json
    assert (whole["contentType"], whole["securityContext"]) == (kind, {"reference": ME})
    assert whole.get("data", "") == b64encode(content).decode()
    assert client.ask("charlie", "GET", path, Accept="*/*").status_code == 404


def test_a_content_is_replaced_by_the_next(client, stored):
    path = f"/Binary/{send(client, 'hospital').json['id']}"
    again = send(client, "hospital", b"second", path, "PUT", If_Match='W/"1"')
    assert (again.status_code, again.headers["etag"]) == (200, 'W/"2"')
    assert send(client, "hospital", b"third", path, "PUT", If_Match='W/"1"').status_code == 412
    assert client.ask("alice", "GET", path, Accept="*/*").content == b"second"
    assert client.ask("alice", "GET", f"{path}/_history/1", Accept="*/*").content == PAPER
    assert send(client, "hospital", b"x", path, "PUT", context="").status_code == 422, "it stays hers"
    made = send(client, "hospital", b"own", "/Binary/79001-paper", "PUT")
    assert (made.status_code, made.json["id"]) == (201, "79001-paper")


def test_whose_it_is_decides_who_may_send_it(client, stored):
    assert send(client, "stranger").status_code == 404
    assert send(client, "charlie").status_code in {403, 404}
    assert send(client, "hospital", context="").status_code == 403
    assert send(client, "hospital", context="Patient/nobody").status_code == 404
    assert send(client, None).status_code == 401
    assert db.value("select count(*) from clinical_resource where body is not null") == len(stored)


@pytest.mark.parametrize("context", ["Patient", "https://elsewhere.example/fhir/Patient/1", "Patient/a b", "#a"])
def test_a_context_that_is_no_reference_is_refused(client, stored, context):
    answer = send(client, "hospital", context=context)
    assert (answer.status_code, code(answer)) == (400, "SSK-3004")


def test_a_context_may_have_the_servers_address(client, stored):
    answer = send(client, "hospital", context=f"http://falconframework.org/fhir/{ME}")
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize(
    ("kind", "content", "number"),
    [
        ("", PAPER, "SSK-3415"),
        ("no type", PAPER, "SSK-3415"),
        ("application/x-www-form-urlencoded", b"a=b", "SSK-3415"),
        ("multipart/form-data; boundary=x", b"--x--", "SSK-3415"),
        ("Application/FHIR+JSON", PAPER, "SSK-3415"),
        ("application/json", b'{"a": 1}', "SSK-3028"),
        ("application/xml", b"<a/>", None),
    ],
)
def test_what_is_no_content_is_refused(client, stored, kind, content, number):
    answer = send(client, "hospital", content, kind=kind)
    assert 400 <= answer.status_code < 500
    assert number in {None, code(answer)}


def test_other_types_are_sent_as_resources_alone(client, stored):
    answer = send(client, "hospital", path="/Observation")
    assert (answer.status_code, code(answer)) == (415, "SSK-3415")


def test_it_is_bounded_packed_or_not(client, stored, monkeypatch):
    monkeypatch.setattr(binary, "MOST_BYTES", 100)
    assert code(send(client, "hospital", b"x" * 101)) == "SSK-3010"
    assert code(send(client, "hospital", gzip.compress(b"x" * 101), Content_Encoding="gzip")) == "SSK-3010"
    packed = send(client, "hospital", gzip.compress(b"x" * 100), Content_Encoding="gzip")
    assert client.ask("alice", "GET", f"/Binary/{packed.json['id']}", Accept="*/*").content == b"x" * 100


def test_sent_again_under_one_key_it_is_kept_once(client, stored):
    first = send(client, "hospital", Idempotency_Key="k")
    assert send(client, "hospital", Idempotency_Key="k").json["id"] == first.json["id"]
    assert send(client, "hospital", b"other", Idempotency_Key="k").status_code in {409, 422}
    assert send(client, "hospital", kind="image/png", Idempotency_Key="k").status_code in {409, 422}
