"""The one place that runs: one runner among many, what fails, what is killed, what takes too long, what is told."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from click.testing import CliRunner

from sosuckhoe.base import clock, db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.rounds import Work
from sosuckhoe.site import home
from sosuckhoe.site.rounds import plan, running
from sosuckhoe.site.rounds.command import rounds
from tests import served
from tests.site.rounds import stuck

NIGHT = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)  # three in the morning in Vietnam
MINUTE = timedelta(minutes=1)
KEY = "select pg_advisory_lock(hashtextextended(%s, 23))"

pytestmark = pytest.mark.django_db(transaction=True)


def here(monkeypatch, *works):
    monkeypatch.setattr(running, "works", lambda: list(works))
    return running.Rounds()


def looked(worker, at):
    worker.look(at)
    worker.wait()


def last(name="retention"):
    return running.lasts()[name]


def a_round(work, name="retention"):
    [one] = plan.rounds_of(Work(name, work))
    return one


def test_every_round_has_its_time_and_every_time_its_round():
    names = [one.name for one in running.works()]
    assert sorted(names) == sorted(plan.times())


def test_it_is_done_once_a_night_and_written_down(monkeypatch):
    done = []
    worker = here(monkeypatch, Work("retention", lambda at: done.append(at) or 7))
    looked(worker, NIGHT - 10 * MINUTE)
    assert len(done) == 1, "the night before was missed, and is made good"
    looked(worker, NIGHT - 5 * MINUTE)
    assert len(done) == 1
    looked(worker, NIGHT)
    looked(worker, NIGHT + 60 * MINUTE)
    assert done == [NIGHT - 10 * MINUTE, NIGHT]
    assert last()[0::2] == (NIGHT, "")
    assert last().done == 7
    assert last().ended is not None


def test_two_workers_do_it_once(monkeypatch):
    begun, go_on = threading.Event(), threading.Event()

    def work(_at):
        begun.set()
        assert go_on.wait(60)
        return 1

    first, second = here(monkeypatch, Work("retention", work)), running.Rounds()
    first.look(NIGHT)
    assert begun.wait(60)
    second.look(NIGHT + 31 * MINUTE)
    assert not second._threads, "it has no end yet, but it is not dead either"
    assert not running.run(a_round(work), NIGHT, is_asked_for=True)
    go_on.set()
    first.wait()
    assert last()[0::2] == (NIGHT, "")


def test_rounds_of_one_lock_wait_for_each_other(monkeypatch):
    done = []
    worker = here(monkeypatch, Work("population", lambda at: done.append(at) or 0))
    with psycopg.connect(served.test_database_url(), autocommit=True) as other:
        other.execute(KEY, ("rounds population",))
        looked(worker, NIGHT)
        assert done == []
    until(lambda: looked(worker, NIGHT) or done)
    assert done == [NIGHT]


def until(holds):
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_what_fails_says_its_kind_alone_and_comes_again(monkeypatch, caplog):
    tries = []

    def work(at):
        tries.append(at)
        if len(tries) == 1:
            raise ValueError("Bí Mật")
        if len(tries) == 2:
            raise Problem("SSK-4532", system="x")
        return 3

    worker = here(monkeypatch, Work("retention", work))
    monkeypatch.setattr(clock, "now", lambda: NIGHT)
    looked(worker, NIGHT)
    assert last().problem == "ValueError"
    looked(worker, NIGHT + 4 * MINUTE)
    assert len(tries) == 1
    looked(worker, NIGHT + 5 * MINUTE)
    assert last().problem == "SSK-4532"
    looked(worker, NIGHT + 10 * MINUTE)
    assert (last().problem, last().done) == ("", 3)
    assert "Bí Mật" not in caplog.text


def test_a_wrong_setting_of_one_keeps_no_other_from_its_time(monkeypatch, caplog):
    def wrong():
        raise OSError("nowhere")

    worker = here(monkeypatch, Work("pull", lambda at, part: 0, parts=wrong), Work("retention", lambda at: 1))
    looked(worker, NIGHT)
    assert last().done == 1
    assert "pull cannot be asked for" in caplog.text


@pytest.mark.crash
def test_a_round_that_is_killed_half_way_goes_on_and_does_nothing_twice(monkeypatch):
    """SIGKILL behind its first step, while its second one waits for a lock."""
    environment = {**os.environ, "DATABASE_URL": served.test_database_url()}
    with psycopg.connect(served.test_database_url()) as other:
        other.execute("lock table access_failure in share row exclusive mode")
        other.rollback()
        hold = psycopg.connect(served.test_database_url())
        hold.execute("insert into access_failure (key, count, last) values ('other', 1, now())")
        with subprocess.Popen([sys.executable, "-m", "tests.site.rounds.stuck"], env=environment) as child:
            until(lambda: db.value("select true from pg_locks where mode = 'ExclusiveLock' and not granted limit 1"))
            child.kill()
        hold.close()
    assert (last().ended, last().problem) == (None, "")
    until(lambda: running._is_free(a_round(stuck.work)))
    worker, began = here(monkeypatch, Work("retention", stuck.work)), last().began
    looked(worker, began + 4 * MINUTE)
    assert last().ended is None
    looked(worker, began + 5 * MINUTE)
    assert (last().problem, last().done) == ("", 1), "the first step stood"
    assert db.value("select count(*) from access_failure") == 2


def test_what_takes_too_long_loses_its_session_and_goes_on_later(monkeypatch):
    begun = threading.Event()

    def work(_at):
        begun.set()
        db.execute("select pg_sleep(60)")
        return 1

    worker = here(monkeypatch, Work("retention", work))
    worker.look(NIGHT)
    assert begun.wait(60)
    other = running.Rounds()
    other.look(NIGHT + 720 * MINUTE)
    assert last().ended is None, "it may take so long"
    other.look(NIGHT + 721 * MINUTE)
    worker.wait()
    assert last().problem == running.OVERTIME
    until(lambda: running._is_free(a_round(work)))


def test_a_round_that_was_killed_long_ago_is_gone_on_with(monkeypatch):
    db.execute("insert into access_round (name, began) values ('retention', %s)", (NIGHT - timedelta(days=3),))
    worker = here(monkeypatch, Work("retention", lambda at: 5))
    looked(worker, NIGHT)
    assert (last().done, last().problem) == (5, "")


def test_a_round_in_a_process_of_its_own_says_the_same():
    environment = {**os.environ, "DATABASE_URL": served.test_database_url()}
    subprocess.run([sys.executable, "-m", "sosuckhoe.site.rounds", "tokens"], env=environment, check=True, timeout=60)
    assert (last("tokens").problem, last("tokens").done) == ("", 0)
    assert last("tokens").ended is not None


def test_the_command_tells_the_last_run_its_outcome_and_the_next(monkeypatch):
    works = [Work("retention", lambda at: 4), Work("tokens", lambda at: 1 / 0), Work("answers", lambda at: 0)]
    here(monkeypatch, *works)
    ask = CliRunner().invoke
    assert ask(rounds, ["run", "retention"]).exit_code == 0
    assert ask(rounds, ["run", "tokens"]).exception.number == "SSK-4592"
    assert ask(rounds, ["run", "nothing"]).exception.number == "SSK-4591"
    monkeypatch.setattr(clock, "now", lambda: NIGHT)
    db.execute("update access_round set began = %s, ended = %s", (NIGHT - MINUTE, NIGHT - MINUTE / 2))
    failed = "lần cuối · last 2026-03-02 02:59, 30.0 s, lỗi · failed (ZeroDivisionError)"
    assert ask(rounds, ["status"]).output.splitlines() == [
        "retention        Xóa dữ liệu hết thời hạn lưu · What is over its time goes",
        "                 lần cuối · last 2026-03-02 02:59, 30.0 s, xong · done (4); lần tới · next 2026-03-02 03:00",
        "tokens           Xóa mã truy cập cũ của ứng dụng · Old tokens of apps go",
        f"                 {failed}; lần tới · next 2026-03-02 03:04",
        "answers          Xóa câu trả lời và tệp xuất quá một ngày · Answers and exports of yesterday go",
        "                 chưa chạy · not yet; lần tới · next 2026-03-02 03:00",
    ]


def test_the_page_of_operations_names_every_round():
    page = (home.SOURCES / "docs" / "operations.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `(\w+)(?:/…)?` · ", page, re.MULTILINE)
    assert sorted(named) == sorted(plan.times())
