"""Views run by DuckDB over files. https://duckdb.org/docs/stable/operations_manual/securing_duckdb/overview

The database lives in memory, is held to a bound, fetches nothing and reads the named folder alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from sosuckhoe.base.errors import Problem
from sosuckhoe.insight.views import formats
from sosuckhoe.insight.views.columns import Placed
from sosuckhoe.insight.views.piece import SQL_TYPES
from sosuckhoe.insight.views.rows import Plan, Row
from sosuckhoe.insight.views.statement import Statement

MEMORY = "1GB"
THREADS = 2
BATCH = 2_000


def connect(*folders: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory that reads and writes within these folders only; none: no file at all."""
    made = duckdb.connect(
        config={
            "memory_limit": MEMORY,
            "threads": THREADS,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    if folders:
        made.execute("set allowed_directories = $folders", {"folders": [f"{one}/" for one in folders]})
        made.execute("set temp_directory = $folder", {"folder": str(folders[0] / "spill")})
    made.execute("set enable_external_access = false")
    made.execute("set lock_configuration = true")
    return made


def open_files(database: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> None:
    """Make the relation `resource` of Parquet files with a column `body`."""
    if files:
        database.read_parquet([str(one) for one in files]).create_view("resource")
    else:
        database.execute("create table resource (body varchar)")


def rows(database: duckdb.DuckDBPyConnection, ready: Plan, statement: Statement) -> Iterator[Row]:
    """The rows of a view over the relation `resource`. Raises SSK-3294, SSK-3295, SSK-5040 to SSK-5042."""
    with telling(f"ViewDefinition ({ready.view.resource})"):
        found = database.execute(statement.sql, statement.values)
        while batch := found.fetchmany(BATCH):
            for row in batch:
                yield tuple(_cell(value, one) for value, one in zip(row, ready.columns, strict=True))


@contextmanager
def telling(place: str) -> Iterator[None]:
    """What DuckDB says may hold values of records, so nobody is told it: a Problem of ours stands for it."""
    try:
        yield
    except duckdb.Error as error:
        raise told(error, place) from None


def told(error: duckdb.Error, place: str) -> Problem:
    """What to say of a failure at a place.

    Several values where one was wanted (SSK-3294), values that do not suit (SSK-3295), no memory (SSK-5040), a file
    that cannot be read or written (SSK-5041), anything else (SSK-5042).
    """
    text = str(error)
    if "SSK-3294 " in text:
        return Problem("SSK-3294", place=text.rpartition("SSK-3294 ")[2].split()[0])
    if "several" in text or isinstance(error, duckdb.ConversionException):
        return Problem("SSK-3295", place=place)
    if isinstance(error, duckdb.OutOfMemoryException):
        return Problem("SSK-5040", place=place, limit=MEMORY)
    if isinstance(error, duckdb.IOException):
        return Problem("SSK-5041", place=place)
    return Problem("SSK-5042", place=place, kind=type(error).__name__)


def _cell(value: Any, column: Placed) -> Any:
    """JSON that the database gave as text is JSON again."""
    if column.family != "any" or value is None:
        return value
    return [json.loads(one) for one in value] if column.is_collection else json.loads(value)


def write_parquet(columns: Sequence[Placed], found: Iterable[Row], folder: Path) -> Path:
    """A Parquet file of rows, in a folder of its own."""
    lines, target = folder / "rows.ndjson", folder / "rows.parquet"
    with lines.open("wb") as out:
        out.writelines(formats.as_ndjson(columns, found))
    kinds = ", ".join(f"\"{one.name}\": '{_sql_type(one)}'" for one in columns)
    with telling("Parquet"), connect(folder) as database:
        source = f"read_json('{lines}', format = 'newline_delimited', columns = {{{kinds}}})"
        database.execute(f"copy (select * from {source}) to '{target}' (format parquet, compression zstd)")  # noqa: S608 -- names are checked, paths are ours
    lines.unlink()
    return target


def _sql_type(column: Placed) -> str:
    return SQL_TYPES[column.family] + ("[]" if column.is_collection else "")
