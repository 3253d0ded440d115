"""Pages of elsewhere that make a signed-in browser ask: with the cookie they change nothing. Fetch Metadata, CORS."""

from __future__ import annotations

import orjson
import pytest
from django.conf import settings as house
from django.test import Client

from sosuckhoe.access.models import Account
from tests.clinical.made import observation
from tests.signed import signed

OWN = "http://falconframework.org"
"""Where Falcon's test client says that the server is."""

BODY = orjson.dumps(observation("a").body)


@pytest.fixture
def fhir(client):
    return client


@pytest.fixture
def browser(client):
    """Headers of a browser in which a hospital's account is signed in."""
    pages = signed(Client(), Account.objects.get(username="hospital"))
    return {"Cookie": f"{house.SESSION_COOKIE_NAME}={pages.session.session_key}"}


def ask(fhir, browser, method="POST", path="/Observation", **headers):
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    kind = {"Content-Type": "application/fhir+json"}
    return fhir.simulate_request(method, f"/fhir{path}", body=BODY, headers={**kind, **browser, **sent})


@pytest.mark.parametrize(
    "told",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Origin": OWN, "Sec_Fetch_Site": "cross-site"},
    ],
)
@pytest.mark.parametrize(("method", "path"), [("POST", "/Observation"), ("POST", "")])
def test_a_page_of_elsewhere_has_nobodys_session(fhir, browser, method, path, told):
    assert ask(fhir, browser, method, path, **told).status_code == 401


@pytest.mark.parametrize(
    "told", [{}, {"Origin": OWN}, {"Sec_Fetch_Site": "same-origin"}, {"Origin": OWN, "Sec_Fetch_Site": "same-origin"}]
)
def test_the_houses_own_page_and_a_program_have_it(fhir, browser, told):
    assert ask(fhir, browser, **told).status_code != 401


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
def test_what_a_form_could_send_writes_nothing(fhir, browser, kind):
    """These need no leave of the server (CORS), so they are refused as content."""
    assert ask(fhir, browser, Content_Type=kind).status_code in {400, 415}


def test_only_origins_that_the_house_names_may_read_an_answer(fhir, browser, settings):
    settings.FHIR_ORIGINS = ["https://app.example"]
    allowed = fhir.simulate_get("/fhir/metadata", headers={"Origin": "https://app.example"}).headers
    assert allowed["Access-Control-Allow-Origin"] == "https://app.example"
    assert "access-control-allow-credentials" not in {name.lower() for name in allowed}
    for origin in ("https://evil.example", "https://app.example.evil.example", "null", "http://app.example"):
        answer = fhir.simulate_get("/fhir/metadata", headers={"Origin": origin, **browser})
        assert "access-control-allow-origin" not in {name.lower() for name in answer.headers}
