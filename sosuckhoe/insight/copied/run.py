"""Run a view over the analytical copy."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.fhirpath import Outside
from sosuckhoe.insight.copied import engine, place
from sosuckhoe.insight.views import rows, statement
from sosuckhoe.insight.views.piece import BeyondSqlError
from sosuckhoe.insight.views.rows import Plan, Row


def run(folder: Path, ready: Plan, outside: Callable[[], Outside] = Outside) -> Iterator[Row]:
    """The rows of a view: by SQL, or by the plain engine where an expression has no SQL. SSK-5021 without a copy.

    `outside` is asked by the plain engine for who knows stored value sets and profiles; what asks for them has no SQL.
    """
    copy = place.current(folder)
    if copy is None:
        raise Problem("SSK-5021")
    file = copy.file(ready.view.resource)
    with engine.telling(ready.view.resource), engine.connect(copy.folder) as database:
        engine.open_files(database, [file] if file else [])
        try:
            made = statement.compiled(ready)
        except BeyondSqlError:
            yield from rows.rows(ready, _bodies(database), outside())
        else:
            yield from engine.rows(database, ready, made)


def _bodies(database: duckdb.DuckDBPyConnection) -> Iterator[dict[str, object]]:
    found = database.execute("select body from resource")
    while batch := found.fetchmany(engine.BATCH):
        for (body,) in batch:
            yield json.loads(body)
