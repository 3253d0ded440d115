"""Write resources into NDJSON files, as they stood at one moment. https://hl7.org/fhir/uv/bulkdata/STU2/export.html

Rows come out of PostgreSQL by COPY; bodies go out as the bytes that are stored, only unpacked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from sosuckhoe.access import audit
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db
from sosuckhoe.clinical import body as bodies
from sosuckhoe.clinical import codec, elements, jsontext
from sosuckhoe.clinical.bulk import choosing
from sosuckhoe.clinical.bulk.choosing import Rows
from sosuckhoe.clinical.bulk.files import Files, Made
from sosuckhoe.clinical.bulk.wanted import Wanted
from sosuckhoe.clinical.search.parameters import name_of

FILE_BYTES = 16 * 1024 * 1024
"""A file is sent in one piece, so that a slow receiver does not hold a web process."""

MARGIN = timedelta(seconds=10)
"""A writer takes the time of what it writes before its transaction begins: at most so long before."""

_BUNDLE_ENTRIES = 1_000
_LOOK_EVERY = 5_000
_PORTION = 500
Going = Callable[[int], None]
"""Told how many lines there are so far; raises to stop."""


class Export(NamedTuple):
    """What was written. `moment`: everything stored before it is in; some that is newer may be, too."""

    moment: datetime
    files: list[Made]
    deleted: list[Made]
    persons: int


def write(
    actor: Actor,
    wanted: Wanted,
    folder: Path,
    at: datetime,
    *,
    going: Going,
    file_bytes: int = FILE_BYTES,
    job: UUID | None = None,
) -> Export:
    """Write the files into an empty folder, in one transaction with a line of the trace for every person in them.

    A `job` of a facility is told whose data it has. Raises SSK-1003, SSK-3228.
    """
    moment = settled_before()
    with db.snapshot():
        make_ready()
        parts = choosing.chosen(actor, wanted, at)
        files, gone = Files(folder, file_bytes), Files(folder, file_bytes, "deleted.")
        try:
            for part in parts:
                _copy(part, wanted, files, going)
            _write_deleted(choosing.deleted(actor, wanted), gone)
            made = Export(moment, files.close(), gone.close(), trace(actor, parts, at, job))
        finally:
            files.abandon()
            gone.abandon()
    return made


def settled_before() -> datetime:
    """Before this moment nothing is under way any more: asked before the snapshot is taken."""
    found: datetime = db.value(
        """
        select least(min(xact_start), clock_timestamp()) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
          and application_name <> 'sosuckhoe export'
        """
    )
    return found - MARGIN


def make_ready() -> None:
    """This transaction is that of an export, which no other export waits for, and has what bodies are unpacked by."""
    db.execute("select set_config('application_name', 'sosuckhoe export', true)")
    codec.read_dictionaries()


def resources(part: Rows) -> Iterator[bytes]:
    """The bodies of a part as they are stored, unpacked. Other statements may be run while they come."""
    text = f"select r.codec, r.rid, r.body from clinical_resource r where {part.where}"  # noqa: S608 -- values are bound
    for rows in db.portions(text, part.values, _PORTION):
        yield from codec.unpacked_many(rows)


def _copy(part: Rows, wanted: Wanted, files: Files, going: Going) -> None:
    """The rows of a part, as they come: PostgreSQL waits when the disk is slow."""
    text = f"""
    copy (select r.type, r.codec, r.rid, r.body from clinical_resource r where {part.where}) to stdout (format binary)
    """  # noqa: S608 -- values are bound
    names, unpacked, add = name_of(), codec.unpacked, files.add
    with db.copy_out(text, part.values, ("int2", "int2", "uuid", "bytea")) as rows:
        for number, packing, key, body in rows:
            type_name = names[number]
            plain = unpacked(packing, key, body)
            add(type_name, _shortened(type_name, plain, wanted.elements) if wanted.elements else plain)
            if not files.count % _LOOK_EVERY:
                going(files.count)


def _shortened(type_name: str, plain: bytes, asked: dict[str, tuple[str, ...]]) -> bytes:
    """Only the elements that were asked for, and those that a resource must have; marked as a part."""
    if "" not in asked and type_name not in asked:
        return plain
    body = jsontext.read(plain)
    must = {name for name, element in elements.of(type_name).items() if element.least}
    kept = {"resourceType", "id", *asked.get("", ()), *asked.get(type_name, ()), *must}
    made = {key: value for key, value in body.items() if key in kept or key.lstrip("_") in kept}
    meta = body.get("meta", {})
    made["meta"] = {**meta, "tag": [*meta.get("tag", ()), _SUBSETTED]}
    return bodies.dumps(made)


def _write_deleted(rows: Rows | None, gone: Files) -> None:
    """Deletions since, as transaction bundles: the `deleted` of the manifest."""
    if rows is None:
        return
    found = db.tuples(
        f"""
        select r.type, coalesce(address.id, r.rid::text)
        from clinical_resource r
        left join clinical_address address
          on address.type = r.type and address.rid = r.rid and address.bucket = r.bucket
        where {rows.where}
        """,  # noqa: S608 -- values are bound
        rows.values,
    )
    urls = [f"{name_of()[number]}/{name}" for number, name in found]
    for at in range(0, len(urls), _BUNDLE_ENTRIES):
        gone.add("Bundle", _bundle(urls[at : at + _BUNDLE_ENTRIES]))


def _bundle(urls: Iterable[str]) -> bytes:
    entries = [{"request": {"method": "DELETE", "url": url}} for url in urls]
    return orjson.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries})


def trace(actor: Actor, parts: list[Rows], at: datetime, job: UUID | None) -> int:
    """A line for every person of whom something is in the files; how many."""
    if not parts:
        return 0
    values: dict[str, Any] = {name: value for part in parts for name, value in part.values.items()}
    whose = "\nunion ".join(
        f"select distinct r.bucket, r.person from clinical_resource r where r.person <> 0 and {part.where}"  # noqa: S608 -- values are bound
        for part in parts
    )
    if job is not None and actor.facility:
        into = "insert into clinical_job_person (job, bucket, person) select %(job)s::uuid, bucket, person"
        db.execute(f"{into} from ({whose}) met", values | {"job": job})
    line_of = audit.Line(actor, "export", "record", detail=str(job or ""))
    told = dict(zip(audit.COLUMNS, audit.values(line_of, at), strict=True))
    marks = ", ".join(f"%({name})s::{kind}" for name, kind in zip(audit.COLUMNS[2:], audit.TYPES[2:], strict=True))
    return db.execute(
        f"insert into access_audit ({', '.join(audit.COLUMNS)}) select bucket, person, {marks} from ({whose}) met",  # noqa: S608 -- values are bound
        values | told,
    )


_SUBSETTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}
