"""The worker: calls every room, is woken, survives faults, stops."""

from __future__ import annotations

import subprocess
import sys

import psycopg
import pytest

from sosuckhoe.access import data_keys
from sosuckhoe.site import processes, worker
from tests.served import free_port
from tests.served import test_database_url as database_url


class Clockwork:
    """Stands in for the signal: stops the loop after so many rounds of waiting."""

    def __init__(self, rounds):
        self.rounds, self.waits = rounds, []

    @property
    def is_set(self):
        return len(self.waits) >= self.rounds

    def wait(self, seconds, *others):
        self.waits.append((seconds, others))


def test_it_waits_for_news_only_when_nothing_is_left(transactional_db):
    left = [3, 2, 1]
    stop = Clockwork(4)
    with worker._ear() as ear:
        worker._work_while_connected(stop, [lambda: left.pop() if left else 0], ear)
        news = (ear.fileno(),)
    assert [others for _, others in stop.waits] == [(), (), (), news]
    assert all(seconds <= worker.TURN_SECONDS for seconds, others in stop.waits if not others)


def test_a_fault_in_one_room_does_not_stop_the_others(transactional_db, caplog):
    def broken():
        raise ValueError("Bí Mật")

    done = []
    with worker._ear() as ear:
        worker._work_while_connected(Clockwork(2), [broken, lambda: done.append(1) or 0], ear)
    assert len(done) == 2


def test_what_is_too_large_for_the_database_stops_no_other_room(transactional_db):
    def too_large():
        raise psycopg.errors.ProgramLimitExceeded

    done = []
    with worker._ear() as ear:
        worker._work_while_connected(Clockwork(2), [too_large, lambda: done.append(1) or 0], ear)
    assert len(done) == 2


def test_a_lost_database_is_for_the_loop_outside(transactional_db):
    def away():
        raise psycopg.OperationalError

    with worker._ear() as ear, pytest.raises(psycopg.OperationalError):
        worker._work_while_connected(Clockwork(1), [away], ear)


def test_a_notification_can_be_heard(transactional_db):
    with worker._ear() as ear, psycopg.connect(database_url(), autocommit=True) as other:
        other.execute(f"notify {worker.CHANNEL}")
        assert [heard.channel for heard in ear.notifies(timeout=5, stop_after=1)] == [worker.CHANNEL]


def test_every_room_that_has_jobs_is_drained():
    from importlib.util import find_spec

    with_jobs = [room for room in worker.ROOMS if find_spec(f"sosuckhoe.{room}.jobs")]
    assert [drain.__module__ for drain in worker._drains()] == [
        *(f"sosuckhoe.{room}.jobs" for room in with_jobs),
        "sosuckhoe.site.rounds.running",
    ]
    assert "exchange" in with_jobs


@pytest.mark.parametrize("command", ["web", "worker"])
def test_alone_it_does_not_start_with_other_keys_than_the_databases(transactional_db, command):
    data_keys.check()
    given = {"DATABASE_URL": database_url(), "PORT": str(free_port()), "SOSUCKHOE_INDEX_KEY": "5e" * 32}
    done = subprocess.run(
        [sys.executable, "-m", "sosuckhoe.site.command_line", command],
        env=processes.child_environment(**given), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode
    assert "SSK-2304" in done.stderr
