"""The process of bulk jobs is killed where a lock holds it: within a batch, behind it, before the job has ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack, contextmanager

import psutil
import psycopg
import pytest

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock, db, wall
from sosuckhoe.clinical import actions
from sosuckhoe.clinical.bulk import background, loader, runner
from sosuckhoe.site import processes
from tests import served
from tests.clinical.made import AT, PERSON, draft, observation, patient

pytestmark = pytest.mark.django_db(transaction=True)
RUNNER = ["-m", "sosuckhoe.clinical.bulk.runner"]
COUNT = 2_400
BEHIND_A_BATCH = "lock table clinical_loaded in exclusive mode"
WITHIN_A_BATCH = "lock table access_audit in exclusive mode"
BEFORE_THE_END = "select from clinical_job for share"
"""Who writes down that a job has begun or ended waits for this."""
SECONDS = 60


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.BULK_FOLDER = tmp_path / "bulk"
    return settings.BULK_FOLDER


@contextmanager
def started(folder, *words):
    told = processes.child_environment(DATABASE_URL=served.test_database_url(), SOSUCKHOE_BULK=str(folder))
    with subprocess.Popen([sys.executable, *words], env=told, stdout=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def held(*locks):
    """While the last of these is held by a lock: each is taken when somebody waits for the one before. The waiting."""
    with ExitStack() as stack:
        before = None
        for lock in locks:
            other = stack.enter_context(psycopg.connect(served.test_database_url()))
            other.execute(lock)
            if before:
                before.rollback()
            before, backends = other, wait_until(waiting)
        yield backends


def wait_until(is_so):
    until = time.monotonic() + SECONDS
    while not (found := is_so()):
        assert time.monotonic() < until
        time.sleep(0.01)
    return found


def waiting():
    """The backends of this database that wait for a lock: other tests have others in the same PostgreSQL."""
    return [pid for (pid,) in db.tuples(_WAITING)]


_WAITING = """
select pid from pg_locks join pg_stat_activity using (pid) where not granted and datname = current_database()
"""


def kill_where(folder, *locks):
    """Run the jobs, and kill their process where it waits for the last lock; PostgreSQL notices before it goes on."""
    with started(folder, *RUNNER) as process, held(*locks) as backends:
        process.send_signal(signal.SIGKILL)
        assert process.wait(20) == -signal.SIGKILL
        with wall.standing(wall.CLOSED):  # as who they signed in
            db.tuples("select pg_terminate_backend(pid) from unnest(%s) pid", (backends,))
        wait_until(lambda: not db.value("select true from pg_stat_activity where pid = any (%s)", (backends,)))


def run_on(folder, job):
    with started(folder, *RUNNER) as process:
        assert process.wait(SECONDS) == 0
    return background.find(PROGRAM, job.id)


def written(place):
    person = {"resourceType": "Patient", "id": "p1", "name": [{"text": "Nguyễn Văn Bình"}], "birthDate": "1980-02-01"}
    result = {"resourceType": "Observation", "status": "final", "code": {"text": "Na"}}
    lines = [person, {"resourceType": "Observation", "id": "bad"}]
    lines += [{**result, "id": f"o{n}", "subject": {"reference": "Patient/p1"}} for n in range(COUNT)]
    place.write_text("\n".join(json.dumps(one) for one in lines))


def demand_each_once():
    stored = db.tuples("select type, version, count(*) from clinical_resource group by type, version")
    assert sorted(count for *_, count in stored) == [1, COUNT]
    assert {version for _, version, _ in stored} == {1}
    assert db.value("select count(*) from clinical_history") == 0
    assert db.value("select count(*) from clinical_address") == COUNT + 1
    assert db.value("select count(*) from identity_person") == 1


def test_an_import_that_was_killed_anywhere_stores_each_line_once(folder):
    job = background.begin(PROGRAM, "import", "http://x/$import", {"inputs": []}, clock.now())
    (job.folder / runner.UPLOADS).mkdir()
    written(job.folder / runner.UPLOADS / "upload.ndjson")
    kill_where(folder, WITHIN_A_BATCH)
    assert db.value("select count(*) from clinical_resource") == 0
    kill_where(folder, BEHIND_A_BATCH)
    assert 0 < db.value("select count(*) from clinical_resource") < COUNT
    kill_where(folder, BEHIND_A_BATCH, BEFORE_THE_END)
    demand_each_once()
    db.execute("update clinical_job set tries = 1")
    ended = run_on(folder, job)
    assert (ended.state, ended.manifest["error"][0]["count"]) == ("done", 1)
    assert "bad" not in (job.folder / runner.ERRORS).read_text()
    assert not (job.folder / runner.UPLOADS).exists()
    demand_each_once()


def test_an_export_that_was_killed_anywhere_has_each_line_once(folder):
    long = {"note": [{"text": "x" * 300_000}]}
    actions.put_many([patient(), *(observation(f"n{n}", **long) for n in range(8)), draft("Basic", "b", code={})], AT)
    job = background.begin(PROGRAM, "export", "http://x/$export", {"wanted": {}}, clock.now())
    for locks in ((WITHIN_A_BATCH,), (WITHIN_A_BATCH, BEFORE_THE_END)):
        kill_where(folder, *locks)
        made = {one.name.partition(".")[0] for one in job.folder.glob("*.ndjson")}
        assert made == {"Observation", "Patient", "Basic"}
        assert background.find(PROGRAM, job.id).state == "running"
        (job.folder / "Half.1.ndjson").write_text("half")
    ended = run_on(folder, job)
    assert (ended.state, ended.tries) == ("done", 3)
    found = Counter()
    for one in ended.manifest["output"]:
        lines = (job.folder / one["name"]).read_text().splitlines()
        assert len(lines) == one["count"]
        found.update((json.loads(line)["resourceType"], json.loads(line)["id"]) for line in lines)
    assert (len(found), set(found.values())) == (10, {1})
    assert not (job.folder / "Half.1.ndjson").exists()
    told = "select person, count(*) from access_audit where action = 'export' group by person"
    assert db.tuples(told) == [(PERSON, 1)], "what the killed ones have traced is not there"


def test_processes_that_store_end_with_the_one_that_reads(tmp_path, folder):
    written(tmp_path / "all.ndjson")
    command = ["-m", "sosuckhoe.site.command_line", "fhir", "load", "--processes", "2", str(tmp_path)]
    with started(folder, *command) as process, held(BEHIND_A_BATCH):
        children = psutil.Process(process.pid).children(recursive=True)
        assert len(children) >= 2
        os.kill(process.pid, signal.SIGKILL)
        assert psutil.wait_procs(children, timeout=20)[1] == []
    done = loader.load_files(PROGRAM, [tmp_path])
    assert [one.problem.number for one in done.done.refused] == ["SSK-3022"] * len(done.done.refused)
    demand_each_once()
