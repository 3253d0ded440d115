"""What every answer says to a browser, from whichever door, in a house that stands behind TLS."""

from __future__ import annotations

import http.client

import pytest

from tests.served import served

TLS = {"X-Forwarded-Proto": "https"}
ADDRESSES = {
    "a page": "/",
    "a page that asks to sign in": "/so/",
    "the ways in": "/vao/",
    "nothing": "/khong-co",
    "the list of parts": "/look/",
    "a style": "/static/built/look.css",
    "a missing file": "/static/built/khong-co.css",
    "what the interface can do": "/fhir/metadata",
    "what SMART can do": "/fhir/.well-known/smart-configuration",
    "a record for nobody": "/fhir/Patient",
    "nothing of the interface": "/fhir/Khong/co/gi/o/day",
    "nothing of the gateway": "/api/khong-co",
    "the gateway's token": "/api/token/take",
    "keys of the apps": "/ung-dung/khoa.json",
}


@pytest.fixture(scope="module")
def house(django_db_setup, tmp_path_factory):
    with served(tmp_path_factory, SOSUCKHOE_HTTPS="1") as found:
        yield found


def ask(house, path, method="GET", body=None, **headers):
    line = http.client.HTTPConnection("127.0.0.1", house.port, timeout=20)
    line.request(method, path, body=body, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = line.getresponse()
    content = answer.read()
    line.close()
    return answer, content


def over_tls(house, path, method="GET", body=None, **headers):
    return ask(house, path, method, body, X_Forwarded_Proto="https", **headers)


def directives(answer):
    parts = (part.strip().partition(" ") for part in answer.headers["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in parts}


@pytest.mark.parametrize("path", ADDRESSES.values(), ids=ADDRESSES)
def test_every_answer_says_what_a_browser_may_do_with_it(house, path, transactional_db):
    answer, _ = over_tls(house, path)
    policy = directives(answer)
    assert policy["default-src"] == policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "*" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] in {"same-origin", "no-referrer"}
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert len(answer.headers.get_all("Content-Security-Policy")) == 1


@pytest.mark.parametrize("path", [path for path in ADDRESSES.values() if not path.startswith("/static/built/look")])
def test_no_answer_but_a_file_of_the_house_is_kept(house, path, transactional_db):
    answer, _ = over_tls(house, path)
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("path", ADDRESSES.values(), ids=ADDRESSES)
def test_every_body_says_what_it_is_and_in_which_letters(house, path, transactional_db):
    answer, body = over_tls(house, path)
    kind = answer.headers.get("Content-Type", "").replace('"', "")
    assert not body or kind.startswith("application/json") or "charset=utf-8" in kind


def test_an_answer_of_nobodys_place_tells_no_place_that_may_read_it(house, transactional_db):
    answer, _ = over_tls(house, "/fhir/metadata", Origin="https://evil.example")
    assert answer.headers["Access-Control-Allow-Origin"] is None


def test_pages_lead_to_tls_and_machines_are_refused(house, transactional_db):
    page, _ = ask(house, "/vao/", Host="localhost")
    assert (page.status, page.headers["Location"]) == (301, "https://localhost/vao/")
    for path in ("/fhir/Patient", "/api/token/take"):
        answer, body = ask(house, path, Authorization="Bearer abc")
        assert (answer.status, answer.headers["Location"]) == (403, None)
        assert b"SSK-1400" in body
    assert ask(house, "/song")[0].status == 200


def cookies(answer):
    return answer.headers.get_all("Set-Cookie") or []


def test_every_cookie_is_this_hosts_alone_and_no_scripts(house, transactional_db):
    page, content = over_tls(house, "/vao/giay", Host="localhost")
    token = content.decode().partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    session = cookies(page)[0].partition(";")[0]
    found = cookies(page)
    for path, body in (("/co-chu", "size=large"), ("/i18n/setlang/", "language=en")):
        answer, _ = over_tls(
            house, path, "POST", f"csrfmiddlewaretoken={token}&next=/&{body}", Host="localhost", Cookie=session,
            Referer="https://localhost/vao/giay", Content_Type="application/x-www-form-urlencoded",
        )  # fmt: skip
        assert answer.status == 302
        found += cookies(answer)
    assert {text.partition("=")[0] for text in found} >= {"__Host-csrftoken", "__Host-co-chu", "__Host-ngon_ngu"}
    for text in found:
        assert text.startswith("__Host-")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in text.split(";")}
        assert "Domain" not in text


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT"])
@pytest.mark.parametrize("path", ["/vao/", "/fhir/Patient", "/api/token/take"])
def test_no_request_is_echoed(house, path, method, transactional_db):
    answer, body = over_tls(house, path, method, X_Secret="mot-hai-ba")
    assert answer.status >= 400
    assert b"mot-hai-ba" not in body


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config",
        "/.git/HEAD",
        "/static/",
        "/static/built/",
        "/static/built",
        "/static/../settings.py",
        "/static/%2e%2e/%2e%2e/site/settings.py",
        "/static/built/..%2f..%2f..%2fviews.py",
        "/var/secret-key",
        "/sosuckhoe/site/settings.py",
        "/requirements.lock",
        "/debug",
        "/metrics",
        "/admin/",
    ],
)
def test_no_folder_source_or_secret_is_served(house, path, transactional_db):
    answer, body = over_tls(house, path)
    assert answer.status in {400, 404}
    assert b"SECRET" not in body
