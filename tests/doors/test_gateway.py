"""The interface that hospital systems already speak: tokens, records, check-ins, and every refusal."""

import base64
import hashlib
from datetime import timedelta
from urllib.parse import urlencode

import falcon.testing
import pytest

from sosuckhoe.access import sign_in
from sosuckhoe.access.actions import issue_token, open_account
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock, db
from sosuckhoe.doors.gateway.app import application
from sosuckhoe.doors.gateway.token import id_token
from tests.exchange.samples import FACILITY, envelope, package

pytestmark = pytest.mark.django_db
PASSWORD = hashlib.md5(b"mat khau").hexdigest().upper()
RECORDS = "/api/qd130/guiHoSoXmlQD4750"


@pytest.fixture
def client():
    open_account(PROGRAM, "79001_hospital", name="Bệnh viện", role="system", password=PASSWORD, facility=FACILITY)
    return falcon.testing.TestClient(application)


@pytest.fixture
def headers(client):
    answer = client.simulate_post("/api/token/take", json={"username": "79001_hospital", "password": PASSWORD}).json
    key = answer["APIKey"]
    return {"accessToken": key["access_token"], "tokenId": key["id_token"], "passwordHash": PASSWORD}


def form(content=None, **changes):
    text = base64.b64encode(envelope(package()) if content is None else content).decode()
    fields = {"username": "79001_hospital", "loaiHoSo": "130", "maTinh": "79", "maCSKCB": FACILITY}
    return {**fields, "fileHSBase64": text, **changes}


def post(client, headers, fields, path=RECORDS):
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return client.simulate_post(path, body=urlencode(fields), headers={**headers, **kind}).json


def test_a_token_has_the_portals_fields(client):
    answer = client.simulate_post("/api/token/take", json={"username": "79001_hospital", "password": PASSWORD}).json
    assert answer["maKetQua"] == "200"
    assert set(answer["APIKey"]) == {"access_token", "id_token", "token_type", "username", "expires_in"}


@pytest.mark.parametrize(("username", "password"), [("79001_hospital", "X"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_name_and_a_wrong_password_answer_alike(client, username, password):
    answer = client.simulate_post("/api/token/take", json={"username": username, "password": password}).json
    assert answer == {"maKetQua": "401", "maGiaoDich": "", "thongDiep": "SSK-1001: Chưa đăng nhập."}


@pytest.mark.parametrize("path", [RECORDS, "/api/qd130/guiHoSoXmlQD3176"])
def test_a_package_is_stored_and_acknowledged(client, headers, path):
    answer = post(client, headers, form(), path)
    assert set(answer) == {"maKetQua", "maGiaoDich", "thoiGianTiepNhan", "thongDiep"}
    assert answer["maKetQua"] == "200"
    assert answer["maGiaoDich"].startswith(FACILITY)
    assert len(answer["thoiGianTiepNhan"]) == 14
    assert db.tuples("select facility, channel, kind from exchange_arrival") == [(FACILITY, "gateway", "records")]


def test_sent_again_it_has_the_same_receipt(client, headers):
    assert post(client, headers, form())["maGiaoDich"] == post(client, headers, form())["maGiaoDich"]


def test_json_and_parts_are_understood_too(client, headers):
    assert client.simulate_post(RECORDS, json=form(), headers=headers).json["maKetQua"] == "200"
    boundary = "x" * 20
    parts = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in form().items()
    )
    kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    answer = client.simulate_post(RECORDS, body=f"{parts}--{boundary}--\r\n", headers={**headers, **kind}).json
    assert answer["maKetQua"] == "200"


REFUSED = [
    ("another facility", {"maCSKCB": "79002"}, {}, "403"),
    ("no facility", {"maCSKCB": ""}, {}, "403"),
    ("another account's name", {"username": "79002_hospital"}, {}, "401"),
    ("a forged token", {}, {"accessToken": "x"}, "401"),
    ("a wrong password hash", {}, {"passwordHash": "x"}, "401"),
    ("no token", {}, {"accessToken": "", "tokenId": ""}, "401"),
    ("a token of letters that no token has", {}, {"tokenId": "khóa"}, "401"),
]


@pytest.mark.parametrize(("fields", "changed", "result"), [case[1:] for case in REFUSED], ids=[c[0] for c in REFUSED])
def test_a_stranger_stores_nothing(client, headers, fields, changed, result):
    answer = post(client, {**headers, **changed}, form(**fields))
    assert answer["maKetQua"] == result
    assert db.value("select count(*) from exchange_arrival") == 0


def test_what_is_not_base64_is_kept_and_answered_with_the_reason(client, headers):
    answer = post(client, headers, form(fileHSBase64="đây không phải base64"))
    assert answer["maKetQua"] == "205"
    assert "SSK-2502" in answer["thongDiep"]
    assert answer["maGiaoDich"]
    assert db.value("select kind from exchange_arrival") == "unreadable"


def test_an_envelope_of_another_facility_is_kept_and_refused(client, headers):
    answer = post(client, headers, form(envelope(package(facility="79002"), facility="79002")))
    assert answer["maKetQua"] == "403"
    assert answer["maGiaoDich"]


def test_one_refused_package_is_named_and_the_other_taken(client, headers):
    broken = package("LK0009")
    broken.tables.pop("XML1")
    answer = post(client, headers, form(envelope(broken, package())))
    assert answer["maKetQua"] == "205"
    assert "1 trên 2 hồ sơ" in answer["thongDiep"]


def test_a_disabled_account_is_out_at_once(client, headers):
    db.execute("update access_account set is_active = false")
    assert post(client, headers, form())["maKetQua"] == "401"


def test_too_much_is_refused_before_it_is_read(client, headers):
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(200 * 1024 * 1024)}
    answer = client.simulate_post(RECORDS, body="a=b", headers={**headers, **kind}).json
    assert answer["maKetQua"] == "413"


def test_an_unknown_address_answers_in_the_portals_words(client):
    assert client.simulate_post("/api/qd130/unknown").json["maKetQua"] == "404"


def take(client, password=PASSWORD, username="79001_hospital"):
    return client.simulate_post("/api/token/take", json={"username": username, "password": password}).json


def test_guessing_a_systems_password_is_slowed_and_written_down(client, monkeypatch):
    still = clock.now()
    monkeypatch.setattr(clock, "now", lambda: still)
    answers = [take(client, "X")["maKetQua"] for _ in range(5)]
    assert answers == ["401"] * 4 + ["429"]
    assert take(client)["maKetQua"] == "429"
    lines = "select detail from access_audit where action = 'sign-in' and outcome = 'refused' order by id"
    assert db.tuples(lines) == [("password",)] * 4 + [("waits",)] * 2


def test_a_persons_password_alone_opens_no_interface(client):
    """Whoever works signs in with a second proof; a password of capitals would else be one here without it."""
    open_account(PROGRAM, "bs.lan", name="Lan", role="doctor", password="MAT KHAU BANG CHU HOA", facility=FACILITY)
    assert take(client, "MAT KHAU BANG CHU HOA", "bs.lan")["maKetQua"] == "401"
    open_account(PROGRAM, "bs.lan", name="Lan", role="doctor", password=PASSWORD, facility=FACILITY)
    sent = {"username": "bs.lan", "password": "mat khau"}
    assert client.simulate_post("/api/xac-thuc/token", json=sent).status_code == 401


def test_a_token_is_good_at_the_interface_that_it_was_issued_for(client, headers):
    assert sign_in.actor_of_token(headers["accessToken"]) is None
    assert sign_in.actor_of_token(headers["accessToken"], "gateway").facility == FACILITY
    system = sign_in.Account.objects.get(username="79001_hospital")
    other = issue_token(system, "bearer", clock.now(), timedelta(hours=1))
    assert sign_in.actor_of_token(other).facility == FACILITY
    mixed = {"accessToken": other, "tokenId": id_token(other, "79001_hospital", PASSWORD), "passwordHash": PASSWORD}
    assert post(client, mixed, form())["maKetQua"] == "401"
