from __future__ import annotations

import orjson
import pytest

from sosuckhoe.base import db
from sosuckhoe.clinical import actions
from tests.clinical.made import AT, PERSON, observation, patient

JSON = {"Content_Type": "application/fhir+json"}


def result(**content):
    body = {**observation("new").body, **content}
    del body["id"]
    return body


def code(answer):
    return answer.json["issue"][0]["details"]["coding"][0]["code"]


def path(draft):
    return f"/{draft.type}/{draft.key}"


def test_read_sends_the_stored_bytes_with_version_and_date(client, stored):
    answer = client.ask("alice", "GET", path(stored["observation"]))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/fhir+json; charset=utf-8"
    assert answer.headers["etag"] == 'W/"1"'
    assert answer.headers["last-modified"] == "Tue, 03 Nov 2026 02:15:30 GMT"
    assert answer.json == {
        **stored["observation"].body,
        "meta": {"versionId": "1", "lastUpdated": "2026-11-03T02:15:30.123Z"},
    }


@pytest.mark.parametrize(
    "headers",
    [{"If_None_Match": 'W/"1"'}, {"If_None_Match": "*"}, {"If_Modified_Since": "Tue, 03 Nov 2026 02:15:30 GMT"}],
)
def test_read_of_what_the_client_has_is_304_without_content(client, stored, headers):
    answer = client.ask("alice", "GET", path(stored["observation"]), **headers)
    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize(
    "headers", [{"If_None_Match": 'W/"2"'}, {"If_Modified_Since": "Tue, 03 Nov 2026 02:15:29 GMT"}]
)
def test_read_of_what_has_changed_is_sent(client, stored, headers):
    assert client.ask("alice", "GET", path(stored["observation"]), **headers).status_code == 200


EVERYTHING = [
    ("GET", "{}", None, {}),
    ("GET", "{}/_history", None, {}),
    ("GET", "{}/_history/1", None, {}),
    ("PUT", "{}", "same", {}),
    ("DELETE", "{}", None, {}),
]


@pytest.mark.parametrize("who", ["charlie", "stranger", "officer"])
@pytest.mark.parametrize(("method", "form", "body", "headers"), EVERYTHING)
def test_a_stranger_gets_404_everywhere(client, stored, who, method, form, body, headers):
    one = stored["observation"]
    answer = client.ask(who, method, form.format(path(one)), one.body if body else None, **headers)
    assert (answer.status_code, code(answer)) == (404, "SSK-1002")
    nothing = form.format(path(observation("nothing")))
    other = client.ask(who, method, nothing, {**one.body, "id": nothing.split("/")[2]} if body else None, **headers)
    assert other.status_code == 404
    assert db.value("select count(*) from access_audit where outcome = 'done' and action <> 'open'") == 0


@pytest.mark.parametrize("who", ["charlie", "stranger"])
def test_a_stranger_s_search_is_empty(client, stored, who):
    for query in ("", f"?_id={stored['observation'].key}", f"?patient={patient().key}", "?identifier=a"):
        assert "entry" not in client.ask(who, "GET", f"/Observation{query}").json


def test_an_officer_may_not_search_records(client, stored):
    assert client.ask("officer", "GET", "/Observation").status_code == 403


@pytest.mark.parametrize(("method", "form", "body", "headers"), [*EVERYTHING, ("GET", "/Observation", None, {})])
def test_nobody_gets_401(client, stored, method, form, body, headers):
    one = stored["observation"]
    answer = client.ask(None, method, form.format(path(one)), one.body if body else None, **headers)
    assert (answer.status_code, code(answer)) == (401, "SSK-1001")
    assert answer.headers["www-authenticate"] == 'Bearer realm="fhir"'


def test_create_gives_a_key_and_a_location(client, stored):
    answer = client.ask("hospital", "POST", "/Observation", result(id="mine"))
    assert answer.status_code == 201
    name = answer.json["id"]
    assert name != "mine"
    assert answer.headers["location"] == f"http://falconframework.org/fhir/Observation/{name}/_history/1"
    assert answer.headers["etag"] == 'W/"1"'
    assert client.ask("alice", "GET", f"/Observation/{name}").json == answer.json
    assert db.tuples("select action, person, outcome from access_audit where action = 'create'") == [
        ("create", PERSON, "done")
    ]


def test_prefer_says_what_comes_back(client, stored):
    assert client.ask("hospital", "POST", "/Observation", result(), Prefer="return=minimal").content == b""
    outcome = client.ask("hospital", "POST", "/Observation", result(), Prefer="return=OperationOutcome")
    assert outcome.json["resourceType"] == "OperationOutcome"


def test_decimals_keep_their_digits(client, stored):
    raw = result()
    del raw["valueQuantity"]
    text = orjson.dumps(raw)[:-1] + b',"valueQuantity":{"value":1.10,"unit":"g"}}'
    answer = client.ask("hospital", "POST", "/Observation", text, **JSON)
    assert b'"value":1.10,' in answer.content
    assert b'"value":1.10,' in client.ask("alice", "GET", f"/Observation/{answer.json['id']}").content


def test_update_makes_a_version_only_of_a_change(client, stored):
    one = stored["observation"]
    same = client.ask("hospital", "PUT", path(one), one.body)
    assert (same.status_code, same.headers["etag"]) == (200, 'W/"1"')
    changed = client.ask("hospital", "PUT", path(one), {**one.body, "status": "amended"}, If_Match='W/"1"')
    assert (changed.status_code, changed.headers["etag"]) == (200, 'W/"2"')
    late = client.ask("hospital", "PUT", path(one), {**one.body, "status": "final"}, If_Match='W/"1"')
    assert (late.status_code, code(late)) == (412, "SSK-3412")
    history = client.ask("alice", "GET", path(one) + "/_history").json
    assert [entry["resource"]["status"] for entry in history["entry"]] == ["amended", "final"]
    assert history["total"] == 2


def test_update_under_a_new_id_creates_there(client, stored):
    body = {**result(), "id": "79001-lab-7.x"}
    made = client.ask("hospital", "PUT", "/Observation/79001-lab-7.x", body)
    assert made.status_code == 201
    assert made.headers["location"].endswith("/Observation/79001-lab-7.x/_history/1")
    assert client.ask("alice", "GET", "/Observation/79001-lab-7.x").json == made.json
    assert client.ask("hospital", "PUT", "/Observation/79001-lab-7.x", {**body, "status": "amended"}).status_code == 200
    found = client.ask("alice", "GET", "/Observation?_id=79001-lab-7.x").json
    assert [entry["fullUrl"] for entry in found["entry"]] == [
        "http://falconframework.org/fhir/Observation/79001-lab-7.x"
    ]
    assert client.ask("stranger", "GET", "/Observation/79001-lab-7.x").status_code == 404


def test_an_update_cannot_move_a_resource_to_another_person(client, stored):
    other = patient(person=99)
    actions.put_many([other], AT)
    one = stored["observation"]
    body = {**one.body, "subject": {"reference": f"Patient/{other.key}"}}
    answer = client.ask("program", "PUT", path(one), body)
    assert (answer.status_code, code(answer)) == (422, "SSK-3422")
    assert client.ask("hospital", "POST", "/Observation", {**result(), "subject": body["subject"]}).status_code == 404


def test_delete_is_gone_and_its_history_stays(client, stored):
    one = stored["observation"]
    answer = client.ask("hospital", "DELETE", path(one))
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.ask("alice", "GET", path(one)).status_code == 410
    assert client.ask("hospital", "DELETE", path(one)).status_code == 204
    assert client.ask("alice", "GET", path(one) + "/_history/1").status_code == 200
    history = client.ask("alice", "GET", path(one) + "/_history").json
    assert [entry["request"]["method"] for entry in history["entry"]] == ["DELETE", "POST"]
    again = client.ask("hospital", "PUT", path(one), one.body)
    assert (again.status_code, again.headers["etag"]) == (201, 'W/"3"')


def test_history_in_pages(client, stored):
    one = stored["observation"]
    for status in ("amended", "corrected"):
        client.ask("hospital", "PUT", path(one), {**one.body, "status": status})
    first = client.ask("alice", "GET", path(one) + "/_history?_count=2").json
    assert [e["response"]["etag"] for e in first["entry"]] == ['W/"3"', 'W/"2"']
    rest = next(link["url"] for link in first["link"] if link["relation"] == "next")
    second = client.ask("alice", "GET", rest.split("/fhir", 1)[1]).json
    assert [e["response"]["etag"] for e in second["entry"]] == ['W/"1"']
    assert [link["relation"] for link in second["link"]] == ["self", "previous"]


def test_search_is_a_bundle_with_links_and_pages(client, stored):
    for i in range(4):
        client.ask("hospital", "POST", "/Observation", result(effectiveDateTime=f"2026-01-0{i + 1}"))
    url = f"/Observation?patient={patient().key}&_sort=date&_count=2&_total=accurate"
    seen = []
    while url:
        page = client.ask("alice", "GET", url).json
        assert (page["type"], page["total"]) == ("searchset", 5)
        assert {entry["search"]["mode"] for entry in page["entry"]} == {"match"}
        seen += [entry["resource"]["effectiveDateTime"] for entry in page["entry"]]
        links = {link["relation"]: link["url"].split("/fhir", 1)[1] for link in page["link"]}
        assert client.ask("alice", "GET", links["self"]).json["entry"] == page["entry"]
        url = links.get("next")
    assert seen == [*(f"2026-01-0{i + 1}" for i in range(4)), "2026-05-02T10:11:00+07:00"]
    back = []
    while "previous" in links:
        page = client.ask("alice", "GET", links["previous"]).json
        links = {link["relation"]: link["url"].split("/fhir", 1)[1] for link in page["link"]}
        back = [entry["resource"]["effectiveDateTime"] for entry in page["entry"]] + back
        assert page["total"] == 5
    assert back == seen[:4]
    assert "entry" not in client.ask("charlie", "GET", links["next"]).json, "a link carries no rights"


def test_search_by_post_takes_form_and_address(client, stored):
    answer = client.ask(
        "alice", "POST", "/Observation/_search?status=final", "code=http%3A%2F%2Floinc.org%7C718-7",
        Content_Type="application/x-www-form-urlencoded",
    )  # fmt: skip
    assert len(answer.json["entry"]) == 1
    none = client.ask(
        "alice", "POST", "/Observation/_search?status=amended", "code=718-7",
        Content_Type="application/x-www-form-urlencoded",
    )  # fmt: skip
    assert "entry" not in none.json


def test_what_is_included_is_told_apart_from_what_was_asked(client, stored):
    entries = client.ask("alice", "GET", "/Observation?_include=Observation:subject").json["entry"]
    modes = {(one["resource"]["resourceType"], one["search"]["mode"]) for one in entries}
    assert modes == {("Observation", "match"), ("Patient", "include")}


@pytest.mark.parametrize(
    ("query", "number", "named"),
    [
        ("colour=red", "SSK-3001", "colour"),
        ("code:colour=red", "SSK-3003", "colour"),
        ("code-value-quantity=5", "SSK-3004", "code-value-quantity"),
        ("_content=x", "SSK-3002", "_content"),
        ("date=yesterday", "SSK-3004", "date"),
        ("date=2026-02-30", "SSK-3004", "date"),
        ("date=xx2026", "SSK-3004", "date"),
        ("code=", "SSK-3004", "code"),
        ("code=|", "SSK-3004", "code"),
        ("_count=-1", "SSK-3004", "_count"),
        ("_sort=colour", "SSK-3001", "colour"),
        ("_sort=code-value-quantity", "SSK-3002", "code-value-quantity"),
        ("_cursor=x", "SSK-3004", "_cursor"),
        ("_total=all", "SSK-3004", "_total"),
        ("_include=Observation:code", "SSK-3002", "_include"),
    ],
)
def test_what_is_not_understood_is_refused_and_named(client, stored, query, number, named):
    answer = client.ask("alice", "GET", f"/Observation?{query}")
    assert (answer.status_code, code(answer)) == (400, number)
    assert named in answer.json["issue"][0]["details"]["text"]
    lenient = client.ask("alice", "GET", f"/Observation?{query}", Prefer="handling=lenient")
    assert lenient.status_code == 200
    entries = lenient.json["entry"]
    assert [entry["search"]["mode"] for entry in entries] == ["match", "outcome"]
    assert entries[1]["resource"]["issue"][0]["severity"] == "warning"
    assert query not in lenient.json["link"][0]["url"]


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        (b'{"resourceType":"Observation","status":"final","status":"final"}', "SSK-3013"),
        (b'{"resourceType":"Observation","valueInteger":NaN}', "SSK-3018"),
        (b'{"resourceType":"Observation","valueInteger":-Infinity}', "SSK-3018"),
        (b'{"resourceType":"Observation","extension":' + b"[" * 5000 + b"]" * 5000 + b"}", "SSK-3014"),
        (b"[" * 100_000, "SSK-3014"),
        (b'{"resourceType":"Observation","valueInteger":' + b"1" * 5000 + b"}", "SSK-3015"),
        (b'{"resourceType":"Observation","valueInteger":1e999}', "SSK-3015"),
        (b'{"resourceType":"Observation","valueString":"a\\u0000b"}', "SSK-3016"),
        (b'{"resourceType":"Observation","valueString":"a\x00b"}', "SSK-3012"),
        (b'{"resourceType":"Observation","valueString":"\\ud800"}', "SSK-3016"),
        (b'{"resourceType":"Observation","valueString":"\\udc00\\ud800"}', "SSK-3016"),
        (b'{"resourceType":"Observation","valueString":"\xff"}', "SSK-3011"),
        (b'\xef\xbb\xbf{"resourceType":"Observation"}', "SSK-3012"),
        (b'{"resourceType":"Observation"', "SSK-3012"),
        (b'{"resourceType":"Observation"} x', "SSK-3012"),
        (b"", "SSK-3012"),
        (b"[]", "SSK-3017"),
        (b'"Observation"', "SSK-3017"),
        (b'{"resourceType":"Patient"}', "SSK-3028"),
        (b'{"resourceType":["Observation"]}', "SSK-3028"),
        (b'{"resourceType":"Observation"}', "SSK-3022"),
    ],
)
def test_json_traps_are_refused(client, stored, raw, number):
    answer = client.ask("hospital", "POST", "/Observation", raw, **JSON)
    assert 400 <= answer.status_code < 500
    assert code(answer) == number
    assert answer.json["issue"][0]["details"]["_text"]["extension"][0]["extension"][0]["valueCode"] == "vi"


def test_an_emoji_as_two_escapes_is_text(client, stored):
    raw = orjson_with(result(), b',"valueString":"\\ud83d\\ude00"}')
    assert client.ask("hospital", "POST", "/Observation", raw, **JSON).json["valueString"] == "😀"


def orjson_with(body, tail):
    body.pop("valueQuantity")
    return orjson.dumps(body)[:-1] + tail


@pytest.mark.parametrize(
    ("change", "number", "place"),
    [
        ({"colour": "red"}, "SSK-3020", "Observation.colour"),
        ({"status": 5}, "SSK-3021", "Observation.status"),
        ({"status": "done"}, "SSK-3024", "Observation.status"),
        ({"subject": "Patient/1"}, "SSK-3021", "Observation.subject"),
        ({"category": {"text": "lab"}}, "SSK-3023", "Observation.category"),
        ({"code": [{"text": "lab"}]}, "SSK-3023", "Observation.code"),
        ({"component": [{}]}, "SSK-3025", "Observation.component[0]"),
        ({"effectiveDateTime": "2026-13"}, "SSK-3021", "Observation.effectiveDateTime"),
        ({"effectiveDateTime": "2026-05-02T10:11"}, "SSK-3021", "Observation.effectiveDateTime"),
        ({"valueString": "two"}, "SSK-3026", "Observation.valueString"),
        ({"contained": [{"resourceType": "Nothing"}]}, "SSK-3027", "Observation.contained[0]"),
        ({"valueQuantity": {"value": "5"}}, "SSK-3021", "Observation.valueQuantity.value"),
        ({"issued": None}, "SSK-3021", "Observation.issued"),
    ],
)
def test_what_is_not_of_r4_s_shape_is_refused_with_its_place(client, stored, change, number, place):
    answer = client.ask("hospital", "POST", "/Observation", result(**change))
    assert (answer.status_code, code(answer)) == (422, number)
    assert answer.json["issue"][0]["expression"] == [place]


def test_a_repeated_request_id_is_done_once(client, stored):
    first = client.ask("hospital", "POST", "/Observation", result(), Idempotency_Key="k1")
    again = client.ask("hospital", "POST", "/Observation", result(), Idempotency_Key="k1")
    assert (again.status_code, again.content, again.headers["location"]) == (
        201,
        first.content,
        first.headers["location"],
    )
    assert db.value("select count(*) from clinical_resource where body is not null") == 3
    other = client.ask("hospital", "POST", "/Observation", result(status="amended"), Idempotency_Key="k1")
    assert (other.status_code, code(other)) == (422, "SSK-3426")
    failed = client.ask("hospital", "POST", "/Observation", result(status="x"), X_Request_Id="k2")
    assert failed.status_code == 422
    assert client.ask("hospital", "POST", "/Observation", result(), X_Request_Id="k2").status_code == 201


def test_a_conditional_create_makes_one(client, stored):
    body = result(identifier=[{"system": "urn:test:lis", "value": "77"}])
    condition = {"If_None_Exist": "identifier=urn:test:lis|77"}
    first = client.ask("hospital", "POST", "/Observation", body, **condition)
    again = client.ask("hospital", "POST", "/Observation", body, **condition)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    client.ask("hospital", "POST", "/Observation", body)
    many = client.ask("hospital", "POST", "/Observation", body, **condition)
    assert (many.status_code, code(many)) == (412, "SSK-3413")


@pytest.mark.parametrize(
    ("method", "where", "headers", "status"),
    [
        ("GET", "/Nonsense", {}, 404),
        ("GET", "/Nonsense/1", {}, 404),
        ("PATCH", "/metadata", {}, 405),
        ("DELETE", "/Observation", {}, 400),
        ("GET", "/a/b/c/d/e", {}, 404),
        ("GET", "/Observation", {"Accept": "text/csv"}, 406),
        ("GET", "/Observation?_format=csv", {}, 406),
        ("POST", "/Observation", {"Content_Type": "text/csv"}, 415),
        ("GET", "/Observation/1?_summary=true", {}, 400),
    ],
)
def test_every_error_is_an_operation_outcome(client, method, where, headers, status):
    answer = client.ask("program", method, where, b"{}" if method == "POST" else None, **headers)
    assert answer.status_code == status
    assert answer.json["resourceType"] == "OperationOutcome"
    assert answer.headers["content-type"].startswith("application/fhir+json")
