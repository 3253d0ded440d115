"""A process that is killed at any point loses no acknowledged package and doubles none."""

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from tests.exchange.crashing import person
from tests.exchange.samples import envelope

ROUNDS, MOST = 4, 60


@pytest.fixture
def home():
    """A data folder of its own: its database is durable, and is killed."""
    folder = Path(tempfile.mkdtemp(prefix="ssk-crash-"))
    folder.chmod(0o711)
    yield folder
    kill_database(folder)
    shutil.rmtree(folder, ignore_errors=True)


def start(home, *words, program="tests.exchange.crashing"):
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.Popen(
        [sys.executable, "-m", program, *map(str, words)],
        env={**environment, "SOSUCKHOE_HOME": str(home)},
        stdout=subprocess.PIPE,
        text=True,
    )


def kill_database(home):
    """SIGKILL every PostgreSQL process of the folder, the supervisor of them too."""
    for process in psutil.process_iter(["cmdline"]):
        if any(str(home) in word for word in process.info["cmdline"] or ()):
            for one in [process, *process.children(recursive=True)]:
                with contextlib.suppress(psutil.NoSuchProcess):
                    one.send_signal(signal.SIGKILL)


def send_and_kill(home, chance, first):
    """Acknowledged receipts of a sender that was killed, its database with it, after a chance number of them."""
    acknowledged = []
    until = chance.randint(1, MOST - 1)
    with start(home, "send", first, MOST) as sender:
        for line in sender.stdout:
            acknowledged.append(line.split())
            if len(acknowledged) >= until:
                break
        sender.send_signal(signal.SIGKILL)
        kill_database(home)
        rest = [line.split() for line in sender.stdout if line.endswith("\n")]
    return acknowledged + [words for words in rest if len(words) == 2]


@pytest.mark.crash
@pytest.mark.parametrize("seed", [1])
def test_every_acknowledged_package_is_there_exactly_once(home, seed):
    chance = random.Random(seed)
    acknowledged = []
    for turn in range(ROUNDS):
        acknowledged += send_and_kill(home, chance, turn * MOST)
    found = finish(home)
    assert acknowledged
    for number, ma_lk in acknowledged:
        assert found["packages"].get(ma_lk) == 1, f"{ma_lk}, receipt {number}"
        assert found["versions"][ma_lk] == 1
    demand_each_once(found)


def finish(home):
    """File what waits; what there is then."""
    with start(home, "finish") as finisher:
        answer, _ = finisher.communicate(timeout=300)
    return json.loads(answer)


def demand_each_once(found):
    assert set(found["packages"].values()) == {1}
    assert found["persons"] == len(found["packages"]) == found["encounters"] == len(found["resources"])
    assert len(set(found["resources"].values())) == 1, "every package made the same number of resources"
    assert found["history"] == 0
    assert len(found["packages"]) == len(found["arrivals"])


@pytest.mark.crash
def test_an_import_that_is_killed_and_begun_again_files_everything_once(home, tmp_path):
    for number in range(MOST):
        (tmp_path / f"{number:03d}.xml").write_bytes(envelope(person(number)))
    chance = random.Random(2)
    for _ in range(3):
        with start(home, "import", "--processes", "2", tmp_path, program="sosuckhoe.site.command_line") as importer:
            time.sleep(chance.uniform(1.0, 4.0))
            family = psutil.Process(importer.pid).children(recursive=True) if importer.poll() is None else []
            for process in [importer, *family]:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.send_signal(signal.SIGKILL)
            kill_database(home)
            importer.stdout.read()
    with start(home, "import", tmp_path, program="sosuckhoe.site.command_line") as importer:
        assert f"{MOST} packages" in importer.communicate(timeout=300)[0]
    found = finish(home)
    demand_each_once(found)
    assert len(found["packages"]) == MOST
