"""Statements of hot paths: prepared once a connection, values packed by the caller, results in binary.

psycopg's cursors adapt each value and wait in Python: 25 µs a statement more than this.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import blake2b
from weakref import WeakKeyDictionary

import psycopg
from psycopg import errors, pq

from sosuckhoe.base import db

Value = bytes | None
Row = tuple[Value, ...]

MOST = 300
"""So many statements a connection keeps; then all are forgotten, and prepared again when they are run."""

_PLACE = re.compile(r"%\((\w+)\)s")
_known: WeakKeyDictionary[psycopg.Connection[object], set[bytes]] = WeakKeyDictionary()


class Prepared:
    """A statement with places `%(name)s`. PostgreSQL tells their types from the text: where it cannot, say `::int8`."""

    def __init__(self, text: str) -> None:
        self.places = tuple(dict.fromkeys(_PLACE.findall(text)))
        numbers = {name: number for number, name in enumerate(self.places, 1)}
        self._text = _PLACE.sub(lambda found: f"${numbers[found[1]]}", text).encode()
        self._name = b"house_" + blake2b(self._text, digest_size=12).hexdigest().encode()
        self._formats = [pq.Format.BINARY] * len(self.places)

    def __call__(self, given: Mapping[str, Value]) -> list[Row]:
        """The rows, each value in binary. Raises psycopg's errors."""
        result = self.result(given)
        columns = range(result.nfields)
        return [tuple(result.get_value(row, column) for column in columns) for row in range(result.ntuples)]

    def result(
        self, given: Mapping[str, Value], connection: psycopg.Connection[object] | None = None
    ) -> pq.abc.PGresult:
        """What PostgreSQL answers, in binary, on the thread's connection if none is given. Raises psycopg's errors.

        Within a transaction it is planned anew: psycopg drops all prepared statements when one is rolled back, and
        what is missing there could not be prepared again.
        """
        connection = connection or db.connection()
        values = [given[name] for name in self.places]
        raw = connection.pgconn
        if connection.autocommit:
            result = self._run_alone(connection, values)
        else:
            if raw.transaction_status == pq.TransactionStatus.IDLE:
                _checked(raw.exec_(b"begin"))
            result = raw.exec_params(self._text, values, None, self._formats, pq.Format.BINARY)
        _checked(result)
        return result

    def _run_alone(self, connection: psycopg.Connection[object], values: list[Value]) -> pq.abc.PGresult:
        raw = connection.pgconn
        known = _known.setdefault(connection, set())
        if self._name not in known:
            self._prepare(raw, known)
        result = self._execute(raw, values)
        if result.status == pq.ExecStatus.FATAL_ERROR and _state(result) == errors.InvalidSqlStatementName.sqlstate:
            known.clear()
            self._prepare(raw, known)
            result = self._execute(raw, values)
        return result

    def _execute(self, raw: pq.abc.PGconn, values: list[Value]) -> pq.abc.PGresult:
        return raw.exec_prepared(self._name, values, self._formats, pq.Format.BINARY)  # type: ignore[arg-type]  # None is null, as in exec_params

    def _prepare(self, raw: pq.abc.PGconn, known: set[bytes]) -> None:
        if len(known) >= MOST:
            for name in known:
                raw.exec_(b"deallocate " + name)
            known.clear()
        made = raw.prepare(self._name, self._text)
        if _state(made) != errors.DuplicatePreparedStatement.sqlstate:
            _checked(made)
        known.add(self._name)


def _checked(result: pq.abc.PGresult) -> None:
    if result.status not in {pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK}:
        raise errors.error_from_result(result)


def _state(result: pq.abc.PGresult) -> str:
    return (result.error_field(pq.DiagnosticField.SQLSTATE) or b"").decode()
