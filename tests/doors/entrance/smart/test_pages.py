"""The pages around apps: the owner's, the steward's, and a walk through all of them in a browser."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from sosuckhoe.access import actions as access
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.access.smart import apps, tokens
from sosuckhoe.base import clock
from tests.doors.entrance.smart.asking import JWKS, answer, exchange, question
from tests.doors.fhir.cast import Client as Fhir
from tests.signed import signed
from tests.smart import BACK, an_app

pytestmark = pytest.mark.django_db


@pytest.fixture
def steward(cast):
    account = access.open_account(PROGRAM, "st", name="Cán bộ đối soát", role="steward", area="79")
    return signed(Client(), account)


def test_an_owner_sees_the_apps_and_ends_one_at_once(cast):
    app = an_app()
    got = exchange(app, answer(cast.browser, question(app))["code"]).json()
    place = f"/so/{cast.patient}/ung-dung/"
    page = cast.browser.get(place).content.decode()
    assert "Nhắc thuốc" in page
    assert "Xem: mọi mục trong sổ" in page
    held = re.search(r'name="ung-dung" value="([^"]+)"', page)[1]
    assert cast.browser.post(place, {"ung-dung": held}).status_code == 302
    assert tokens.actor_of(got["access_token"]) is None
    page = cast.browser.get(place).content.decode()
    assert "Chưa có ứng dụng nào xem sổ này." in page
    assert cast.browser.post(place, {"ung-dung": held}).status_code == 302, "it has ended, and stays so"
    assert tokens.actor_of(got["access_token"]) is None
    for other in (f"/so/{cast.child_patient}/ung-dung/", place):
        assert cast.browser.post(other, {"ung-dung": str(cast.patient)}).status_code == 404


def test_a_stranger_sees_no_apps(cast):
    assert cast.staff.get(f"/so/{cast.patient}/ung-dung/").status_code == 404
    assert Client().get(f"/so/{cast.patient}/ung-dung/").status_code == 302


def test_the_owner_reads_which_app_looked(cast):
    app = an_app()
    got = exchange(app, answer(cast.browser, question(app))["code"]).json()
    Fhir({"app": got["access_token"]}).ask("app", "GET", f"/Observation/{cast.observation}")
    page = cast.browser.get(f"/so/{cast.patient}/ai-da-xem/").content.decode()
    assert "(qua ứng dụng Nhắc thuốc)" in page


REGISTRATION = {
    "name": "Sổ tay tim mạch",
    "maker": "Bệnh viện B",
    "kind": apps.PUBLIC,
    "scope": "launch/patient patient/Observation.rs",
    "redirects": BACK,
}


def test_a_steward_registers_approves_and_suspends(cast, steward):
    assert steward.post("/ung-dung/moi", REGISTRATION).status_code == 302
    app = next(one for one in apps.listed(PROGRAM) if one.name == "Sổ tay tim mạch")
    assert app.state == apps.ASKED
    page = steward.get("/ung-dung/").content.decode()
    assert "Chờ duyệt" in page
    for state in (apps.APPROVED, apps.SUSPENDED):
        assert steward.post("/ung-dung/", {"app": app.id, "state": state}).status_code == 302
        assert apps.find(app.id).state == state
    assert steward.post("/ung-dung/", {"app": "app-unknown", "state": apps.APPROVED}).status_code == 404
    assert steward.post("/ung-dung/", {"app": app.id, "state": "anything"}).status_code == 404


def test_a_steward_registers_a_service(cast, steward):
    told = {**REGISTRATION, "kind": apps.SERVICE, "scope": "system/*.rs", "redirects": "", "jwks": json.dumps(JWKS)}
    assert steward.post("/ung-dung/moi", {**told, "account": "hs"}).status_code == 302
    refused = steward.post("/ung-dung/moi", {**told, "account": "nobody"})
    assert refused.status_code == 422
    assert "Chưa đúng, hãy xem lại." in refused.content.decode()


def test_nobody_else_sees_the_register(cast):
    for browser in (cast.browser, cast.staff):
        for place in ("/ung-dung/", "/ung-dung/moi"):
            assert browser.get(place).status_code == 404
            assert browser.post(place, REGISTRATION).status_code == 404
    assert not [one for one in apps.listed(PROGRAM) if one.asked > clock.now()]


def test_what_there_is_says_where_to_ask():
    told = Client().get("/.well-known/smart-configuration").json()
    assert Client().get("/.well-known/openid-configuration").json() == told
    below = Fhir({}).simulate_get("/fhir/.well-known/smart-configuration").json
    assert below.keys() == told.keys()
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["authorization_response_iss_parameter_supported"] is True
    assert {"launch-ehr", "launch-standalone", "permission-v2", "client-confidential-asymmetric"} <= {
        *told["capabilities"]
    }
    for name in (
        "token_endpoint",
        "introspection_endpoint",
        "revocation_endpoint",
        "jwks_uri",
        "authorization_endpoint",
    ):
        place = told[name].removeprefix("http://testserver")
        assert (
            Client().generic("OPTIONS" if "endpoint" in name and "auth" not in name else "GET", place).status_code < 405
        )
    rest = Fhir({}).simulate_get("/fhir/metadata").json["rest"][0]["security"]
    assert rest["service"][0]["coding"][0]["code"] == "SMART-on-FHIR"
    uris = {one["url"]: one["valueUri"] for one in rest["extension"][0]["extension"]}
    assert uris["token"] == below["token_endpoint"]


def test_the_command_registers_and_decides(cast, tmp_path):
    from click.testing import CliRunner

    from sosuckhoe.access.smart.command import app

    keys = tmp_path / "jwks.json"
    keys.write_text(json.dumps(JWKS), encoding="utf-8")
    words = [
        "register",
        "HIS",
        "Bệnh viện B",
        "system/*.rs",
        "--kind",
        "service",
        "--jwks",
        str(keys),
        "--account",
        "hs",
    ]
    made = CliRunner().invoke(app, words, catch_exceptions=False).output
    name = made.partition("client_id: ")[2].strip()
    assert apps.find(name).state == apps.ASKED
    CliRunner().invoke(app, ["decide", name, "approved"], catch_exceptions=False)
    assert apps.find(name).state == apps.APPROVED
    assert name in CliRunner().invoke(app, ["list"], catch_exceptions=False).output
