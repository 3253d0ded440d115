"""What stands around every interaction: compression, layout, origins, limits, headers."""

from __future__ import annotations

import gzip
import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosuckhoe.doors.fhir import asking, encoding
from sosuckhoe.doors.fhir.pretty import laid_out
from tests.clinical.made import observation
from tests.doors.fhir.test_interactions import JSON, code, path, result

GZIP = {**JSON, "Content_Encoding": "gzip"}
APP = "https://app.example"


def packed(content):
    return gzip.compress(content, mtime=0)


def long_result():
    return result(note=[{"text": "Huyết sắc tố " * 400}])


def test_a_packed_body_is_taken(client, stored):
    answer = client.ask("hospital", "POST", "/Observation", packed(orjson.dumps(result())), **GZIP)
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("who", "headers", "raw", "status", "number"),
    [
        ("hospital", {"Content_Encoding": "br"}, b"x", 415, "SSK-3146"),
        ("hospital", {"Content_Encoding": "gzip"}, b"x", 400, "SSK-3147"),
        ("hospital", {"Content_Encoding": "gzip"}, packed(b"{}")[:-1], 400, "SSK-3147"),
        ("hospital", {"Content_Encoding": "gzip"}, packed(b"{}") * 2, 400, "SSK-3147"),
        ("hospital", {"Content_Encoding": "gzip"}, packed(b"{" + b" " * 100_000), 413, "SSK-3010"),
        (None, {"Content_Encoding": "gzip"}, packed(b"{}"), 401, "SSK-1001"),
        ("hospital", {"Content_Length": str(asking.MOST_BYTES + 1)}, b"{}", 413, "SSK-3010"),
        ("hospital", {"Content_Encoding": "gzip", "Content_Length": "99999999"}, b"x", 413, "SSK-3010"),
    ],
)
def test_what_is_packed_wrongly_or_too_large_is_refused_early(client, stored, who, headers, raw, status, number):
    answer = client.ask(who, "POST", "/Observation", raw, **JSON, **headers)
    assert (answer.status_code, code(answer)) == (status, number)


def test_a_bomb_is_not_unpacked():
    bomb = packed(bytes(50 * 1024 * 1024))
    with pytest.raises(Exception, match="SSK-3010"):
        encoding.unpacked(bomb, 1024)


def test_long_answers_are_packed_for_who_takes_them(client, stored):
    where = f"/Observation/{client.ask('hospital', 'POST', '/Observation', long_result()).json['id']}"
    plain = client.ask("hospital", "GET", where)
    assert "content-encoding" not in plain.headers
    assert plain.headers["vary"] == "Accept-Encoding"
    short_answer = client.ask("hospital", "GET", where, Accept_Encoding="br, gzip;q=0.8")
    assert short_answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(short_answer.content) == plain.content
    assert len(short_answer.content) < len(plain.content) / 4
    for refused in ("br", "gzip;q=0", "identity, gzip;q=0.0"):
        assert client.ask("hospital", "GET", where, Accept_Encoding=refused).content == plain.content
    short = client.ask("hospital", "GET", path(stored["observation"]), Accept_Encoding="gzip")
    assert "content-encoding" not in short.headers


def test_pretty_is_for_the_eye_and_keeps_the_digits(client, stored):
    raw = orjson.dumps(stored["observation"].body).replace(b"13.5", b"13.50")
    client.ask("hospital", "PUT", path(stored["observation"]), raw, **JSON)
    plain = client.ask("hospital", "GET", path(stored["observation"]))
    pretty = client.ask("hospital", "GET", f"{path(stored['observation'])}?_pretty=true&_format=json")
    assert pretty.content.startswith(b'{\n  "resourceType": "Observation",\n  "id": ')
    assert b'"value": 13.50,' in pretty.content
    assert pretty.json == plain.json
    assert client.ask("hospital", "GET", f"{path(stored['observation'])}?_pretty=false").content == plain.content
    assert client.ask("hospital", "GET", "/Observation?_pretty=true&status=final").content.count(b"\n") > 10
    wrong = client.ask("hospital", "GET", "/Observation?_pretty=yes")
    assert (wrong.status_code, code(wrong)) == (400, "SSK-3004")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES)
def test_layout_changes_nothing_but_white_space(value):
    assert laid_out(orjson.dumps(value)).decode() == json.dumps(value, indent=2, ensure_ascii=False)


def test_a_browser_s_program_from_elsewhere_is_refused_unless_named(client, stored, settings):
    asked = {"Origin": APP, "Access_Control_Request_Method": "PUT"}
    where = path(stored["observation"])
    assert "access-control-allow-origin" not in client.ask(None, "OPTIONS", where, **asked).headers
    assert "access-control-allow-origin" not in client.ask("alice", "GET", where, Origin=APP).headers
    settings.FHIR_ORIGINS = [APP]
    before = client.ask(None, "OPTIONS", where, **asked)
    assert before.status_code == 204
    assert before.headers["access-control-allow-origin"] == APP
    assert "If-Match" in before.headers["access-control-allow-headers"]
    answer = client.ask("alice", "GET", where, Origin=APP)
    assert answer.headers["access-control-allow-origin"] == APP
    assert "ETag" in answer.headers["access-control-expose-headers"]
    assert "access-control-allow-credentials" not in answer.headers
    assert client.ask(None, "GET", where, Origin=APP).headers["access-control-allow-origin"] == APP, "a 401 is readable"
    other = client.ask("alice", "GET", where, Origin="https://evil.example")
    assert "access-control-allow-origin" not in other.headers
    assert other.headers["vary"] == "Origin"


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize(
    "form", ["/Observation/{}", "/Observation/{}/_history", "/Observation?_id={}", "/Patient/{}/$everything"]
)
@pytest.mark.parametrize("name", ["a%00b", "%ED%A0%80", "a%20b", "x" * 65])
def test_what_cannot_be_an_id_is_the_id_of_nothing(client, method, form, name):
    answer = client.ask("program", method, form.format(name))
    assert answer.status_code in {200, 204, 400, 404, 405}


def test_headers_say_where_a_version_stands(client, stored):
    made = client.ask("hospital", "POST", "/Observation", result())
    assert made.headers["content-location"] == made.headers["location"]
    quiet = client.ask("hospital", "POST", "/Observation", result(), Prefer="return=minimal")
    assert "content-location" not in quiet.headers
    one = stored["observation"]
    client.ask("hospital", "DELETE", path(one))
    gone = client.ask("alice", "GET", path(one))
    assert (gone.status_code, gone.headers["etag"]) == (410, 'W/"2"')


@pytest.mark.parametrize(
    ("method", "where", "allowed"),
    [
        ("POST", "/metadata", {"GET", "HEAD", "OPTIONS"}),
        ("POST", path(observation("a")), {"GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"}),
        ("DELETE", f"{path(observation('a'))}/_history", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_a_method_that_does_not_stand_lists_those_that_do(client, method, where, allowed):
    answer = client.ask("program", method, where, b"{}", **JSON)
    assert (answer.status_code, code(answer)) == (405, "SSK-3427")
    assert set(answer.headers["allow"].split(", ")) == allowed
