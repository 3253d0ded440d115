"""Make the analytical copy: what may be copied of every resource, into Parquet files, beside the old copy; then swap.

What has not changed since the last copy is taken from its files: PostgreSQL reads only rows that are newer.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from sosuckhoe.access import audit, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db
from sosuckhoe.clinical import codec
from sosuckhoe.clinical.bulk.export import settled_before
from sosuckhoe.clinical.search.parameters import number_of
from sosuckhoe.insight.copied import engine, place, shape
from sosuckhoe.insight.copied.place import Copy

WHOLE_AFTER = timedelta(days=7)
"""So often everything is read anew: a row that was removed for good leaves no mark that could be followed."""

Rows = Iterator[tuple[Any, ...]]


def copy(actor: Actor, folder: Path, at: datetime, *, whole: bool = False) -> Copy:
    """Make a copy and swap it in. `whole`: read everything, also what has not changed. Raises SSK-1003."""
    policy.check(actor, "export", "record")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    old = place.current(folder)
    if whole or old is None or at - old.whole > WHOLE_AFTER:
        old = None
    made = folder / at.strftime("%Y%m%dT%H%M%S%f")
    made.mkdir(mode=0o700)
    try:
        finished = _written(actor, made, old, place.key_in(folder), at)
        place.swap_in(folder, finished)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    return finished


def _written(actor: Actor, made: Path, old: Copy | None, key: bytes, at: datetime) -> Copy:
    moment = settled_before()
    counts = {}
    with db.snapshot():
        codec.read_dictionaries()
        for type_name in shape.copied_types():
            count = _write_type(type_name, made, old, key)
            if count:
                counts[type_name] = count
        audit.record(actor, "export", kind="record", person=None, at=at, detail="analytical copy")
    return Copy(made, moment, at if old is None else old.whole, counts)


def _write_type(type_name: str, made: Path, old: Copy | None, key: bytes) -> int:
    """The file of one type; how many resources are in it."""
    lines = made / f"{type_name}.ndjson"
    read = _write_lines(type_name, lines, old, key)
    before = old.file(type_name) if old else None
    target = made / f"{type_name}.parquet"
    try:
        if not read and before is not None and old is not None:
            target.hardlink_to(before)
            return old.counts.get(type_name, 0)
        return _merge(lines, before, target) if read else 0
    finally:
        lines.unlink()


def _write_lines(type_name: str, lines: Path, old: Copy | None, key: bytes) -> int:
    """What is new or gone: `{"key": …, "body": {…} | null}` on each line. How many."""
    count = 0
    with lines.open("wb") as out, db.copy_out(*_asked(type_name, old), ("int2", "uuid", "bytea", "text")) as rows:
        for packing, rid, body, name in rows:
            out.write(_line(type_name, (packing, rid, body), name, key))
            count += 1
    return count


def _asked(type_name: str, old: Copy | None) -> tuple[str, dict[str, Any]]:
    """The rows of a type: all that there are, or what has changed. What is labelled sensitive is as if it were gone."""
    values = {"type": number_of()[type_name], "since": old.moment if old else None}
    changed = "r.updated > %(since)s" if old else "r.body is not null and r.label = 0"
    return (
        f"""
        copy (
          select r.codec, r.rid, case when r.label = 0 then r.body end, coalesce(address.id, r.rid::text)
          from clinical_resource r
          left join clinical_address address
            on address.type = r.type and address.rid = r.rid and address.bucket = r.bucket
          where r.type = %(type)s and {changed}
        ) to stdout (format binary)
        """,  # noqa: S608 -- values are bound
        values,
    )


def _line(type_name: str, kept: tuple[int, UUID, bytes | None], name: str, key: bytes) -> bytes:
    packing, rid, body = kept
    if body is None:
        return orjson.dumps({"key": shape.pseudonym(type_name, name, key), "body": None}) + b"\n"
    found = shape.shaped(orjson.loads(codec.unpacked(packing, rid, body)), key)
    return orjson.dumps({"key": found["id"], "body": found}) + b"\n"


def _merge(lines: Path, before: Path | None, target: Path) -> int:
    """The old file without what is new or gone, and what is new: one file. How many resources are in it."""
    folders = [target.parent] if before is None else [target.parent, before.parent]
    with engine.telling(target.stem), engine.connect(*folders) as database:
        database.execute(_LINES.format(_quoted(lines)))
        if before is not None:
            database.execute(_BEFORE.format(_quoted(before)))
        database.execute((_FIRST if before is None else _NEXT).format(_quoted(target)))
        found = database.execute(_COUNT.format(_quoted(target))).fetchone()
    return int(found[0]) if found else 0


_LINES = """
create view line as
select key, body from read_json({}, format = 'newline_delimited', columns = {{key: 'VARCHAR', body: 'JSON'}},
                                maximum_object_size = 67108864)
"""
_BEFORE = "create view before as select key, body from read_parquet({})"
_FIRST = """
copy (select key, body from line where body is not null order by key) to {} (format parquet, compression zstd)
"""
_NEXT = """
copy (
  select key, body from line where body is not null
  union all
  select key, body from before where key not in (select key from line)
  order by key
) to {} (format parquet, compression zstd)
"""
_COUNT = "select count(*) from read_parquet({})"


def _quoted(path: Path) -> str:
    """A path of the house's own as SQL: views and COPY take no bound values."""
    return "'" + str(path).replace("'", "''") + "'"
