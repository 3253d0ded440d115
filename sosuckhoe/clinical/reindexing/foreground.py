"""A run that somebody waits for: `sosuckhoe fhir reindex`."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from uuid import UUID

from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock, db
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.bulk import background
from sosuckhoe.clinical.reindexing import run as runs
from sosuckhoe.clinical.reindexing.report import Report

_REQUEST = "sosuckhoe fhir reindex"


def run(actor: Actor, names: Sequence[str], tell: Callable[[Report], None]) -> Report:
    """Do a run over these types, all when none is named; one that was cut short goes on.

    Where a background process has taken it, wait for that. Raises SSK-1003, SSK-3289 when it is cancelled.
    """
    name = _unfinished(actor, names) or runs.begin(actor, names, _REQUEST, clock.now()).id
    while (job := background.take(name)) is None:
        report = _report_of(name)
        if report is not None:
            return report
        time.sleep(runs.POLL_SECONDS)
    try:
        done = runs.run(name, tell)
        background.finish(job, {"extension": done.as_json()}, clock.now())
    finally:
        background.let_go(name)
    return done


def _unfinished(actor: Actor, names: Sequence[str]) -> UUID | None:
    """A run that was begun here over the same types, and did not end."""
    found: UUID | None = db.value(
        """
        select id from clinical_job
        where account = %s and kind = %s and request = %s and asked -> 'types' = to_jsonb(%s::text[])
          and state in (%s, %s)
        order by created limit 1
        """,
        (actor.account, runs.KIND, _REQUEST, list(names), background.WAITING, background.RUNNING),
    )
    return found


def _report_of(name: UUID) -> Report | None:
    """What a run has done that another process has ended; None while it goes on. SSK-3289 when it is gone."""
    found = db.one("select state, manifest::text from clinical_job where id = %s", (name,))
    if found is None or found.state == background.FAILED:
        raise Problem("SSK-3289")
    return runs.report_in(found.manifest) if found.state == background.DONE else None
