"""The process that runs the jobs: started by the worker when there are any, so that nothing else waits for them.

`python -m sosuckhoe.clinical.bulk.runner`. It ends when no job is left, or when the worker that started it has gone.
Killed, it leaves a running job without a manifest; the next one begins that job again with an empty folder.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable
from typing import Any

import msgspec
import psycopg

from sosuckhoe.base import clock, db
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import defined
from sosuckhoe.clinical.bulk import background, export, fetching, kinds, loader, outcomes
from sosuckhoe.clinical.bulk.background import Job
from sosuckhoe.clinical.bulk.files import Made, told_when_full
from sosuckhoe.clinical.bulk.going import Going, Stopped, emptied
from sosuckhoe.clinical.bulk.wanted import Wanted
from sosuckhoe.clinical.reindexing import run as reindexing

UPLOADS = "uploads"
ERRORS = "errors.ndjson"
_log = logging.getLogger(__name__)


def run_all() -> int:
    """Run what waits, one job after the other; how many were taken."""
    taken = 0
    for name in background.waiting():
        job = background.take(name)
        if job is not None:
            taken += 1
            try:
                _run(job)
            finally:
                background.let_go(name)
    return taken


def _run(job: Job) -> None:
    try:
        _check_tries(job)
        defined.refresh()
        with told_when_full():
            (_KINDS.get(job.kind) or kinds.of(job.kind))(job)
    except (Stopped, psycopg.errors.SerializationFailure):
        shutil.rmtree(job.folder, ignore_errors=True)
    except Problem as problem:
        background.fail(job, problem, clock.now())
    except Exception:  # noqa: BLE001 -- its kind and places are logged, never its text; the next job runs
        _log.exception("a job of kind %s failed", job.kind)
        background.fail(job, Problem("SSK-3599"), clock.now())


def _check_tries(job: Job) -> None:
    """A job that kills its process must not do so for ever."""
    if job.tries > background.MOST_TRIES:
        raise Problem("SSK-3231", tries=background.MOST_TRIES)


def _export(job: Job) -> None:
    """All files, the trace and the manifest, or nothing of it."""
    emptied(job.folder)
    wanted = msgspec.convert(job.asked["wanted"], Wanted)
    with db.snapshot():
        made = export.write(job.actor, wanted, job.folder, job.created, going=Going(job.folder), job=job.id)
        manifest = {
            "transactionTime": made.moment.isoformat(timespec="milliseconds"),
            "request": job.request,
            "requiresAccessToken": True,
            "output": [_file(one) for one in made.files],
            "error": [],
            "deleted": [_file(one) for one in made.deleted],
        }
        if not background.finish(job, manifest, clock.now()):
            raise Stopped


def _file(made: Made) -> dict[str, Any]:
    return {"type": made.type, "name": made.name, "count": made.lines}


def _import(job: Job) -> None:
    """Everything that was uploaded or named; again after a death, where what is stored already changes nothing.

    What was uploaded goes last: a death before the end needs it once more.
    """
    uploads = job.folder / UPLOADS
    if not uploads.is_dir():
        raise Stopped
    going = Going(job.folder)
    fetching.fetch_all(job.asked.get("inputs", ()), uploads)
    report = loader.load_files(job.actor, [uploads], tell=lambda told: going(told.stored))
    refused = [outcomes.of_refusal(one, uploads) for one in report.done.refused]
    with told_when_full():
        (job.folder / ERRORS).write_bytes(b"".join(refused))
    done = report.done
    manifest = {
        "transactionTime": clock.now().isoformat(timespec="milliseconds"),
        "request": job.request,
        "requiresAccessToken": True,
        "output": [],
        "error": [{"type": "OperationOutcome", "name": ERRORS, "count": len(refused)}] if refused else [],
        "extension": {"created": done.created, "changed": done.changed, "unchanged": done.unchanged},
    }
    if not background.finish(job, manifest, clock.now()):
        raise Stopped
    shutil.rmtree(uploads)


def _reindex(job: Job) -> None:
    """From where it stands: a folder that went with the process before is no sign that it was cancelled."""
    job.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    going = Going(job.folder)
    report = reindexing.run(job.id, lambda told: going(told.rows))
    manifest = {
        "transactionTime": clock.now().isoformat(timespec="milliseconds"),
        "request": job.request,
        "requiresAccessToken": True,
        "extension": report.as_json(),
    }
    if not background.finish(job, manifest, clock.now()):
        raise Stopped


_KINDS: dict[str, Callable[[Job], None]] = {"export": _export, "import": _import, reindexing.KIND: _reindex}


def main() -> None:
    """Run until no job is left."""
    import django

    django.setup()
    worker = os.getppid()
    while os.getppid() == worker and run_all():
        pass


if __name__ == "__main__":
    main()
