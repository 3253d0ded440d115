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


class _Here(threading.local):
    wanted: Stand | None = OPEN
    actual: Stand | None = None
    on: object = None


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
    if (_here.actual is wanted or _here.actual == wanted) and _here.on is connection:
        return
    if wanted is not None:
        persons = "{" + ",".join(map(str, wanted.persons)) + "}"
        psycopg.Cursor(connection).execute(_STEP, (wanted.is_open, persons))
    _here.on, _here.actual = connection, wanted
