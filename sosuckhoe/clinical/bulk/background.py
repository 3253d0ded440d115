"""Jobs that run behind a request that was answered at once. https://hl7.org/fhir/R4/async.html

The row says what was asked, by whom, and what came of it. Files lie in a folder of the job's own; a manifest is written
when all of them are whole. Whoever takes the folder away ends the job.
"""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
from django.conf import settings

from sosuckhoe.access import audit, policy, sight
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.clinical.bulk import choosing

MOST_JOBS = 3
"""Of one account at a time."""

MOST_TRIES = 3
"""A job that ended its process so often is not begun again."""

KEPT = timedelta(days=1)
HELD, WAITING, RUNNING, DONE, FAILED = "held", "waiting", "running", "done", "failed"
CHANNEL = "sosuckhoe_work"


class Job(msgspec.Struct, frozen=True):
    """One job. `asked` is as its kind has it; `scope` is whose data it may hold."""

    id: UUID
    account: int
    actor: Actor
    kind: str
    request: str
    asked: dict[str, Any]
    state: str
    created: datetime
    tries: int
    until: datetime
    problem: dict[str, Any] | None
    manifest: dict[str, Any] | None

    @property
    def folder(self) -> Path:
        return folder_of(self.id)


def folder_of(job: UUID) -> Path:
    """Where the files of a job lie."""
    return Path(settings.BULK_FOLDER) / str(job)


def begin(actor: Actor, kind: str, request: str, asked: dict[str, Any], at: datetime, *, held: bool = False) -> Job:
    """Write down a job; it runs when this transaction is committed, a held one when it is released.

    SSK-3220 when the account has too many.
    """
    job = uuid4()
    with db.atomic():
        db.execute("select pg_advisory_xact_lock(%s)", (actor.account,))
        count = db.value(
            "select count(*) from clinical_job where account = %s and state in (%s, %s, %s)",
            (actor.account, HELD, WAITING, RUNNING),
        )
        if count >= MOST_JOBS:
            raise Problem("SSK-3220", limit=MOST_JOBS)
        folder_of(job).mkdir(parents=True, mode=0o700)
        db.execute(
            """
            insert into clinical_job (id, account, actor, kind, request, asked, state, created, until)
            values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
            """,
            (
                job,
                actor.account,
                _text(actor),
                kind,
                request,
                _text(asked),
                HELD if held else WAITING,
                at,
                at + 7 * KEPT,
            ),
        )
        audit.record(actor, f"ask-{kind}", kind="job", person=None, key=job, at=at)
        db.execute(f"notify {CHANNEL}")
    return _there(_job(job))


def release(job: Job) -> None:
    """A held job may run."""
    db.execute("update clinical_job set state = %s where id = %s and state = %s", (WAITING, job.id, HELD))
    db.execute(f"notify {CHANNEL}")


def find(actor: Actor, job: UUID) -> Job:
    """A job of this account; SSK-1002 for any other, and for one that an app has not asked for itself."""
    found = _there(_one("id = %s and account = %s", (job, actor.account)))
    if actor.narrowing is not None and not actor.narrowing.sees_as(found.actor.narrowing):
        raise Problem("SSK-1002")
    return found


def forget(actor: Actor, job: UUID, at: datetime) -> None:
    """Cancel a job, or remove what it made. https://hl7.org/fhir/R4/async.html#3.1.6.4.2"""
    with db.atomic():
        find(actor, job)
        audit.record(actor, "forget", kind="job", person=None, key=job, at=at)
        db.execute("delete from clinical_job where id = %s", (job,))
    shutil.rmtree(folder_of(job), ignore_errors=True)


def demand_rights(actor: Actor, job: Job) -> None:
    """Raise SSK-1002 unless the account might still export everybody whose data a job's files hold."""
    then, now = choosing.seen_by(job.actor, "record"), choosing.seen_by(actor, "record")
    same = (actor.role, actor.facility, actor.person, actor.purpose)
    if now is None or then is None or same != (job.actor.role, job.actor.facility, job.actor.person, job.actor.purpose):
        raise Problem("SSK-1002")
    persons = job.asked.get("scope")
    if now.persons is not None and (persons is None or not now.persons.issuperset(persons)):
        raise Problem("SSK-1002")
    if now.holders and _has_lost(job, now.holders):
        raise Problem("SSK-1002")
    if now.persons is not None and _has_narrowed(job, now.persons - now.open):
        raise Problem("SSK-1002")
    policy.scope(actor, "export", "record")


def _has_lost(job: Job, holders: tuple[str, ...]) -> bool:
    """Whether somebody's rows in a job's files may not be seen any more, or not all of them."""
    return bool(db.value(_LOST, {"job": job.id, "created": job.created, "holders": list(holders)}))


_LOST = f"""
select true from clinical_job_person met where job = %(job)s and (not {sight.tied("met", "%(holders)s")} or exists (
  select from access_narrowed n where n.bucket = met.bucket and n.person = met.person and n.at >= %(created)s
)) limit 1
"""  # noqa: S608 -- values are bound


def _has_narrowed(job: Job, persons: frozenset[int]) -> bool:
    """Whether one of these persons has hidden something since the job was asked for."""
    asked = "select true from access_narrowed where person = any (%s) and bucket = any (%s) and at >= %s limit 1"
    return bool(db.value(asked, (sorted(persons), [bucket_of(person) for person in persons], job.created)))


def waiting() -> list[UUID]:
    """Jobs to run, those first that were asked first; a running one is among them when its process has died."""
    found = db.tuples(
        "select id from clinical_job where state in (%s, %s) order by created limit 10", (WAITING, RUNNING)
    )
    return [row[0] for row in found]


def take(job: UUID) -> Job | None:
    """Begin a job that no other process runs, with an empty folder; None when it is gone or ended."""
    if not db.value("select pg_try_advisory_lock(hashtextextended(%s, 7))", (str(job),)):
        return None
    taken = db.execute(
        "update clinical_job set state = %s, tries = tries + 1 where id = %s and state in (%s, %s)",
        (RUNNING, job, WAITING, RUNNING),
    )
    return _job(job) if taken else None


def let_go(job: UUID) -> None:
    """Another process may run it."""
    db.execute("select pg_advisory_unlock(hashtextextended(%s, 7))", (str(job),))


def finish(job: Job, manifest: dict[str, Any], at: datetime) -> bool:
    """The manifest is whole; False when the job was cancelled meanwhile."""
    return bool(
        db.execute(
            "update clinical_job set state = %s, manifest = %s, ended = %s, until = %s where id = %s and state = %s",
            (DONE, _text(manifest), at, at + KEPT, job.id, RUNNING),
        )
    )


def fail(job: Job, problem: Problem, at: datetime) -> None:
    """The job has ended without a manifest; its files go."""
    db.execute(
        "update clinical_job set state = %s, problem = %s, ended = %s, until = %s where id = %s",
        (FAILED, _text({"number": problem.number, "places": problem.places}), at, at + KEPT, job.id),
    )
    shutil.rmtree(job.folder, ignore_errors=True)


def remove_old(at: datetime) -> int:
    """Remove jobs whose time has come, their files, and folders without a job; how many jobs."""
    found = db.tuples("delete from clinical_job where until < %s returning id", (at,))
    for (job,) in found:
        shutil.rmtree(folder_of(job), ignore_errors=True)
    db.execute("delete from clinical_loaded where at < %s", (at - 30 * KEPT,))
    return len(found)


def _job(job: UUID) -> Job | None:
    return _one("id = %s", (job,))


def _there(job: Job | None) -> Job:
    if job is None:
        raise Problem("SSK-1002")
    return job


def _one(where: str, values: tuple[Any, ...]) -> Job | None:
    found = db.rows(
        f"""
        select id, account, actor, kind, request, asked, state, created, tries, until, problem, manifest
        from clinical_job where {where}
        """,  # noqa: S608 -- texts from above, values are bound
        values,
    )
    if not found:
        return None
    row = found[0]._asdict()
    return Job(
        **{
            **row,
            **{name: _read(row[name]) for name in ("asked", "problem", "manifest")},
            "actor": _actor(row["actor"]),
        }
    )


def _read(value: Any) -> Any:
    """JSON, whether the connection has read it already or not."""
    return msgspec.json.decode(value) if isinstance(value, str) else value


def _actor(value: Any) -> Actor:
    return msgspec.convert(_read(value), Actor)


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()
