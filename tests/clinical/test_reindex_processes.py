"""$reindex and definitions among several processes: a death in the middle, writers beside, who knows what when."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from http.client import HTTPConnection
from threading import Thread

import pytest
from django.db import connection

from sosuckhoe.access import actions as access
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock, db
from sosuckhoe.clinical import actions
from sosuckhoe.clinical.reindexing import foreground, walk
from sosuckhoe.clinical.reindexing import run as runs
from sosuckhoe.site import processes
from tests import served
from tests.clinical.custom_made import definition
from tests.clinical.made import AT, observation
from tests.clinical.test_reindex import found, index

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.BULK_FOLDER = tmp_path / "bulk"
    return settings.BULK_FOLDER


def put(*drafts):
    with db.atomic():
        return actions.put_many(drafts, AT)


def test_a_run_that_was_killed_goes_on_where_it_was(folder):
    put(*(observation(f"r{i}") for i in range(30)))
    before = index()
    db.execute("update clinical_resource set tokens = '{}'")
    db.execute("delete from clinical_number")
    environment = processes.child_environment(DATABASE_URL=served.test_database_url(), SOSUCKHOE_BULK=str(folder))
    for batches in (2, 1):
        command = [sys.executable, "-m", "tests.clinical.reindexing_child", str(batches)]
        assert subprocess.run(command, env=environment, check=False).returncode == -signal.SIGKILL
    assert db.value("select count(*) from clinical_resource where tokens <> '{}'") == 12
    report = foreground.run(PROGRAM, ["Observation"], lambda _report: None)
    assert (report.rows, report.mended, report.parameters["Observation.value-quantity"]) == (30, 30, [0, 30])
    assert index() == before
    assert db.tuples("select kind, state from clinical_job") == [("reindex", "done")]
    assert foreground.run(PROGRAM, ["Observation"], lambda _report: None).mended == 0


def test_a_writer_that_waited_for_a_batch_leaves_nothing_wrong(monkeypatch):
    """Its statement began before the batch ended, so it does not see the rows that the batch has added."""
    one = observation("a", valueQuantity={"value": 1})
    put(one)
    db.execute("delete from clinical_number")
    mend, writers = walk.mend, []

    def beside(batch, report):
        made = mend(batch, report)
        if not writers:
            writers.append(Thread(target=_write, args=(observation("a", valueQuantity={"value": 2}),)))
            writers[0].start()
            _wait_for("select exists (select from pg_stat_activity where wait_event_type = 'Lock' and pid <> %s)")
        return made

    monkeypatch.setattr(walk, "mend", beside)
    job = runs.begin(PROGRAM, ["Observation"], "test", AT)
    runs.turn(job.id)
    writers[0].join(60)
    assert db.value("select count(*) from clinical_number") == 2, "the writer has left what the batch added"
    runs.run(job.id, lambda _report: None)
    assert db.value("select count(*) from clinical_number") == 1
    assert found("Observation", ("value-quantity", "2")) == {one.key}
    assert not found("Observation", ("value-quantity", "1"))


def _write(draft):
    try:
        put(draft)
    finally:
        connection.close()


def _wait_for(asked):
    until = time.monotonic() + 60
    while not db.value(asked, (db.value("select pg_backend_pid()"),)):
        assert time.monotonic() < until
        time.sleep(0.01)
        db.value("select pg_stat_clear_snapshot()")


def test_another_process_knows_a_definition_before_a_walk_begins(server, monkeypatch):
    """A served house writes and searches by what this process has defined, without being told."""
    monkeypatch.setattr(runs, "POLL_SECONDS", 0.02)
    account = access.open_account(PROGRAM, "writer", name="writer", role="program")
    token = access.issue_token(account, "bearer", clock.now(), runs.background.KEPT)
    house = House(server.port, token)
    place = {"resourceType": "Location", "status": "active"}
    assert house.ask("POST", "/Location", {**place, "alias": ["Cũ"]})[0] == 201
    put(definition("also", "string", "Location", "Location.alias"))
    job = runs.begin(PROGRAM, ["Location"], "test", clock.now())
    states = {runs.turn(job.id).state}
    while not db.value("select settled from clinical_reindex where job = %s", (job.id,)):
        states.add(runs.turn(job.id).state)
        time.sleep(0.02)
    assert runs.WAITING in states, "nobody is believed to know at once"
    new = house.ask("POST", "/Location", {**place, "alias": ["Mới"]})[1]
    values = db.value("select count(*) from clinical_text where rid = %s", (new["id"],))
    assert values == 2, "`name` reads an alias, and so does what was defined before the walk begins"
    status, refused = house.ask("GET", "/Location?also=cu")
    assert (status, refused["issue"][0]["details"]["coding"][0]["code"]) == (400, "SSK-3280")
    runs.run(job.id, lambda _report: None)
    until = time.monotonic() + 60
    while (answer := house.ask("GET", "/Location?also=cu"))[0] == 400:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert len(answer[1]["entry"]) == 1


class House:
    """The FHIR interface of another process."""

    def __init__(self, port, token):
        self.port = port
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/fhir+json"}

    def ask(self, method, path, body=None):
        asked = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            asked.request(method, f"/fhir{path}", body and json.dumps(body), self.headers)
            answer = asked.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            asked.close()
