"""What a data folder has left on the machine, and a data folder that any user may enter."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from pathlib import Path

import psutil
import pytest


def processes_of(folder):
    """Every process that works for a data folder: named in its words, its surroundings or its place."""
    return [process for process in psutil.process_iter() if _works_for(process, str(folder))]


def _works_for(process, folder):
    with contextlib.suppress(psutil.Error):
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        places = [*process.cmdline(), process.environ().get("SOSUCKHOE_HOME", ""), process.cwd()]
        return any(place == folder or place.startswith(f"{folder}/") for place in places)
    return False


def kill_all(folder):
    """Kill every process of the folder, as a machine that stops would: the youngest first, so that none mends."""
    for process in sorted(processes_of(folder), key=lambda found: found.pid, reverse=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    return wait_until_none(folder)


def wait_until_none(folder, seconds=20):
    """Wait until no process works for the folder; the ones that still do are returned."""
    until = time.monotonic() + seconds
    while (left := processes_of(folder)) and time.monotonic() < until:
        time.sleep(0.05)
    return left


@pytest.fixture
def data_folder():
    """A data folder of the test's own, which the database's service user may enter. It goes with all its processes."""
    outer = Path(tempfile.mkdtemp(prefix="ssk-"))
    outer.chmod(0o711)
    folder = outer / "home"
    yield folder
    left = kill_all(folder)
    shutil.rmtree(outer, ignore_errors=True)
    assert not left
