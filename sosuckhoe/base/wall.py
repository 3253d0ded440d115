"""The second wall: as which role of the database a thread works, and whose rows it then has in sight.

The role that web and worker sign in with sees no person's row: policies of row-level security let it see those of the
persons in sight, and nobody is in sight until somebody says who. Work over many persons (searches, filing, the worker)
is done as a second role, `<role>_open`, which that policy does not bind. The step from one to the other is taken just
before the next statement, and only when it changes something. See docs/adr/0009-two-roles-one-wall.md.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import psycopg
from psycopg import pq, sql
from psycopg.rows import tuple_row


class Stand(NamedTuple):
    """Where a thread stands: before the open role's rows, or behind the wall with some persons in sight."""

    is_open: bool
    persons: tuple[int, ...] = ()


OPEN = Stand(is_open=True)
CLOSED = Stand(is_open=False)
_STEP = """
select set_config('role', case when %s then coalesce((
    select rolname from pg_roles where rolname = session_user || '_open'
  ), 'none') else 'none' end, false), set_config('wall.persons', %s, false), set_config('wall.holders', '', false)
"""
"""Without an open role, as before the first migration and where the owner of the tables works, there is no wall."""

_BACK, _NO_ROLE = b"set role none", "none"


class _Here(threading.local):
    """`open_role`: the statement that steps back into the open role of `on`, once a step has found it."""

    wanted: Stand | None = OPEN
    actual: Stand | None = None
    on: object = None
    open_role: bytes | None = None


_here = _Here()


def sees(persons: Iterable[int]) -> Stand:
    """Behind the wall, with these persons in sight."""
    return Stand(is_open=False, persons=tuple(sorted(persons)))


def put(stand: Stand | None) -> Stand | None:
    """Stand there from the next statement on; where the thread stood before. None: as whoever has signed in."""
    before, _here.wanted = _here.wanted, stand
    return before


@contextmanager
def standing(stand: Stand | None) -> Iterator[None]:
    """Stand there for a while."""
    before = put(stand)
    try:
        yield
    finally:
        put(before)


def forget() -> None:
    """What was rolled back may have taken a step with it: it is taken again before the next statement."""
    _here.on = None


def step(connection: psycopg.Connection[Any]) -> None:
    """Bring a connection to where the thread wants to stand: one round trip when it stands elsewhere, else none."""
    wanted = _here.wanted
    is_same_line = _here.on is connection
    if is_same_line and (_here.actual is wanted or _here.actual == wanted):
        return
    if wanted is not None and not (is_same_line and _change_role(connection, wanted)):
        _say_all(connection, wanted)
    _here.on, _here.actual = connection, wanted


def _change_role(connection: psycopg.Connection[Any], wanted: Stand) -> bool:
    """Take a step that changes the role alone, as between a read by id and a write: a third of what `_STEP` costs.

    Never within a transaction, where a statement of before may have put persons in sight until its end.
    """
    actual = _here.actual
    if not connection.autocommit or actual is None or actual.persons != wanted.persons:
        return False
    if wanted.is_open and _here.open_role is None:
        return False
    done = connection.pgconn.exec_((wanted.is_open and _here.open_role) or _BACK)
    if done.status != pq.ExecStatus.COMMAND_OK:
        raise psycopg.errors.error_from_result(done)
    return True


def _say_all(connection: psycopg.Connection[Any], wanted: Stand) -> None:
    """Say the role and who is in sight; remember how the open role is called here."""
    persons = "{" + ",".join(map(str, wanted.persons)) + "}"
    cursor = psycopg.Cursor(connection, row_factory=tuple_row)
    found = cursor.execute(_STEP, (wanted.is_open, persons)).fetchone()
    name = found[0] if found else _NO_ROLE
    if wanted.is_open:
        _here.open_role = None if name == _NO_ROLE else sql.SQL("set role {}").format(sql.Identifier(name)).as_bytes()
    elif _here.on is not connection:
        _here.open_role = None
