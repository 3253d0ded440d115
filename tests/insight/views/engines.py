"""Both engines asked the same: rows over Python dicts, and SQL in DuckDB."""

from __future__ import annotations

from functools import cache

import orjson

from sosuckhoe.insight.copied import engine
from sosuckhoe.insight.views import rows, statement
from sosuckhoe.insight.views.definition import read


def plain(view, resources):
    """The rows of the plain engine."""
    return list(rows.rows(rows.plan(read(view)), resources))


def by_sql(view, resources):
    """The rows of DuckDB. BeyondSqlError when there is no SQL."""
    ready = rows.plan(read(view))
    made = statement.compiled(ready)
    database = duck()
    database.execute("delete from resource")
    bodies = [[orjson.dumps(one).decode()] for one in resources if one["resourceType"] == ready.view.resource]
    if bodies:
        database.executemany("insert into resource values (?)", bodies)
    return list(engine.rows(database, ready, made))


@cache
def duck():
    """One database for all: a new one for every example costs more than the example."""
    database = engine.connect()
    engine.open_files(database, [])
    return database


def names(view):
    """The names of a view's columns."""
    return [one.name for one in rows.plan(read(view)).columns]
