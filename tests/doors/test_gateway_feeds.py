"""Feeds over HTTP: as the account's own source only, stored before they are read, once, with every fault named."""

import hashlib
import io

import falcon.testing
import orjson
import pytest
import requests

from sosuckhoe.access.actions import open_account
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import db
from sosuckhoe.doors.gateway import feeds as door
from sosuckhoe.doors.gateway.app import application
from sosuckhoe.exchange.feeds import deliver, looking, readers, shelf
from sosuckhoe.identity.actions import register_facilities
from sosuckhoe.identity.queries import Facility
from tests.exchange.feeds.test_tables import FILES
from tests.exchange.feeds.vendor import SOURCE, book, bundle, counts, encounter, glucose, lines, patient
from tests.exchange.qd831.samples import FACILITY, content, profile

pytestmark = pytest.mark.django_db
FHIR, TABLES, PROFILES = "/api/he-thong/fhir", "/api/he-thong/bang/{}", "/api/ho-so-suc-khoe/qd-831-2017/tiep-nhan"
RECEIPTS = "/api/he-thong/lan-gui/"
JSON, NDJSON, CSV = "application/fhir+json", "application/fhir+ndjson", "text/csv; charset=utf-8"


def dumped(*resources):
    return orjson.dumps(bundle(*resources))


def account(source):
    digest = hashlib.md5(b"mat khau").hexdigest().upper()
    open_account(PROGRAM, source, name=f"Hệ thống {source}", role="vendor", password=digest, source=source)


@pytest.fixture
def client(settings, tmp_path):
    settings.HOME = tmp_path
    return falcon.testing.TestClient(application)


@pytest.fixture
def signed_in(client):
    def sign_in(source=SOURCE):
        account(source)
        answer = client.simulate_post("/api/xac-thuc/token", json={"username": source, "password": "mat khau"})
        return {"Authorization": f"Bearer {answer.json['data']['access_token']}"}

    return sign_in


@pytest.fixture
def post(client, signed_in):
    def posted(body, address=FHIR, kind=JSON, source=SOURCE, **headers):
        sent = {"Content-Type": kind, **{name.replace("_", "-"): text for name, text in headers.items()}}
        return client.simulate_post(address, headers=signed_in(source) | sent, body=body)

    return posted


def stored():
    return db.tuples("select source, kind, name, channel from exchange_delivery order by id")


def test_a_bundle_is_stored_answered_filed_and_asked_after(client, signed_in, post):
    answer = post(dumped(patient(), encounter(), glucose()))
    told = answer.json["data"]
    assert (answer.status_code, answer.json["code"], told["state"], told["findings"]) == (
        200,
        "ACCEPTED",
        "waiting",
        [],
    )
    assert stored() == [(SOURCE, "bundle", "bundle", "gateway")]
    deliver.drain(readers.readers())
    after = client.simulate_get(RECEIPTS + told["tracking_id"], headers=signed_in()).json["data"]
    assert (after["state"], after["counts"]["filed"]) == ("filed", 3)
    assert len(book()["Observation"]) == 1


def test_the_same_content_again_is_known(post):
    first, again = post(dumped(patient())), post(dumped(patient()))
    assert (again.status_code, again.json["code"]) == (200, "ACCEPTED_DUPLICATE")
    assert again.json["data"]["tracking_id"] == first.json["data"]["tracking_id"]
    assert len(stored()) == 1


def test_a_request_is_one_whatever_happens_on_the_line(post):
    first = post(dumped(patient()), X_Request_ID="r-1")
    again = post(dumped(patient()), X_Request_ID="r-1")
    other = post(dumped(patient(), glucose()), X_Request_ID="r-1")
    assert again.json["data"]["tracking_id"] == first.json["data"]["tracking_id"]
    assert (other.status_code, other.json["code"]) == (409, "SSK-3300")
    assert len(stored()) == 1


def test_findings_name_place_rule_and_how_to_mend_it(post):
    wrong = glucose()
    del wrong["status"]
    (found,) = post(dumped(patient(), wrong)).json["data"]["findings"]
    assert found["place"].startswith("entry[1]")
    assert found["rule"].startswith("SSK-")
    assert found["vi"] != found["en"]


def test_a_file_that_cannot_be_read_is_kept_and_refused(client, signed_in, post):
    answer = post(b'{"resourceType": "Patient"}')
    assert (answer.status_code, answer.json["success"], answer.json["code"]) == (422, False, "REJECTED")
    deliver.drain(readers.readers())
    after = client.simulate_get(RECEIPTS + answer.json["data"]["tracking_id"], headers=signed_in()).json["data"]
    assert (after["state"], after["findings"][0]["rule"]) == ("refused", "SSK-2170")


def test_one_resource_a_line(post):
    answer = post(lines(patient(), glucose()), kind=NDJSON)
    deliver.drain(readers.readers())
    assert answer.json["data"]["findings"] == []
    assert stored()[0][1] == "ndjson"


def test_a_table_of_the_mapping_by_its_name(post):
    answer = post(
        "\r\n".join(FILES["nguoi_dan.csv"]).encode(), address=TABLES.format("nguoi_dan"), kind=CSV, source="thon-ban"
    )
    assert (answer.status_code, answer.json["code"], answer.json["data"]["findings"]) == (200, "ACCEPTED", [])
    deliver.drain(readers.readers())
    assert db.value("select filed from exchange_delivery") == 1


@pytest.mark.parametrize(
    ("address", "kind", "source", "number"),
    [
        (TABLES.format("nguoi_dan"), CSV, SOURCE, "SSK-3302"),
        (FHIR, JSON, "thon-ban", "SSK-3302"),
        (FHIR, JSON, "minh-an", "SSK-3302"),
        (FHIR, JSON, "nobody", "SSK-1003"),
        (FHIR, "application/xml", SOURCE, "SSK-3304"),
    ],
)
def test_each_source_sends_what_it_is_listed_for(post, address, kind, source, number):
    answer = post(dumped(patient()), address=address, kind=kind, source=source)
    assert answer.json["code"] == number
    assert stored() == []


def test_limits_are_told_before_anything_is_kept(post, monkeypatch):
    monkeypatch.setattr(door, "MOST_BYTES", 1024 * 1024)
    monkeypatch.setattr(door, "MOST_WAITING", 1)
    assert post(b" " * (1024 * 1024 + 1)).json["code"] == "SSK-2160"
    assert post(dumped(patient()), X_Request_ID="x" * 101).json["code"] == "SSK-3305"
    assert stored() == []
    post(dumped(patient()))
    assert post(dumped(patient("p2"))).json["code"] == "SSK-3301"


def test_another_sources_delivery_does_not_exist(client, signed_in, post):
    number = post(dumped(patient())).json["data"]["tracking_id"]
    other = signed_in("thon-ban")
    for receipt in (number, number.replace(SOURCE, "thon-ban"), "thon-ban.999", "x", f"{SOURCE}.1e3"):
        answer = client.simulate_get(RECEIPTS + receipt, headers=other)
        assert (answer.status_code, answer.json["code"]) == (404, "SSK-1002"), receipt


def test_without_a_token_and_as_a_hospital_nothing_is_taken(client):
    digest = hashlib.md5(b"mat khau").hexdigest().upper()
    open_account(PROGRAM, "79001_BV", name="Bệnh viện", role="system", password=digest, facility="79001")
    answer = client.simulate_post("/api/xac-thuc/token", json={"username": "79001_BV", "password": "mat khau"})
    hospital = {"Authorization": f"Bearer {answer.json['data']['access_token']}", "Content-Type": JSON}
    assert client.simulate_post(FHIR, headers={"Content-Type": JSON}, body=dumped(patient())).status_code == 401
    assert client.simulate_post(FHIR, headers=hospital, body=dumped(patient())).status_code == 403
    assert stored() == []


def test_a_vendor_reads_no_record_and_sends_no_hospital_file(client, signed_in, post):
    post(dumped(patient()))
    sent = {"maCSKCB": FACILITY, "username": SOURCE, "fileHSBase64": "eA=="}
    client.simulate_post("/api/qd130/guiHoSoXmlQD4750", headers=signed_in(), json=sent)
    assert db.value("select count(*) from exchange_arrival") == 0


def test_a_vendor_sends_the_profiles_of_facilities_that_keep_them_there(post):
    register_facilities([Facility(FACILITY, "Trạm y tế", vendor="minh_an"), Facility("79002", "Khác", vendor="x")])
    taken = post(content(profile()), address=PROFILES, kind="application/xml", source="minh-an")
    assert (taken.status_code, taken.json["code"]) == (200, "ACCEPTED")
    for facility in ("79002", "79003"):
        other = post(content(profile(), facility=facility), address=PROFILES, kind="application/xml", source="minh-an")
        assert (other.status_code, other.json["code"]) == (403, "ORG_MISMATCH")
    assert db.tuples("select facility, kind from exchange_arrival") == [(FACILITY, "profile")]


def test_a_file_lies_on_the_shelf_before_it_is_read(post, monkeypatch):
    """Whatever the reader does, the bytes are there: killed between the two, the house files them later."""
    monkeypatch.setattr(looking, "first_look", lambda *_: [])
    sent = dumped(patient())
    post(sent)
    with shelf.opened(hashlib.sha256(sent).digest()) as kept:
        assert kept.read() == sent


@pytest.mark.django_db(transaction=True)
def test_over_a_real_line(server, settings):
    """A system signs in with the password of `sosuckhoe account vendor`, sends in pieces, and the worker files it."""
    account(SOURCE)
    login = requests.post(
        f"{server.url}/api/xac-thuc/token", json={"username": SOURCE, "password": "mat khau"}, timeout=20
    )
    headers = {"Authorization": f"Bearer {login.json()['data']['access_token']}", "Content-Type": JSON}
    sent = dumped(patient(), encounter(), glucose())
    first = requests.post(f"{server.url}{FHIR}", headers=headers, data=io.BytesIO(sent), timeout=20)
    again = requests.post(f"{server.url}{FHIR}", headers=headers, data=sent, timeout=20)
    assert (first.json()["code"], again.json()["code"]) == ("ACCEPTED", "ACCEPTED_DUPLICATE"), first.text
    deliver.drain(readers.readers())
    after = requests.get(
        f"{server.url}{RECEIPTS}{first.json()['data']['tracking_id']}", headers=headers, timeout=20
    ).json()["data"]
    assert (after["state"], after["counts"]["filed"]) == ("filed", 3)
    assert counts(int(after["tracking_id"].rpartition(".")[2])) == {"filed": 3}
    assert len(book()["Observation"]) == 1
