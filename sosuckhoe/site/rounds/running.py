"""The one place where what is done by the clock is begun, held back, ended and written down.

Any number of workers look; one runs. Who runs holds locks of PostgreSQL, which end with its session: a run that is
killed leaves its row without an end and no lock, and is gone on with. One that takes too long loses its session.
"""

from __future__ import annotations

import contextlib
import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from importlib import import_module

from sosuckhoe.base import clock, db, wall
from sosuckhoe.base.beside import Beside
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.rounds import Work
from sosuckhoe.site import processes, retention
from sosuckhoe.site.rounds import plan
from sosuckhoe.site.rounds.plan import Last, Round

ROOMS = ("access", "clinical", "exchange", "insight")
LOOK_EVERY_SECONDS = 5.0
OVERTIME = "SSK-4590"
"""What is written of a run that took longer than it may."""

_NUMBER = "hashtextextended(%s, 23)"
_log = logging.getLogger(__name__)


def works() -> list[Work]:
    """What the rooms, and the house over all rooms, do by the clock."""
    return [*(one for room in ROOMS for one in import_module(f"sosuckhoe.{room}.jobs").ROUNDS), *retention.ROUNDS]


def rounds() -> list[Round]:
    """All rounds that this house has. Of one that cannot be asked for (a wrong setting) the journal says so."""
    return [one for work in works() for one in _rounds_of(work)]


def named(name: str) -> Round:
    """One round. SSK-4591 where there is none of that name."""
    found = next((one for one in rounds() if one.name == name), None)
    if found is None:
        raise Problem("SSK-4591", name=name)
    return found


def lasts() -> dict[str, Last]:
    """The last run of every round that was ever begun."""
    return {
        name: Last(*rest) for name, *rest in db.tuples("select name, began, ended, problem, done from access_round")
    }


def run(one: Round, at: datetime, *, is_asked_for: bool = False) -> bool:
    """Do a round here and now, if it is due (or asked for) and nobody else is at it; whether it was done well.

    What fails is written down by its number or kind, and is not raised.
    """
    with _alone(one) as is_ours:
        if not is_ours or not (is_asked_for or plan.next_time(one, lasts().get(one.name), at) <= at):
            return False
        _note_begin(one, at)
        try:
            done = one.work.run(at, one.part) if one.part else one.work.run(at)
        except Exception as error:  # noqa: BLE001 -- whatever fails must not end the worker; its kind is written down
            _note_failure(one, error)
            return False
        _note_end(one, "", done)
        return True


class Rounds:
    """What one worker has begun beside its turns."""

    def __init__(self) -> None:
        self._next = 0.0
        self._threads: dict[str, Beside] = {}
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def turn(self) -> int:
        """Every few seconds: begin what is due, end what takes too long. Always 0: nothing of it holds up a turn."""
        now = time.monotonic()
        if now >= self._next:
            self._next = now + LOOK_EVERY_SECONDS
            self.look(clock.now())
        return 0

    def look(self, at: datetime) -> None:
        """Begin what is due at a moment and nobody runs, and end what has been at it for too long."""
        known = lasts()
        for one in rounds():
            last = known.get(one.name)
            if last and last.ended is None and at - last.began > one.may_take and end_overtime(one):
                continue
            if not self._is_under_way(one) and plan.next_time(one, last, at) <= at and _is_free(one):
                self._begin(one, at)

    def wait(self) -> None:
        """Wait for all that was begun."""
        for thread in self._threads.values():
            thread.wait()
        for child in self._children.values():
            child.wait()

    def _is_under_way(self, one: Round) -> bool:
        thread, child = self._threads.get(one.name), self._children.get(one.name)
        return (thread is not None and thread.is_under_way) or (child is not None and child.poll() is None)

    def _begin(self, one: Round, at: datetime) -> None:
        if one.beside == plan.PROCESS:
            words = [sys.executable, "-m", "sosuckhoe.site.rounds", one.name]
            self._children[one.name] = subprocess.Popen(words, env=processes.child_environment())  # noqa: S603 -- our own words
            return
        thread = self._threads.setdefault(one.name, Beside(one.name))
        thread.begin(lambda: run(one, at))


def end_overtime(one: Round) -> int:
    """End the session that runs a round, wherever; how many there were. The row says why.

    As the role that has signed in: the open one may not end sessions.
    """
    with wall.standing(wall.CLOSED):
        ended = db.tuples(
            f"""
            select pid, pg_terminate_backend(pid) from pg_locks
            where locktype = 'advisory' and granted and objsubid = 1 and pid <> pg_backend_pid()
              and database = (select oid from pg_database where datname = current_database())
              and (classid::int8 << 32) | objid::int8 = {_NUMBER}
            """,  # noqa: S608 -- a word of the code
            (_own(one),),
        )
    if ended:
        _log.warning("the round %s took too long and was ended", one.name)
        _note_end(one, OVERTIME, 0)
    return len(ended)


def _rounds_of(work: Work) -> list[Round]:
    try:
        return plan.rounds_of(work)
    except Exception as error:
        if db.is_unavailable(error):
            raise
        _log.exception("the round %s cannot be asked for", work.name)
        return []


def _own(one: Round) -> str:
    return f"round {one.name}"


def _keys(one: Round) -> list[str]:
    """The round's own lock, by which it is found and ended, and the one that it shares with others."""
    return [_own(one), f"rounds {one.lock}"]


@contextlib.contextmanager
def _alone(one: Round) -> Iterator[bool]:
    """Whether nobody else is at it, nor at a round of its lock, for as long as this lasts."""
    held = [key for key in _keys(one) if db.value(f"select pg_try_advisory_lock({_NUMBER})", (key,))]
    try:
        yield len(held) == len(_keys(one))
    finally:
        with contextlib.suppress(*db.AWAY):  # with its session the lock is gone
            for key in held:
                db.execute(f"select pg_advisory_unlock({_NUMBER})", (key,))


def _is_free(one: Round) -> bool:
    with _alone(one) as is_ours:
        return is_ours


def _note_begin(one: Round, at: datetime) -> None:
    db.execute(
        """
        insert into access_round (name, began) values (%s, %s)
        on conflict (name) do update set began = excluded.began, ended = null, problem = '', done = 0
        """,
        (one.name, at),
    )


def _note_failure(one: Round, error: Exception) -> None:
    word = error.number if isinstance(error, Problem) else type(error).__name__
    _log.warning("the round %s was interrupted (%s)", one.name, word)
    with contextlib.suppress(*db.AWAY):  # without its session it stands as killed
        _note_end(one, word, 0)


def _note_end(one: Round, problem: str, done: int) -> None:
    db.execute(
        "update access_round set ended = %s, problem = %s, done = %s where name = %s",
        (clock.now(), problem, done, one.name),
    )
