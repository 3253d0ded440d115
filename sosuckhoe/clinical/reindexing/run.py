"""A `$reindex` from its beginning to its end: where it stands is written with each batch.

A parameter that was just defined is unknown to other processes for `defined.KNOWN_SECONDS`. So a run first notes which
parameters are new, waits for SETTLED times that time, then until every transaction that began before has ended:
whatever is written from then on has the values, and what was written before lies ahead of the walk.

A type is walked in the order of `lastUpdated` and key, by an index. A row that is written meanwhile moves to the end of
that order, and is looked at again there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import psycopg

from sosuckhoe.access import audit, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import bucket_in
from sosuckhoe.clinical import defined, queries
from sosuckhoe.clinical.actions import phrases
from sosuckhoe.clinical.bulk import background
from sosuckhoe.clinical.bulk.background import Job
from sosuckhoe.clinical.reindexing import compare, later, walk
from sosuckhoe.clinical.reindexing.report import Report
from sosuckhoe.clinical.search.parameters import number_of, types

KIND = "reindex"
BATCH_ROWS = 500
BATCH_BYTES = 4 * 1024 * 1024
POLL_SECONDS = 0.1
SETTLED = 5
"""A write may take its values from what it knew a moment ago, and be sent only after it was held up."""

WAITING, MORE, DONE = "waiting", "more", "done"


class Turn(NamedTuple):
    """How a run stands after a turn: WAITING for other processes, MORE to do, or DONE."""

    state: str
    report: Report


class _State(NamedTuple):
    job: UUID
    types: list[int]
    place: int
    updated: str
    rid: UUID
    is_begun: bool
    is_settled: bool
    pending: list[UUID]
    report: dict[str, Any]

    @property
    def is_of_everything(self) -> bool:
        return len(self.types) == len(types())


def begin(actor: Actor, names: Sequence[str], request: str, at: datetime) -> Job:
    """Write down a run over these types, all when none is named; a background process does it.

    Raises SSK-1003, SSK-3220 (too many jobs of the account).
    """
    policy.check(actor, "reindex", "register")
    numbers = [number_of()[name] for name in dict.fromkeys(names or types())]
    with db.atomic():
        job = background.begin(actor, KIND, request, {"types": list(names)}, at)
        db.execute("insert into clinical_reindex (job, types) values (%s, %s::int2[])", (job.id, numbers))
    return job


def one(actor: Actor, type_name: str, name: str, at: datetime) -> Report:
    """Mend one resource now. Raises SSK-1002 when there is none, SSK-1003."""
    policy.check(actor, "reindex", "register")
    report = Report()
    key = queries.keys_of(type_name, [name]).get(name)
    with db.atomic():
        where = {"buckets": [bucket_in(key)], "rids": [key], "types": [number_of()[type_name]]} if key else None
        found = walk.rows_of(where, "named") if where else []
        if not found:
            raise Problem("SSK-1002")
        walk.mend(found, report)
        audit.record(actor, KIND, kind=type_name, person=found[0].person, key=key, at=at)
    return report


def run(job: UUID, tell: Callable[[Report], None]) -> Report:
    """Do a run, or what is left of it. `tell` hears after each batch, and may raise to stop.

    Raises SSK-3289 when it is cancelled meanwhile.
    """
    phrases.KNOWN.clear()
    while True:
        try:
            made = turn(job)
        except psycopg.errors.DeadlockDetected:
            continue
        if made.state == DONE:
            return made.report
        tell(made.report)
        if made.state == WAITING:
            time.sleep(POLL_SECONDS)


def turn(job: UUID) -> Turn:
    """Begin, or do one batch: a transaction that also says how far the run is."""
    with db.atomic():
        state = _locked(job)
        report = Report.read(state.report)
        if not state.is_begun:
            state = _begun(state)
        if not state.is_settled and not _settle(state):
            return Turn(WAITING, report)
        again = later.look_again(job, report, BATCH_ROWS)
        while state.place <= len(state.types):
            batch = walk.rows_of(_next(state))
            if batch:
                later.note(job, walk.mend(batch, report))
                _save(state._replace(updated=str(batch[-1].updated), rid=batch[-1].rid), report)
                return Turn(MORE, report)
            state = state._replace(place=state.place + 1, updated="-infinity", rid=UUID(int=0))
        if later.is_left(job):
            _save(state, report)
            return Turn(MORE if again else WAITING, report)
        _finish(state, report)
        return Turn(DONE, report)


def _locked(job: UUID) -> _State:
    """Where a run stands, for this transaction alone; SSK-3289 when it is gone."""
    found = db.tuples(
        """
        select job, types, place, updated::text, rid, begun is not null, settled, pending, report::text
        from clinical_reindex where job = %s for update
        """,
        (job,),
    )
    if not found:
        raise Problem("SSK-3289")
    *columns, report = found[0]
    return _State._make((*columns, msgspec.json.decode(report)))


def _begun(state: _State) -> _State:
    """Note which parameters are new; without any there is nothing to wait for."""
    asked = "select made from clinical_parameter where not searchable and type = any (%s::int2[])"
    pending = [made for (made,) in db.tuples(asked, (state.types,))]
    db.execute(
        "update clinical_reindex set begun = clock_timestamp(), pending = %s::uuid[], settled = %s where job = %s",
        (pending, not pending, state.job),
    )
    return state._replace(pending=pending, is_settled=not pending)


def _settle(state: _State) -> bool:
    """Whether every process knows the new parameters, and nothing that began without them still runs."""
    if not db.value(_KNOWN, (SETTLED * defined.KNOWN_SECONDS, state.job)):
        return False
    defined.forget()
    db.execute("update clinical_reindex set settled = true where job = %s", (state.job,))
    return True


_KNOWN = f"""
with run as (select begun + make_interval(secs => %s) as moment from clinical_reindex where job = %s)
select clock_timestamp() > run.moment and run.moment < ({later.OLDEST}) from run
"""  # noqa: S608 -- OLDEST is a text of later.py, values are bound


def _next(state: _State) -> dict[str, Any]:
    return {
        "type": state.types[state.place - 1],
        "updated": state.updated,
        "rid": state.rid,
        "rows": BATCH_ROWS,
        "bytes": BATCH_BYTES,
    }


def _save(state: _State, report: Report) -> None:
    db.execute(
        "update clinical_reindex set place = %s, updated = %s, rid = %s, report = %s where job = %s",
        (state.place, state.updated, state.rid, _text(report), state.job),
    )
    db.execute("update clinical_job set tries = 0 where id = %s and tries > 0", (state.job,))


def _finish(state: _State, report: Report) -> None:
    """What was new is searchable from now on; rows of resources that do not exist go when everything was walked."""
    if state.is_of_everything:
        report.orphans += sum(_without_resource(table) for table in compare.TABLES)
    db.execute("update clinical_parameter set searchable = true where made = any (%s::uuid[])", (state.pending,))
    _save(state, report)
    defined.forget()


def _without_resource(table: str) -> int:
    return db.execute(
        f"""
        delete from {table} v where not exists (
          select from clinical_resource r where r.bucket = v.bucket and r.rid = v.rid
        )
        """  # noqa: S608 -- a name of TABLES
    )


def report_in(manifest: str) -> Report:
    """The report of an ended job, from its manifest."""
    return Report.read(msgspec.json.decode(manifest)["extension"])


def _text(report: Report) -> str:
    return msgspec.json.encode(report.as_json()).decode()
