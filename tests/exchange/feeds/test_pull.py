"""Bulk Data of another vendor's server: waited for, fetched whole, gone on with, and asked for what is new."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest
from joserfc.jwk import RSAKey

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import db
from sosuckhoe.exchange.feeds import deliver
from sosuckhoe.exchange.fhir_feed.pull import pull
from sosuckhoe.exchange.fhir_feed.server import Place, Server
from sosuckhoe.exchange.outside.line import Away, Declined, Garbled
from tests.exchange.feeds.bulk_stub import Vendor
from tests.exchange.feeds.vendor import AT, SOURCE, book, encounter, glucose, lines, organization, patient

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shelf(settings, tmp_path):
    settings.HOME = tmp_path


@pytest.fixture
def vendor():
    files = [("Observation", lines(glucose())), ("Patient", lines(patient())), ("Encounter", lines(encounter()))]
    with Vendor([*files, ("Organization", lines(organization()))]) as server:
        yield server


@pytest.fixture
def waits():
    return []


def server_of(vendor, waits, **place):
    return Server("Sông Hồng", Place(vendor.base, **place), seconds=5, wait=waits.append)


def run(vendor, waits, at=AT, **place):
    return pull(PROGRAM, deliver.source_of(SOURCE, at), server_of(vendor, waits, **place), at)


def test_an_export_becomes_books(vendor, waits):
    assert run(vendor, waits) == 4
    found = book()
    assert {"Patient", "Observation", "Encounter"} <= found.keys()
    assert found["Observation"][0]["encounter"]["reference"] == f"Encounter/{found['Encounter'][0]['id']}"
    assert waits == [1.0]
    assert vendor.asked[-1][0] == "DELETE"


def test_the_next_pull_asks_only_for_what_is_new(vendor, waits):
    run(vendor, waits)
    before = book()
    vendor.files, vendor.time = [("Patient", lines(patient()))], "2026-03-02T00:00:00Z"
    run(vendor, waits, AT + timedelta(days=1))
    assert vendor.since == ["", "2026-03-01T00:00:00.000+00:00"]
    assert book() == before


def test_what_the_export_says_was_deleted_goes(vendor, waits):
    run(vendor, waits)
    gone = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [{"request": {"method": "DELETE", "url": "Observation/g1"}}],
    }
    vendor.files, vendor.deleted = [], orjson.dumps(gone) + b"\n"
    run(vendor, waits, AT + timedelta(days=1))
    assert "Observation" not in book()


FAILURES = [*((failure, step) for failure in ("closed", "429", "500") for step in range(4)), ("cut", 3)]


@pytest.mark.parametrize(("failure", "step"), FAILURES)
def test_passing_failures_are_waited_out(vendor, waits, failure, step):
    vendor.fails = [""] * step + [failure]
    assert run(vendor, waits) == 4
    assert "Observation" in book()


def test_who_is_stopped_goes_on_with_the_same_export(vendor, waits):
    vendor.fails = ["", "", "", "", *["500"] * 4]
    with pytest.raises(Away):
        run(vendor, waits)
    assert db.value("select count(*) from exchange_pull_file where delivery is not null") == 1
    kicked, fetched = vendor.count("$export"), vendor.count("/file/0")
    assert run(vendor, waits) == 4
    assert (vendor.count("$export"), vendor.count("/file/0")) == (kicked, fetched)
    assert "Observation" in book()


def test_an_export_that_the_server_has_forgotten_is_begun_anew(vendor, waits):
    vendor.fails = ["", "404"]
    assert run(vendor, waits) == 4
    assert vendor.count("$export") == 2


def test_a_permanent_refusal_is_not_tried_again(vendor, waits):
    vendor.fails = ["403"]
    with pytest.raises(Declined):
        run(vendor, waits)
    assert vendor.count("$export") == 1


def test_a_manifest_that_cannot_be_read_is_not_believed(vendor, waits):
    vendor.polls = 0
    vendor.fails = ["", "malformed"]
    with pytest.raises(Garbled):
        run(vendor, waits)
    assert run(vendor, waits) == 4


def test_where_the_vendor_demands_it_we_sign_in_with_our_key(vendor, waits, tmp_path):
    key = RSAKey.generate_key(2048)
    (tmp_path / "key.pem").write_bytes(key.as_pem(private=True))
    vendor.key = key
    place = {"token": vendor.base.replace("/fhir", "/token"), "client": "us", "key": str(tmp_path / "key.pem")}
    assert run(vendor, waits, **place) == 4
    assert vendor.count("/token") == 1


def test_without_the_key_nothing_comes(vendor, waits):
    vendor.key = RSAKey.generate_key(2048)
    with pytest.raises(Declined):
        run(vendor, waits)
