"""`server`: the whole house on a free port, as `sosuckhoe web` serves it, against this worker's database."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings

from sosuckhoe.site import processes

PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Server:
    """A served house: its first address without a slash at the end, and what it wrote to its log."""

    url: str
    port: int
    log_file: Path
    vneid: int
    """The port where it looks for VNeID; a test may answer there (tests/doors/entrance/issuing.py)."""

    @property
    def log(self):
        return self.log_file.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def served_house(django_db_setup, tmp_path_factory):
    with served(tmp_path_factory) as house:
        yield house


@contextmanager
def served(tmp_path_factory, **surroundings):
    """A served house, with more in its environment than the usual one has."""
    log = tmp_path_factory.mktemp("served") / "log"
    port, vneid = free_port(), free_port()
    command = [sys.executable, "-m", "sosuckhoe.site.command_line", "web", "--port", str(port), "--processes", "1"]
    usual = {
        "DATABASE_URL": test_database_url(),
        "PORT": str(port),
        "SOSUCKHOE_VNEID_ISSUER": f"http://127.0.0.1:{vneid}",
        "SOSUCKHOE_VNEID_CLIENT": "house",
        "SOSUCKHOE_VNEID_SECRET": "made up",
    }
    environment = processes.child_environment(**usual | surroundings)
    with log.open("wb") as out, subprocess.Popen(command, env=environment, stdout=out, stderr=out) as child:
        try:
            wait_until_it_answers(port, child, log)
            yield Server(f"http://127.0.0.1:{port}", port, log, vneid)
        finally:
            child.terminate()
            child.wait(20)


@pytest.fixture
def server(served_house, transactional_db):
    """The served house, with the database as the migrations left it; what a test writes must be committed."""
    return served_house


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_database_url():
    """The libpq address of the database that this worker's tests write to."""
    entry = settings.DATABASES["default"]
    user = quote(entry["USER"], safe="") + (":" + quote(entry["PASSWORD"], safe="") if entry["PASSWORD"] else "")
    port = f"&port={entry['PORT']}" if entry["PORT"] else ""
    return f"postgresql://{user}@/{entry['NAME']}?host={quote(entry['HOST'], safe='')}{port}"


def wait_until_it_answers(port, child, log, seconds=PATIENCE_SECONDS):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert child.poll() is None, f"the server ended: {end_of(log)}"
        if answers(port):
            return
        time.sleep(0.1)
    raise AssertionError(f"no answer in {seconds} s: {end_of(log)}")


def end_of(log):
    return log.read_text(encoding="utf-8")[-3000:]


def answers(port):
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        asked.request("GET", "/song")
        return asked.getresponse().status == 200
    except OSError:
        return False
    finally:
        asked.close()
