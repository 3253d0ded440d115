"""Every interaction in XML. https://hl7.org/fhir/R4/xml.html, https://hl7.org/fhir/R4/http.html#mime-type"""

from __future__ import annotations

import pytest
from lxml import etree

from sosuckhoe.clinical import body as bodies
from sosuckhoe.clinical import jsontext
from sosuckhoe.clinical.fhirxml import reading, writing
from sosuckhoe.doors.fhir import negotiation

XML = "application/fhir+xml"
NS = {"f": "http://hl7.org/fhir"}


def in_xml(resource):
    return writing.write(resource)


def told(answer):
    assert answer.headers["content-type"] == f"{XML}; charset=utf-8"
    return etree.fromstring(answer.content)


def result(stored, **content):
    made = {**stored["observation"].body, **content}
    del made["id"]
    return made


def test_read_vread_search_and_history_answer_in_xml_what_they_answer_in_json(client, stored):
    where = f"/Observation/{stored['observation'].key}"
    for path in (where, f"{where}/_history/1", f"{where}/_history", "/Observation?code=718-7", "/metadata"):
        json = client.ask("hospital", "GET", path, Accept="application/fhir+json")
        xml = client.ask("hospital", "GET", path, Accept=XML)
        assert told(xml) is not None
        assert reading.read(xml.content) == jsontext.read_own(json.content), path
        assert xml.headers.get("etag") == json.headers.get("etag")


def test_create_update_and_patch_take_xml(client, stored):
    made = client.ask("hospital", "POST", "/Observation", in_xml(result(stored)), Content_Type=XML)
    assert made.status_code == 201
    assert made.json["code"] == stored["observation"].body["code"], "the answer is JSON unless XML is asked for"
    where = f"/Observation/{made.json['id']}"
    changed = {**made.json, "status": "amended"}
    again = client.ask("hospital", "PUT", where, in_xml(changed), Content_Type=f"{XML}; charset=UTF-8", Accept=XML)
    assert again.status_code == 200
    assert told(again).xpath("string(f:status/@value)", namespaces=NS) == "amended"
    patch = {
        "resourceType": "Parameters",
        "parameter": [
            {
                "name": "operation",
                "part": [
                    {"name": "type", "valueCode": "replace"},
                    {"name": "path", "valueString": "Observation.status"},
                    {"name": "value", "valueCode": "corrected"},
                ],
            }
        ],
    }
    patched = client.ask("hospital", "PATCH", where, in_xml(patch), Content_Type="application/xml", Accept="text/xml")
    assert reading.read(patched.content)["status"] == "corrected"


def test_a_transaction_in_xml(client, stored):
    entry = {"resource": result(stored), "request": {"method": "POST", "url": "Observation"}}
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
    answer = client.ask("hospital", "POST", "", in_xml(bundle), Content_Type=XML, Accept=XML)
    assert told(answer).xpath("string(f:entry/f:response/f:status/@value)", namespaces=NS) == "201 Created"


def test_a_search_by_post_takes_the_format_from_its_form(client, stored):
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    answer = client.ask("hospital", "POST", "/Observation/_search", "code=718-7&_format=xml", **form)
    assert told(answer).xpath("count(f:entry)", namespaces=NS) == 1


def test_links_of_pages_keep_the_format(client, stored):
    client.ask("hospital", "POST", "/Observation", result(stored))
    page = told(client.ask("hospital", "GET", "/Observation?_count=1&_format=xml"))
    (link,) = page.xpath("f:link[f:relation/@value='next']/f:url/@value", namespaces=NS)
    assert told(client.ask("hospital", "GET", link.split("/fhir", 1)[1])).xpath("count(f:entry)", namespaces=NS) == 1


def test_errors_answer_in_the_form_that_was_asked_for(client, stored):
    answer = client.ask("charlie", "GET", f"/Observation/{stored['observation'].key}", Accept=XML)
    assert answer.status_code == 404
    assert told(answer).xpath("string(f:issue/f:details/f:coding/f:code/@value)", namespaces=NS) == "SSK-1002"
    assert told(client.ask(None, "GET", "/Observation?_format=xml")).tag == "{http://hl7.org/fhir}OperationOutcome"
    assert told(client.ask("hospital", "GET", "/Nonsense", Accept=XML)).tag.endswith("OperationOutcome")


def test_a_place_in_xml_is_told(client, stored):
    sent = in_xml(result(stored)).replace(b"<status", b"<colour").replace(b"</status", b"</colour")
    answer = client.ask("hospital", "POST", "/Observation", sent, Content_Type=XML)
    assert (answer.status_code, answer.json["issue"][0]["expression"]) == (422, ["Observation.colour"])


def test_a_required_element_that_is_missing_is_told_as_in_json(client, stored):
    sent = in_xml(result(stored)).replace(b'<status value="final"/>', b"")
    answer = client.ask("hospital", "POST", "/Observation", sent, Content_Type=XML)
    assert (answer.status_code, answer.json["issue"][0]["expression"]) == (422, ["Observation.status"])


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        (b"<!DOCTYPE a><a/>", XML, 400),
        (b"<Observation", XML, 400),
        (b"", XML, 400),
        (b'<Observation xmlns="http://hl7.org/fhir"/>', f"{XML}; charset=utf-16", 400),
        (b'<Patient xmlns="http://hl7.org/fhir"><active value="true"/></Patient>', XML, 400),
        (b"\xff\xfe<\0a\0/\0>\0", XML, 400),
        (b'<Observation xmlns="http://hl7.org/fhir"/>', "text/html", 415),
    ],
)
def test_what_is_not_the_resource_in_xml_is_refused(client, content, content_type, status):
    answer = client.ask("hospital", "POST", "/Observation", content, Content_Type=content_type)
    assert answer.status_code == status
    assert answer.json["resourceType"] == "OperationOutcome"


def test_nobody_who_is_not_known_makes_the_house_read_xml(client):
    answer = client.ask(None, "POST", "/Observation", b"<Observation", Content_Type=XML)
    assert answer.status_code == 401


def test_a_request_that_is_repeated_in_xml_is_done_once(client, stored):
    sent, headers = in_xml(result(stored)), {"Content_Type": XML, "Idempotency_Key": "x1", "Accept": XML}
    first = client.ask("hospital", "POST", "/Observation", sent, **headers)
    assert client.ask("hospital", "POST", "/Observation", sent, **headers).content == first.content


def test_head_and_304_have_no_body(client, stored):
    where = f"/Observation/{stored['observation'].key}"
    assert client.ask("hospital", "HEAD", where, Accept=XML).content == b""
    same = client.ask("hospital", "GET", where, Accept=XML, If_None_Match='W/"1"')
    assert (same.status_code, same.content) == (304, b"")


@pytest.mark.parametrize(
    ("header", "form"),
    [
        ("application/fhir+json", negotiation.JSON),
        ("application/fhir+xml", negotiation.XML),
        ("application/xml", negotiation.XML),
        ("text/xml;q=0.5", negotiation.XML),
        ("application/fhir+xml;q=0.9, application/fhir+json;q=0.5", negotiation.XML),
        ("application/fhir+xml;q=0.5, application/fhir+json;q=0.9", negotiation.JSON),
        ("application/fhir+xml, application/fhir+json", negotiation.JSON),
        ("application/fhir+xml, */*;q=0.1", negotiation.XML),
        ("application/fhir+json;q=0, */*", negotiation.XML),
        ("application/fhir+xml;q=0, application/*", negotiation.JSON),
        ("*/*", negotiation.JSON),
        ("application/*;q=0.2", negotiation.JSON),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", negotiation.JSON),
        ("application/fhir+xml; fhirVersion=4.0", negotiation.XML),
        ("application/fhir+xml; fhirVersion=5.0", None),
        ("application/fhir+json;q=0", None),
        ("application/fhir+json;q=x", None),
        ("text/html", None),
        ("", None),
    ],
)
def test_accept(header, form):
    assert negotiation.accepted(header) == form


@pytest.mark.parametrize(
    "name", ["xml", "text/xml", "application/xml", XML, "application/fhir xml", "Application/FHIR+XML"]
)
def test_format_wins_over_accept(client, stored, name):
    path = f"/Observation?code=718-7&_format={name.replace('+', '%2B').replace(' ', '+')}"
    assert told(client.ask("hospital", "GET", path, Accept="application/fhir+json")) is not None


def test_digits_stay_from_json_to_xml_and_back(client, stored):
    value = {"value": bodies.Number("1.00"), "unit": "g/dL"}
    sent = bodies.dumps(result(stored, valueQuantity=value))
    made = client.ask("hospital", "POST", "/Observation", sent, Content_Type="application/fhir+json")
    xml = client.ask("hospital", "GET", f"/Observation/{made.json['id']}?_format=xml")
    assert b'<value value="1.00"/>' in xml.content
    again = client.ask("hospital", "PUT", f"/Observation/{made.json['id']}", xml.content, Content_Type=XML)
    assert again.status_code == 200
    assert again.json["meta"]["versionId"] == "1", "nothing has changed, so no version is made"
    assert b'"value":1.00' in again.content
