"""Clients that others have written, against the served house: fhirclient of SMART, OAuth2Session of Authlib."""

from __future__ import annotations

import json
import time
from urllib.parse import urlsplit

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from fhirclient import client as fhirclient
from fhirclient.models.observation import Observation
from fhirclient.models.patient import Patient
from playwright.sync_api import expect

from sosuckhoe.access import grants
from sosuckhoe.access.sign_in import actor_of_account
from sosuckhoe.access.smart import apps
from sosuckhoe.base import clock
from tests.doors.entrance.smart.asking import JWKS, KEYS, filled_in
from tests.smart import an_app
from tests.walked import fits

SCOPE = "openid fhirUser launch/patient offline_access patient/*.rs"
FASTEST_END = 1.0


@pytest.fixture(autouse=True)
def _near(monkeypatch):
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.fixture
def house(server, cast):
    cast.server = server
    cast.back = f"{server.url}/song"
    return cast


def told(server):
    return requests.get(f"{server.url}/fhir/.well-known/smart-configuration", timeout=20).json()


@pytest.mark.browser
def test_fhirclient_is_let_in_reads_and_goes_on(house, page):
    app = an_app(redirects=(house.back,))
    base = f"{house.server.url}/fhir"
    smart = fhirclient.FHIRClient(
        settings={"app_id": app.id, "api_base": base, "redirect_uri": house.back, "scope": SCOPE}
    )
    assert smart.prepare() is False, "nobody has let it in"
    cookie = {"name": "sessionid", "value": house.browser.cookies["sessionid"].value, "url": house.server.url}
    page.context.add_cookies([cookie])
    page.goto(smart.authorize_url)
    expect(page.get_by_role("heading", name="Cho ứng dụng “Nhắc thuốc” xem sổ?")).to_be_visible()
    assert fits(page)
    expect(page.get_by_label("Trần An")).to_be_visible()
    page.get_by_role("button", name="Cho phép").click()
    page.wait_for_url(f"{house.back}?**")
    smart.handle_callback(page.url)
    assert smart.ready
    assert smart.patient_id == house.patient
    assert Patient.read(house.patient, smart.server).id == house.patient
    found = Observation.where({"patient": house.patient}).perform_resources_iter(smart.server)
    assert [one.id for one in found] == [house.observation]
    before = smart.server.auth.access_token
    smart.reauthorize()
    assert smart.server.auth.access_token != before
    assert Observation.read(house.observation, smart.server).id == house.observation


def session_of(house, app, **more):
    return OAuth2Session(app.id, scope=SCOPE, redirect_uri=house.back, code_challenge_method="S256", **more)


def let_in(house, session, verifier):
    """What the person does, without scripts: the page, then its form. Where the browser is led in the end."""
    endpoint = told(house.server)["authorization_endpoint"]
    address, _ = session.create_authorization_url(endpoint, code_verifier=verifier, aud=f"{house.server.url}/fhir")
    cookies = {"sessionid": house.browser.cookies["sessionid"].value}
    with requests.Session() as browser:
        browser.cookies.update(cookies)
        html = browser.get(address, timeout=20).text
        sent = browser.post(address, {**filled_in(html), "answer": "yes"}, timeout=20, allow_redirects=False)
    return sent.headers["Location"]


def test_authlib_is_let_in_and_what_is_withdrawn_ends_within_a_second(house):
    app, verifier = an_app(redirects=(house.back,)), "v" * 60
    session = session_of(house, app)
    led = let_in(house, session, verifier)
    assert f"iss={house.server.url.replace(':', '%3A').replace('/', '%2F')}" in led
    token = session.fetch_token(
        told(house.server)["token_endpoint"], authorization_response=led, code_verifier=verifier, client_id=app.id
    )
    place = f"{house.server.url}/fhir/Observation/{house.observation}"
    assert (token["patient"], session.get(place, timeout=20).status_code) == (house.patient, 200)
    again = session.refresh_token(told(house.server)["token_endpoint"], client_id=app.id)
    assert session.get(place, timeout=20).status_code == 200
    known = next(one for one in grants.of_person(house.person) if one.kind == "app")
    grants.end(actor_of_account(house.mother.pk), house.person, known.id, clock.now())
    ended, status, asked = time.monotonic(), 200, 0.0
    headers = {"Authorization": f"Bearer {again['access_token']}"}
    while status == 200:
        asked = time.monotonic()
        status = requests.get(place, headers=headers, timeout=20).status_code
        assert status == 401 or asked - ended < FASTEST_END
    assert status == 401


def test_authlib_asks_as_a_service(house):
    jwks = json.dumps(JWKS)
    app = an_app(apps.SERVICE, scope="system/*.rs", redirects=(), jwks=jwks, account=house.system.pk)
    endpoint = told(house.server)["token_endpoint"]
    key = KEYS["ES384"]
    proof = PrivateKeyJWT(endpoint, alg="ES384", headers={"kid": key.kid}, claims={"exp": int(time.time()) + 200})
    session = OAuth2Session(app.id, key, scope="system/*.rs", token_endpoint_auth_method=proof)
    session.register_client_auth_method(proof)
    session.token_endpoint_auth_method = PrivateKeyJWT.name
    token = session.fetch_token(endpoint, grant_type="client_credentials")
    assert token["expires_in"] == 300
    base = f"{house.server.url}/fhir"
    assert session.get(f"{base}/Observation/{house.observation}", timeout=20).status_code == 200
    begun = session.get(f"{base}/Patient/$export", headers={"Prefer": "respond-async"}, timeout=20)
    assert begun.status_code == 202
    assert session.get(begun.headers["Content-Location"], timeout=20).status_code == 202
    assert urlsplit(begun.headers["Content-Location"]).netloc == urlsplit(base).netloc
