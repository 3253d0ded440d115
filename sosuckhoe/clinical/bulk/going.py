"""How far a job is, and what stops it. https://hl7.org/fhir/R4/async.html#3.1.6.4.1"""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

PROGRESS = "progress"
PROGRESS_SECONDS = 0.5


class Stopped(Exception):  # noqa: N818 -- nothing failed: somebody wanted it so
    """The job was cancelled, or the worker has gone."""


def emptied(folder: Path) -> None:
    """The folder as the job finds it; one that is gone means that the job was cancelled."""
    if not folder.is_dir():
        raise Stopped
    for place in folder.iterdir():
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink()


class Going:
    """Tells how far a job is, and stops it when its folder has gone or the worker has."""

    def __init__(self, folder: Path) -> None:
        self.place = folder / PROGRESS
        self.parent = os.getppid()
        self.next = 0.0

    def __call__(self, count: int) -> None:
        if os.getppid() != self.parent or not self.place.parent.is_dir():
            raise Stopped
        if time.monotonic() > self.next:
            self.place.write_text(str(count))
            self.next = time.monotonic() + PROGRESS_SECONDS
