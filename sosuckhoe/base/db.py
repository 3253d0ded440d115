"""The only way to the database.

Pages use Django's ORM and the machine interfaces use SQL; both run on the same psycopg connection of
the thread, so one transaction covers an ORM row, a FHIR row, an audit row and a queued job.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db import connection as django_connection
from psycopg.rows import namedtuple_row, tuple_row

from sosuckhoe.base import wall

Values = Sequence[Any] | Mapping[str, Any]
_COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_END = b"\xff\xff"
AWAY = (psycopg.OperationalError, psycopg.InterfaceError)
_BEYOND_LIMITS = "54"
"""The class of errors «program limit exceeded» (PostgreSQL, appendix A)."""


def connection() -> psycopg.Connection[Any]:
    """The thread's open connection; statements outside `atomic()` commit one by one."""
    wrapper = connections[DEFAULT_DB_ALIAS]
    if wrapper.connection is None:
        wrapper.ensure_connection()
    raw = cast("psycopg.Connection[Any]", wrapper.connection)
    wall.step(raw)
    return raw


def atomic() -> AbstractContextManager[Any]:
    """One transaction; nested calls are savepoints. An exception rolls back."""
    return transaction.atomic()


def is_atomic() -> bool:
    """Whether this thread is within `atomic()`: what it does is then a part of something larger."""
    return bool(connections[DEFAULT_DB_ALIAS].in_atomic_block)


@contextmanager
def snapshot() -> Iterator[None]:
    """One transaction that sees the database as it was when it began; inside another one, what that one sees."""
    is_outermost = not django_connection.in_atomic_block
    with atomic():
        if is_outermost:
            execute("set transaction isolation level repeatable read")
        yield


def forget_broken_connection() -> None:
    """Drop a connection that the server has closed, so that the next request opens a new one.

    Statements run past Django's cursors, so Django has not seen them fail: psycopg's own word is asked too.
    """
    wrapper = connections[DEFAULT_DB_ALIAS]
    if wrapper.connection is not None and wrapper.connection.closed:
        wrapper.close()
    wrapper.close_if_unusable_or_obsolete()


def is_unavailable(error: BaseException | None) -> bool:
    """Whether the database could not be asked or was too busy, so that nothing of what was asked is to blame.

    psycopg counts what is too large for it (a key of an index, a statement) among these errors too; that does not pass.
    """
    is_operational = isinstance(error, AWAY)
    return is_operational and not (getattr(error, "sqlstate", None) or "").startswith(_BEYOND_LIMITS)


def close() -> None:
    """Close this thread's connection, as before a fork; the next statement opens a new one."""
    django_connection.close()


def execute(sql: str, values: Values = ()) -> int:
    """Run a statement; the number of rows it touched."""
    with psycopg.Cursor(connection()) as cursor:
        return cursor.execute(sql, values or None).rowcount


def rows(sql: str, values: Values = ()) -> list[Any]:
    """All rows as named tuples."""
    with psycopg.Cursor(connection(), row_factory=namedtuple_row) as cursor:
        return cursor.execute(sql, values or None).fetchall()


def tuples(sql: str, values: Values = (), *, binary: bool = False) -> list[tuple[Any, ...]]:
    """All rows as plain tuples: for hot paths, where naming the columns costs as much as the query.

    `binary` brings them in the binary format, as rows with bytea want: as text every byte is two.
    """
    with psycopg.Cursor(connection(), row_factory=tuple_row) as cursor:
        return cursor.execute(sql, values or None, binary=binary).fetchall()


def one(sql: str, values: Values = ()) -> Any:
    """The first row as a named tuple, or None."""
    with psycopg.Cursor(connection(), row_factory=namedtuple_row) as cursor:
        return cursor.execute(sql, values or None).fetchone()


def value(sql: str, values: Values = ()) -> Any:
    """The first column of the first row, or None."""
    with psycopg.Cursor(connection(), row_factory=tuple_row) as cursor:
        row = cursor.execute(sql, values or None).fetchone()
    return row[0] if row else None


def copy(table: str, columns: Sequence[str], types: Sequence[str], lines: Iterable[Sequence[Any]]) -> None:
    """Write rows by binary COPY: one round trip for any number. `types` are PostgreSQL type names."""
    statement = f"copy {table} ({', '.join(columns)}) from stdin (format binary)"
    with psycopg.Cursor(connection()) as cursor, cursor.copy(statement) as out:
        out.set_types(list(types))
        for line in lines:
            out.write_row(line)


def copy_packed(table: str, columns: Sequence[str], packed_rows: Sequence[bytes]) -> None:
    """Write rows that are already in the binary format of COPY (without its header and trailer)."""
    if not packed_rows:
        return
    statement = f"copy {table} ({', '.join(columns)}) from stdin (format binary)"
    with psycopg.Cursor(connection()) as cursor, cursor.copy(statement) as out:
        out.write(b"".join((_COPY_HEADER, *packed_rows, _COPY_END)))


@contextmanager
def copy_out(statement: str, values: Values, types: Sequence[str]) -> Iterator[Iterator[tuple[Any, ...]]]:
    """The rows of a `copy … to stdout (format binary)` as they come, never all at once."""
    with psycopg.Cursor(connection()) as cursor, cursor.copy(statement, values or None) as out:
        out.set_types(list(types))
        yield out.rows()


def portions(statement: str, values: Values, size: int) -> Iterator[list[tuple[Any, ...]]]:
    """All rows, `size` at a time, within a transaction: other statements may be run between two portions.

    Whoever stops before the end leaves it to the end of the transaction.
    """
    name = f"portions_{uuid4().hex}"
    execute(f"declare {name} no scroll cursor for {statement}", values)
    while found := tuples(f"fetch {size:d} from {name}", binary=True):
        yield found
    execute(f"close {name}")


def copy_out_packed(statement: str, values: Values) -> list[bytes]:
    """The rows of a `copy … to stdout (format binary)`, each as `copy_packed` takes it."""
    with psycopg.Cursor(connection()) as cursor, cursor.copy(statement, values or None) as out:
        found = [bytes(one) for one in iter(out.read, b"")]
    found[0] = found[0][len(_COPY_HEADER) :]
    return [one for one in found if one not in (b"", _COPY_END)]


@cache
def statement(room_file: str, name: str) -> str:
    """The text of `schema/<name>.sql` or `sql/<name>.sql` beside a room's module (pass its `__file__`)."""
    folder = Path(room_file).parent
    for place in (folder / "sql" / f"{name}.sql", folder / "schema" / f"{name}.sql"):
        if place.exists():
            return place.read_text(encoding="utf-8")
    raise FileNotFoundError(f"{folder}/sql/{name}.sql")
