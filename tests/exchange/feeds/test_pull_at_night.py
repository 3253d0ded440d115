"""The nightly pull: begun once by the worker, gone on with after a kill, and from a server of this house."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import datetime

import psycopg
import pytest
import yaml

from sosuckhoe.access import actions as access
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.access.smart import apps
from sosuckhoe.base import clock, db
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.bulk import runner
from sosuckhoe.exchange import jobs
from sosuckhoe.exchange.actions import file, registers
from sosuckhoe.exchange.actions.receive import Parcel, receive
from sosuckhoe.exchange.feeds import deliver, readers
from sosuckhoe.exchange.fhir_feed import night, server
from sosuckhoe.exchange.fhir_feed.pull import pull
from sosuckhoe.exchange.fhir_feed.server import Place, Server
from sosuckhoe.site.rounds import running
from tests import served
from tests.doors.entrance.smart.asking import JWKS, KEYS
from tests.exchange.feeds.bulk_stub import Vendor
from tests.exchange.feeds.vendor import SOURCE, book, encounter, glucose, lines, patient
from tests.exchange.samples import FACILITY, envelope, package
from tests.smart import an_app

EXPORT = [
    ("Observation", lines(*(glucose(f"g{n}") for n in range(40)))),
    ("Patient", lines(patient())),
    ("Encounter", lines(encounter())),
]


@pytest.fixture
def vendor():
    with Vendor(list(EXPORT)) as one:
        yield one


@pytest.fixture
def told(settings, tmp_path):
    """Write the file that SOSUCKHOE_PULLS names."""
    settings.HOME = tmp_path

    def write(**place):
        path = tmp_path / "pulls.yaml"
        path.write_text(yaml.safe_dump({SOURCE: place}), encoding="utf-8")
        settings.PULLS = str(path)
        server.places.cache_clear()

    yield write
    server.places.cache_clear()


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=clock.VIETNAM)


@pytest.mark.django_db(transaction=True)
def test_the_worker_begins_it_in_a_thread_and_once(vendor, told, monkeypatch):
    told(base=vendor.base)
    monkeypatch.setattr(running, "works", lambda: [one for one in jobs.ROUNDS if one.name == "pull"])
    vendor.polls = 0
    here = running.Rounds()
    here.look(at("2026-03-02T02:30"))
    here.wait()
    assert len(book()["Observation"]) == 40
    here.look(at("2026-03-02T23:30"))
    here.wait()
    assert vendor.count("$export") == 1
    assert db.value("select count(*) from exchange_pull") == 1
    assert running.lasts()[f"pull/{SOURCE}"].problem == ""


def test_each_source_comes_at_its_own_hour(told):
    told(base="http://x", hour=5)
    assert night.hours() == {SOURCE: 5}


def test_without_servers_nothing_is_asked(settings):
    settings.PULLS = ""
    server.places.cache_clear()
    assert night.hours() == {}


@pytest.mark.django_db(transaction=True)
def test_two_do_not_pull_from_one_source(vendor):
    with psycopg.connect(served.test_database_url(), autocommit=True) as other:
        other.execute("select pg_advisory_lock(hashtextextended(%s, 20))", (SOURCE,))
        with pytest.raises(Problem, match="SSK-3320"):
            pull(PROGRAM, deliver.source_of(SOURCE, clock.now()), Server("x", Place(vendor.base)), clock.now())


def begin(vendor):
    environment = {**os.environ, "DATABASE_URL": served.test_database_url()}
    command = [sys.executable, "-m", "tests.exchange.feeds.pulling", vendor.base]
    return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)


def until(holds, child, seconds=60):
    end = time.monotonic() + seconds
    while not holds():
        assert child.poll() is None, "the pull ended by itself"
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.02)


def kill(child):
    child.send_signal(signal.SIGKILL)
    child.wait(20)


@pytest.mark.crash
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", ["waiting", "fetching", "filing"])
def test_a_pull_that_is_killed_loses_and_doubles_nothing(vendor, moment):
    """SIGKILL while the export is made, in the middle of a file, and while the files go into the books."""
    vendor.polls = 1_000_000 if moment == "waiting" else 0
    vendor.fails = ["", "", "", "stall"] if moment == "fetching" else []
    with psycopg.connect(served.test_database_url()) as other:
        if moment == "filing":
            other.execute("lock table exchange_told in exclusive mode")
        child = begin(vendor)
        if moment == "waiting":
            until(lambda: vendor.count("/status/") > 3, child)
        elif moment == "fetching":
            until(vendor.stalled.is_set, child)
        else:
            until(lambda: db.value("select true from exchange_pull where ended is not null"), child)
        kill(child)
        vendor.let_go.set()
        other.rollback()
    vendor.polls, vendor.fails = 0, []
    if moment != "filing":
        with begin(vendor) as again:
            assert again.wait(60) == 0
    deliver.drain(readers.readers())
    assert vendor.count("$export") == 1
    assert db.value("select count(*) from exchange_delivery") == len(EXPORT)
    found = book()
    assert [len(found[kind]) for kind in ("Patient", "Encounter", "Observation")] == [1, 1, 40]
    assert {one["meta"]["versionId"] for one in found["Observation"]} == {"1"}
    assert db.value("select sum(filed) from exchange_delivery") == 42


@pytest.mark.django_db(transaction=True)
def test_what_this_house_exports_comes_back_by_a_pull(server, monkeypatch, tmp_path):
    """The real server, SMART backend services, `$export` of whom the account's facility has treated."""
    registers.forget()
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    receive(PROGRAM, Parcel(FACILITY, "records", envelope(package())), "import", clock.now())
    while file.drain(clock.now()):
        pass
    account = access.open_account(PROGRAM, "b", name="Phần mềm", role="system", facility=FACILITY)
    app = an_app(apps.SERVICE, scope="system/*.rs", redirects=(), jwks=json.dumps(JWKS), account=account.pk)
    (tmp_path / "key.pem").write_bytes(KEYS["ES384"].as_pem(private=True))
    place = Place(
        f"{server.url}/fhir", export="Patient/$export", types=("Patient", "Encounter", "Observation"),
        token=f"{server.url}/ung-dung/ma", client=app.id, key=str(tmp_path / "key.pem"), kid="ec", alg="ES384",
        scope="system/*.rs",
    )  # fmt: skip
    before = {kind: len(found) for kind, found in book().items()}
    source = deliver.source_of(SOURCE, clock.now())
    ours = Server("Nhà này", place, wait=lambda _: runner.run_all())
    assert pull(PROGRAM, source, ours, clock.now()) >= 3
    found = book()
    for kind in ("Encounter", "Observation"):
        assert len(found[kind]) == 2 * before[kind], kind
    assert len(found["Patient"]) == 1
    assert {one["meta"].get("source", "")[-len(SOURCE) :] for one in found["Encounter"]} == {"", SOURCE}
