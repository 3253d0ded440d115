"""Rows to look at again, when every transaction that ran while they were mended has ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sosuckhoe.base import db
from sosuckhoe.clinical.reindexing import compare, walk
from sosuckhoe.clinical.reindexing.compare import Held
from sosuckhoe.clinical.reindexing.report import Report

OLDEST = """
select coalesce(min(xact_start), 'infinity') from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
  and application_name <> 'sosuckhoe export'
"""
"""When the oldest transaction began that may still write; exports only read."""

_DUE = f"""
with due as (
  delete from clinical_reindex_again kept using (
    select job, bucket, rid from clinical_reindex_again where job = %s and at < ({OLDEST}) limit %s
  ) ripe where kept.job = ripe.job and kept.bucket = ripe.bucket and kept.rid = ripe.rid
  returning kept.bucket, kept.rid, kept.type
)
select due.bucket, due.rid, due.type, r.rid is not null from due
left join clinical_resource r on r.bucket = due.bucket and r.rid = due.rid and r.type = due.type
"""  # noqa: S608 -- OLDEST is above, values are bound


def note(job: UUID, rows: Sequence[Held]) -> None:
    """Look at these again."""
    values = ([one.bucket for one in rows], [one.rid for one in rows], [one.type for one in rows])
    db.execute(
        """
        insert into clinical_reindex_again (job, bucket, rid, type)
        select %s, * from unnest(%s::int4[], %s::uuid[], %s::int2[])
        on conflict (job, bucket, rid) do update set at = excluded.at
        """,
        (job, *values),
    )


def look_again(job: UUID, report: Report, most: int) -> int:
    """Look at those whose time has come; how many. What is wrong is mended, and looked at once more."""
    found = db.tuples(_DUE, (job, most))
    if not found:
        return 0
    gone = [(bucket, rid) for bucket, rid, _, is_there in found if not is_there]
    for table in compare.TABLES if gone else ():
        report.orphans += _remove(table, gone)
    again = Report()
    buckets, rids, numbers, _ = zip(*found, strict=True)
    rows = walk.rows_of({"buckets": list(buckets), "rids": list(rids), "types": list(numbers)}, "named")
    note(job, walk.mend(rows, again))
    report.add_again(again)
    return len(found)


def is_left(job: UUID) -> bool:
    """Whether some still wait."""
    return bool(db.value("select exists (select from clinical_reindex_again where job = %s)", (job,)))


def _remove(table: str, keys: Sequence[tuple[int, UUID]]) -> int:
    """What a resource left that was removed for good."""
    arrays: Any = ([bucket for bucket, _ in keys], [rid for _, rid in keys])
    return db.execute(
        f"delete from {table} where (bucket, rid) in (select * from unnest(%s::int4[], %s::uuid[]))",  # noqa: S608 -- names of tables, values are bound
        arrays,
    )
