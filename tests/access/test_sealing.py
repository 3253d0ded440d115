"""The sealer: every line once, whatever order it is committed in, whoever is killed, whether the witness is there."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from functools import partial
from pathlib import Path

import psutil
import psycopg
import pytest
from django.db import connection

from sosuckhoe.access import jobs, sealing, verifying, witness
from sosuckhoe.base import db
from sosuckhoe.site import home
from tests.access.attacks import KEY, PUBLIC, START, Trace, write
from tests.database import owning

INSERT = """
insert into access_audit (bucket, person, at, account, role, facility, purpose, action, kind, outcome, detail)
values (0, 1, now(), 1, '', '', '', 'read', 'Patient', 'done', '') returning id
"""


@contextlib.contextmanager
def other_session():
    words = {
        name: value
        for name, value in connection.get_connection_params().items()
        if name not in {"cursor_factory", "context"}
    }
    with psycopg.connect(**words) as session:
        yield session


def sealed_ids():
    return [number for (number,) in db.tuples("select unnest(ids) from access_seal order by number")]


def floor():
    return db.value("select floor from access_seal_state")


def seal(most=sealing.MOST_LINES):
    return sealing.seal(KEY, START, most)


@pytest.mark.django_db(transaction=True)
def test_a_line_that_is_committed_late_is_sealed_once_and_the_floor_waits_for_it():
    with other_session() as slow:
        (late,) = slow.execute(INSERT).fetchone()
        write(3)
        assert [seal(), seal(), seal()] == [3, 0, 0]
        assert floor() < late
        assert late not in sealed_ids()
        slow.commit()
    assert [seal(), seal(), seal()] == [1, 0, 0]
    assert sorted(sealed_ids()) == list(range(late, late + 4))
    assert floor() == late + 3
    assert [finding.kind for finding in verifying.verify(PUBLIC, Path("nowhere"))] == []


@pytest.mark.django_db(transaction=True)
def test_a_line_that_is_rolled_back_does_not_hold_the_floor():
    with other_session() as slow:
        slow.execute(INSERT)
        write(1)
        seal()
        slow.rollback()
    seal()
    seal()
    assert floor() == db.value("select last_value from access_audit_id_seq")


@pytest.mark.django_db(transaction=True)
def test_a_writer_that_never_ends_does_not_hold_the_others():
    with other_session() as slow:
        (late,) = slow.execute(INSERT).fetchone()
        for _ in range(4):
            write(5)
            assert seal() == 5
        assert seal() == 0
        assert floor() < late


@pytest.mark.django_db(transaction=True)
def test_a_seal_that_cannot_take_all_leaves_the_floor_below_the_rest():
    write(10)
    sizes = []
    while found := seal(most=4):
        sizes.append(found)
        assert floor() <= max(sealed_ids())
    assert sizes == [4, 4, 2]
    assert len(set(sealed_ids())) == 10


@pytest.mark.django_db(transaction=True)
def test_many_writers_and_two_sealers_seal_every_line_once():
    stop = threading.Event()

    def writing(seed):
        chance = random.Random(seed)
        with other_session() as session:
            for _ in range(40):
                for _ in range(chance.randint(1, 4)):
                    session.execute(INSERT)
                session.execute("select pg_sleep(%s)", [chance.random() / 100])
                session.commit() if chance.random() < 0.8 else session.rollback()

    def sealing_on():
        with contextlib.closing(connection):
            while not stop.is_set():
                seal(most=7)

    writers = [threading.Thread(target=writing, args=[seed]) for seed in range(4)]
    sealers = [threading.Thread(target=sealing_on) for _ in range(2)]
    for thread in writers + sealers:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in sealers:
        thread.join()
    while seal():
        pass
    lines = [number for (number,) in db.tuples("select id from access_audit")]
    assert sorted(sealed_ids()) == sorted(lines)
    assert [finding.kind for finding in verifying.verify(PUBLIC, Path("nowhere"))] == []


@pytest.mark.django_db
def test_the_sealer_goes_on_while_the_witness_is_away_and_catches_up(tmp_path, caplog):
    def away(_submission):
        raise ConnectionRefusedError

    for _ in range(3):
        write(2)
        seal()
        assert sealing.tell(away, PUBLIC) == 0
    assert sealing.debt() == 3
    with contextlib.closing(witness.Keeper(tmp_path)) as keeper:
        assert sealing.tell(keeper.keep, PUBLIC) == 3
    assert sealing.debt() == 0
    key, heads = witness.heads_in(tmp_path / "heads")
    assert key == PUBLIC
    assert [one.head.size for one in heads] == [2, 4, 6]


@pytest.mark.django_db
def test_an_answer_that_was_lost_is_asked_for_again(tmp_path):
    write(2)
    seal()
    with contextlib.closing(witness.Keeper(tmp_path)) as keeper:

        def keeps_and_goes_away(submission):
            keeper.keep(submission)
            raise TimeoutError

        assert sealing.tell(keeps_and_goes_away, PUBLIC) == 0
        assert sealing.tell(keeper.keep, PUBLIC) == 1
    assert len(witness.heads_in(tmp_path / "heads")[1]) == 1


@pytest.mark.django_db
def test_a_witness_killed_in_the_middle_of_a_line_goes_on_after_the_last_whole_one(db, tmp_path):
    trace = Trace(tmp_path).day()
    trace.keeper.close()
    place = tmp_path / "heads"
    with place.open("ab") as out:
        out.write(b'{"number":3,"at"')
    trace.keeper = witness.Keeper(tmp_path)
    assert trace.day().findings() == []
    trace.keeper.close()
    assert len(witness.heads_in(place)[1]) == 4


def test_only_one_witness_keeps_a_file(tmp_path):
    with contextlib.closing(witness.Keeper(tmp_path)), pytest.raises(BlockingIOError):
        witness.Keeper(tmp_path)


@pytest.mark.django_db
def test_the_witness_is_a_process_of_its_own(tmp_path, monkeypatch, settings):
    folder = Path(tempfile.mkdtemp(prefix="ssk-w-"))
    settings.HOME, settings.WITNESS_SOCKET = tmp_path, folder / "socket"
    monkeypatch.setattr(jobs, "_turn", dict.fromkeys(jobs._turn, 0.0))
    write(5)
    with (
        subprocess.Popen(
            [sys.executable, "-m", "sosuckhoe.access.witness", folder],
            env={**os.environ, "PYTHONPATH": str(home.SOURCES)},
        ) as process,
        contextlib.ExitStack() as whatever_happens,
    ):
        whatever_happens.callback(process.kill)
        while not settings.WITNESS_SOCKET.exists():
            assert process.poll() is None
        with socket.socket(socket.AF_UNIX) as stranger:
            stranger.connect(str(folder / "socket"))
            stranger.sendall(b"nonsense\n")
            assert b"no submission" in stranger.recv(200)
        assert jobs.drain() == 0
        assert sealing.debt() == 0
        process.terminate()
        assert process.wait(10) == 0
    assert not settings.WITNESS_SOCKET.exists()
    assert len(witness.heads_in(folder / "heads")[1]) == 1
    shutil.rmtree(folder)


@pytest.mark.django_db
def test_the_worker_seals_every_few_seconds_and_not_more_often(tmp_path, monkeypatch, settings):
    settings.HOME, settings.WITNESS_SOCKET = tmp_path, tmp_path / "nobody"
    monkeypatch.setattr(jobs, "_turn", dict.fromkeys(jobs._turn, 0.0))
    for _ in range(3):
        write(2)
        assert jobs.drain() == 0
    assert len(sealed_ids()) == 2
    assert sealing.debt() == 1
    assert (tmp_path / "seal-key").stat().st_mode & 0o777 == 0o600


@pytest.mark.crash
def test_a_sealer_that_is_killed_with_its_database_seals_every_line_once():
    folder = Path(tempfile.mkdtemp(prefix="ssk-seal-"))
    folder.chmod(0o711)
    chance = random.Random(5)
    try:
        for _ in range(3):
            with start(folder, "work") as process:
                for _ in range(chance.randint(3, 40)):
                    assert process.stdout.readline()
                process.kill()
                kill_database(folder)
        with start(folder, "count") as process:
            found = json.loads(process.communicate(timeout=120)[0])
        assert found["lines"] == found["sealed"] == found["different"] > 0
        assert (found["found"], found["debt"]) == ([], 0)
    finally:
        kill_database(folder)
        shutil.rmtree(folder, ignore_errors=True)


def start(folder, word):
    surroundings = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.access.sealing_processes", word, str(folder / "witness")],
        env={**surroundings, "SOSUCKHOE_HOME": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
    )


def kill_database(folder):
    for process in psutil.process_iter(["cmdline"]):
        if any(str(folder) in word for word in process.info["cmdline"] or ()):
            for one in [process, *process.children(recursive=True)]:
                with contextlib.suppress(psutil.NoSuchProcess):
                    one.send_signal(signal.SIGKILL)


@pytest.mark.django_db(transaction=True)
def test_the_command_says_what_it_finds_and_leaves_a_line(tmp_path, settings, monkeypatch, capsys):
    from click.testing import CliRunner

    from sosuckhoe.access import command
    from sosuckhoe.access.seal_key import public_bytes, signing_key

    settings.HOME, settings.WITNESS_HEADS = tmp_path, tmp_path / "heads"
    key = signing_key(tmp_path)
    write(4)
    sealing.seal(key, START)
    with contextlib.closing(witness.Keeper(tmp_path)) as keeper:
        sealing.tell(keeper.keep, public_bytes(key))
    verify = partial(CliRunner().invoke, command.trace, ["verify"])
    clean = verify()
    assert (clean.exit_code, "0 findings" in clean.output) == (0, True)
    first = sealed_ids()[0]
    with owning():
        db.execute("update access_audit set detail = 'x' where id = %s", [first])
    dirty = verify()
    assert dirty.exit_code == 1
    assert f"Lines were edited: {first} (seal 1, 2026-03-01)." in dirty.output
    assert "Dòng bị sửa" in dirty.output
    assert db.tuples("select detail from access_audit where action = 'verify' order by id") == [
        ("findings 0",),
        ("findings 1",),
    ]
