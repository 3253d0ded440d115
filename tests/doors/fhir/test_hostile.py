"""Whatever stands in addresses, headers, bodies and ids: an answer that says what is wrong, never a fault of ours."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sosuckhoe.base import db
from sosuckhoe.clinical import jsontext
from sosuckhoe.clinical.search import parameters
from tests.clinical.made import observation

SETTINGS = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TYPES = st.sampled_from(["Patient", "Observation", "Encounter", "List", "Binary", "Nonsense", "$export", "_history"])
NASTY = st.sampled_from(
    [
        "",
        "\x00",
        "'",
        '"',
        "\\",
        "%",
        "_",
        "|",
        "||",
        ",",
        "$",
        ":",
        "../..",
        "a" * 5000,
        "٣",
        "NaN",
        "1e999",
        "-0",
        "9" * 400,
        "0000-00-00",
        "9999-12-31T23:59:59+14:00",
        "2026-02-30",
        "ge",
        "gege2020",
        "urn:uuid:",
        "Patient/",
        "\ud800",
        "http://[::1",
        "\\,",
        "a|b|c|d",
        "٢٠٢٦",
        "ﬀ",
        "İ",
        "%00",
        "%ff",
        "2026-11-22T10:00:00+99:99",
        "1|||",
        "\u202e",
    ]
)
TEXT = NASTY | st.text(max_size=20)
MODIFIERS = st.sampled_from(
    ["", ":exact", ":not", ":missing", ":above", ":identifier", ":Patient", ":", "::", ":Patient.name", ".a"]
)


def names():
    """Parameters that there are, chains, controls, and what is none."""
    known = sorted(parameters.of("Observation")) + sorted(parameters.of("Patient"))
    controls = [
        "_sort",
        "_count",
        "_include",
        "_revinclude",
        "_total",
        "_summary",
        "_elements",
        "_cursor",
        "_filter",
        "_format",
        "_pretty",
        "_type",
        "_list",
        "_content",
        "_has:Observation:patient:code",
        "patient.name",
        "_since",
    ]
    return st.sampled_from(known + controls) | TEXT


def written(text):
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def asked(client, who, method, path, body=None, **headers):
    with db.atomic():
        answer = client.ask(who, method, path, body, **headers)
    assert answer.status_code < 500, (method, path, headers, answer.text)
    return answer


@SETTINGS
@given(TYPES, st.lists(st.tuples(names(), MODIFIERS, TEXT), max_size=3), st.booleans())
def test_hostile_searches(client, stored, type_name, parts, by_post):
    query = "&".join(f"{written(name + modifier)}={written(text)}" for name, modifier, text in parts)
    if by_post:
        form = {"Content_Type": "application/x-www-form-urlencoded"}
        asked(client, "hospital", "POST", f"/{type_name}/_search", query, **form)
    else:
        asked(client, "hospital", "GET", f"/{type_name}?{query}")


@SETTINGS
@given(TYPES, TEXT, TEXT, st.sampled_from(["GET", "PUT", "DELETE", "PATCH", "HEAD"]))
def test_hostile_ids_and_versions(client, stored, type_name, name, version, method):
    place = f"/{type_name}/{written(name)}"
    asked(client, "hospital", method, place, b"{}" if method in {"PUT", "PATCH"} else None)
    asked(client, "hospital", "GET", f"{place}/_history/{written(version)}")
    asked(client, "hospital", "GET", f"{place}/_history?_count={written(version)}&_since={written(name)}")


HEADERS = [
    "Accept",
    "If-Match",
    "If-None-Match",
    "If-Modified-Since",
    "If-None-Exist",
    "Prefer",
    "Idempotency-Key",
    "Content-Type",
    "X-Request-Id",
    "Cookie",
    "Range",
    "Content-Encoding",
    "Accept-Encoding",
    "Host",
]
VALUES = st.sampled_from(
    [
        "",
        "*",
        'W/"0"',
        'W/"99999999999999999999"',
        "W/",
        '"',
        "identifier=",
        "identifier=a&b",
        "a=b=c",
        "return=",
        ",;=,",
        "application/fhir+xml;q=2",
        "application/fhir+json; charset=\x7f",
        "Sun, 99 Foo 2026",
        "sessionid=x",
        "bytes=0-",
        "gzip",
        "x" * 300,
        "application/fhir+xml",
        "application/json-patch+json",
        "é",
    ]
)


@SETTINGS
@given(
    st.dictionaries(st.sampled_from(HEADERS), VALUES, max_size=4), st.sampled_from(["GET", "PUT", "PATCH", "DELETE"])
)
def test_hostile_headers(client, stored, headers, method):
    kept = {name.replace("-", "_"): value for name, value in headers.items()}
    one = stored["observation"]
    body = json.dumps(one.body).encode() if method in {"PUT", "PATCH"} else None
    asked(client, "hospital", method, f"/Observation/{one.key}", body, **kept)


BITS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(TEXT | st.sampled_from(sorted(observation("a").body)), inner, max_size=4)
    ),
    max_leaves=12,
)


@SETTINGS
@given(
    st.sampled_from(sorted(observation("a").body)), BITS, st.sampled_from(["", "/Observation", "/Observation/_search"])
)
def test_hostile_bodies(client, stored, key, bits, path):
    """A right resource with one member that is anything, sent as a resource and as a part of a transaction."""
    body = {**observation("a").body, key: bits}
    sent = (
        {"resourceType": "Bundle", "type": "batch", "entry": [{"resource": body, "request": bits}]}
        if not path
        else body
    )
    asked(client, "program", "POST", path, json.dumps(sent).encode(), Content_Type="application/fhir+json")


@SETTINGS
@given(st.binary(max_size=200), st.sampled_from(["json", "xml"]))
def test_hostile_bytes(client, stored, raw, form):
    answer = asked(client, "program", "POST", "/Observation", raw, Content_Type=f"application/fhir+{form}")
    assert answer.status_code in {400, 422}


DIGITS = ["1.0", "1.00", "1e2", "0.1000000000000000055", "-0.0", "100000000000000000000.5"]


@pytest.mark.parametrize("digits", DIGITS)
def test_decimals_keep_their_digits_everywhere(client, stored, digits):
    content = {key: value for key, value in stored["observation"].body.items() if key not in {"id", "valueQuantity"}}
    sent = json.dumps(content).encode()[:-1] + f',"valueQuantity":{{"value":{digits}}}}}'.encode()
    made = client.ask("hospital", "POST", "/Observation", sent, Content_Type="application/fhir+json")
    where, told = f"/Observation/{made.json['id']}", f'"value":{digits}}}'.encode()
    assert told in made.content
    places = [where, f"{where}/_history", f"{where}/_history/1", "/Observation?code=718-7"]
    for place in places:
        assert told in client.ask("hospital", "GET", place).content, place
        xml = f"{place}{'&' if '?' in place else '?'}_format=xml"
        assert f'<value value="{digits}"/>'.encode() in client.ask("hospital", "GET", xml).content
    entry = b'{"resource":' + sent + b',"request":{"method":"POST","url":"Observation"}}'
    bundle = b'{"resourceType":"Bundle","type":"transaction","entry":[' + entry + b"]}"
    headers = {"Content_Type": "application/fhir+json", "Prefer": "return=representation"}
    assert told in client.ask("hospital", "POST", "", bundle, **headers).content
    patch = b'[{"op":"replace","path":"/status","value":"amended"}]'
    changed = client.ask("hospital", "PATCH", where, patch, Content_Type="application/json-patch+json")
    assert (told in changed.content, changed.json["status"]) == (True, "amended")
    assert jsontext.read_own(changed.content)
