"""Health profiles over HTTP: as the sender's facility only, stored before they are read, every refusal named."""

import hashlib

import falcon.testing
import pytest

from sosuckhoe.access.actions import open_account
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import db
from sosuckhoe.doors.gateway.app import application
from sosuckhoe.doors.gateway.profiles import DEFAULT
from sosuckhoe.identity.actions import register_facilities
from sosuckhoe.identity.queries import Facility
from tests.exchange.qd831.samples import FACILITY, content, profile

pytestmark = pytest.mark.django_db
PATH = "/api/ho-so-suc-khoe/qd-831-2017/tiep-nhan"


@pytest.fixture
def client():
    register_facilities([Facility(FACILITY, "Trạm y tế", vendor="minh_an")])
    digest = hashlib.md5(b"mat khau").hexdigest().upper()
    open_account(PROGRAM, "79001_hssk", name="Trạm y tế", role="system", password=digest, facility=FACILITY)
    return falcon.testing.TestClient(application)


@pytest.fixture
def headers(client):
    answer = client.simulate_post("/api/xac-thuc/token", json={"username": "79001_hssk", "password": "mat khau"})
    assert answer.json["data"]["expires_in"] == 8 * 3600
    return {"Authorization": f"Bearer {answer.json['data']['access_token']}", "Content-Type": "application/xml"}


def post(client, headers, sent):
    return client.simulate_post(PATH, headers=headers, body=sent)


def stored():
    return db.tuples("select facility, kind, channel from exchange_arrival order by id")


def test_a_profile_is_taken_and_the_same_again_is_known(client, headers):
    first, again = post(client, headers, content(profile())), post(client, headers, content(profile()))
    assert (first.status_code, first.json["success"], first.json["code"]) == (200, True, "ACCEPTED")
    assert (again.status_code, again.json["code"]) == (200, "ACCEPTED_DUPLICATE")
    assert again.json["data"]["tracking_id"] == first.json["data"]["tracking_id"]
    assert stored() == [(FACILITY, "profile", "gateway")]


def test_what_is_noted_is_told_with_place_rule_and_how_to_mend_it(client, headers):
    (note,) = post(client, headers, content(profile(NGAYSINH="1/1/1"))).json["data"]["findings"]
    assert (note["level"], note["table"], note["field"], note["rule"]) == (
        "noted", "THONGTINCHUNG", "NGAYSINH", "profile-date",
    )  # fmt: skip
    assert "dd/MM/yyyy" in note["vi"]
    assert "dd/MM/yyyy" in note["en"]


def test_a_profile_without_a_name_is_kept_and_rejected(client, headers):
    answer = post(client, headers, content(profile(HOTEN="")))
    assert (answer.status_code, answer.json["success"], answer.json["code"]) == (422, False, "REJECTED")
    assert answer.json["data"]["tracking_id"]
    assert len(stored()) == 1


def test_another_facilitys_profile_is_a_mismatch(client, headers):
    answer = post(client, headers, content(profile(), facility="79002"))
    assert (answer.status_code, answer.json["code"]) == (403, "ORG_MISMATCH")
    assert [row[0] for row in stored()] == [FACILITY]


@pytest.mark.parametrize(
    ("sent", "number"),
    [
        (b"", "SSK-2001"),
        (b"<DATA><HEADER>", "SSK-2001"),
        (b"<!DOCTYPE a [<!ENTITY x 'y'>]><DATA>&x;</DATA>", "SSK-2002"),
        ("<?xml version='1.0' encoding='UTF-16'?><DATA/>".encode("utf-16"), "SSK-2004"),
        (b"<OTHER/>", "SSK-2101"),
        (b"<DATA><BODY><HOSOSUCKHOE/></BODY></DATA>", "SSK-2101"),
        (b"<DATA>" + b"<a>" * 40 + b"</a>" * 40 + b"</DATA>", "SSK-2007"),
        (b"<DATA>" + b"<a/>" * 260_000 + b"</DATA>", "SSK-2006"),
    ],
    ids=["empty", "broken", "doctype", "utf-16", "another root", "no sender", "deep", "many"],
)
def test_hostile_and_broken_files_are_kept_and_refused(client, headers, sent, number):
    answer = post(client, headers, sent)
    assert answer.status_code in {400, 413}
    assert answer.json["code"] == number
    assert len(stored()) == 1


def test_a_body_over_the_limit_is_not_even_stored(client, headers):
    answer = post(client, headers, b" " * (DEFAULT.envelope_bytes + 1))
    assert (answer.status_code, answer.json["code"]) == (413, "SSK-2108")
    assert stored() == []


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic YTpi"}])
def test_a_stranger_gets_nothing(client, header):
    answer = post(client, header, content(profile()))
    assert (answer.status_code, answer.json["code"]) == (401, "SSK-1001")
    assert stored() == []


def test_a_wrong_password_gets_no_token(client):
    answer = client.simulate_post("/api/xac-thuc/token", json={"username": "79001_hssk", "password": "sai"})
    assert answer.status_code == 401
    assert not answer.json["success"]
