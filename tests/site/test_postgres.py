"""The embedded database: borrowed, shared, killed at any point, never left behind."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from sosuckhoe.base.errors import Problem
from sosuckhoe.site import home, postgres, programs
from tests import traces

IS_ROOT = os.geteuid() == 0
SOURCES = str(home.SOURCES)

BORROW_AND_WAIT = """
import sys
from pathlib import Path
import psycopg
from sosuckhoe.site import postgres
with postgres.borrow(Path(sys.argv[1]), durable=False) as address:
    with psycopg.connect(address) as connection:
        connection.execute("select pg_advisory_xact_lock(1)")  # PostgreSQL's own "if not exists" has a race
        connection.execute("create table if not exists kept (n int)")
        connection.execute("insert into kept values (1)")
    print("ready", flush=True)
    sys.stdin.readline()
"""


def rows_kept(address):
    with psycopg.connect(address) as connection:
        return connection.execute("select count(*) from kept").fetchone()[0]


def setting(address, name):
    with psycopg.connect(address) as connection:
        return connection.execute("select current_setting(%s)", [name]).fetchone()[0]


def start_borrower(folder, **more):
    return subprocess.Popen(
        [sys.executable, "-c", BORROW_AND_WAIT, str(folder)],
        env={**os.environ, "PYTHONPATH": SOURCES, **more},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def borrower(data_folder):
    """Another process that has borrowed the folder's database and written one row."""
    with start_borrower(data_folder) as process:
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def test_it_starts_answers_and_leaves_nothing(data_folder):
    with postgres.borrow(data_folder) as address, psycopg.connect(address) as connection:
        assert connection.execute("select 6 * 7").fetchone() == (42,)
    assert traces.wait_until_none(data_folder) == []
    assert list((data_folder / "postgres" / "run").iterdir()) == []


def test_what_was_committed_is_there_at_the_next_start(data_folder):
    for expected in (1, 2):
        with postgres.borrow(data_folder, durable=False) as address:
            with psycopg.connect(address) as connection:
                connection.execute("create table if not exists kept (n int)")
                connection.execute("insert into kept values (1)")
            assert rows_kept(address) == expected


def test_commits_are_durable_pages_are_checked_and_no_port_is_open(data_folder):
    with postgres.borrow(data_folder) as address:
        durable = [setting(address, name) for name in ("fsync", "synchronous_commit", "full_page_writes")]
        assert durable == ["on", "on", "on"]
        assert setting(address, "data_checksums") == "on"
        assert setting(address, "listen_addresses") == ""
        server = postgres.Cluster(data_folder).server()
        assert [place for place in server.net_connections() if place.status == psutil.CONN_LISTEN] == []


def test_only_its_owner_may_enter(data_folder):
    with postgres.borrow(data_folder, durable=False):
        for place in ("postgres", "postgres/data", "postgres/run"):
            assert stat.S_IMODE((data_folder / place).stat().st_mode) == 0o700


@pytest.mark.skipif(not IS_ROOT, reason="only root hands over to a service user")
def test_root_hands_over_to_a_service_user(data_folder):
    with postgres.borrow(data_folder, durable=False):
        assert postgres.Cluster(data_folder).server().uids().real != 0
        assert (data_folder / "postgres" / "data").stat().st_uid != 0


@pytest.mark.skipif(not IS_ROOT, reason="only root hands over to a service user")
def test_root_is_told_when_the_service_user_cannot_enter_and_nothing_is_opened(data_folder):
    data_folder.mkdir(mode=0o700)
    with pytest.raises(Problem) as problem, postgres.borrow(data_folder / "inner"):
        pass
    assert problem.value.number == "SSK-5003"
    assert stat.S_IMODE(data_folder.stat().st_mode) == 0o700


@pytest.mark.skipif(not IS_ROOT, reason="only root can become somebody else")
def test_a_plain_user_needs_nobody_else(data_folder):
    python = plain_users_python()
    if python is None:
        pytest.skip("no Python on this machine that a plain user may run")
    data_folder.mkdir()
    nobody = pwd.getpwnam("nobody")
    os.chown(data_folder, nobody.pw_uid, nobody.pw_gid)
    search = os.pathsep.join([SOURCES, sysconfig.get_path("purelib")])
    done = subprocess.run(
        [python, "-B", "-c", BORROW_AND_WAIT, str(data_folder)],
        env={"PYTHONPATH": search, "PATH": os.environ["PATH"], "HOME": "/nonexistent"},
        user=nobody.pw_uid,
        group=nobody.pw_gid,
        extra_groups=[],
        input="\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "ready\n"), done.stderr
    assert (data_folder / "postgres" / "data").stat().st_uid == nobody.pw_uid


def plain_users_python():
    """A Python of this version that every user may run, if the packages are within everybody's reach too."""
    if not home.is_reachable(Path(sysconfig.get_path("purelib"))):
        return None
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    found = [Path(sys.executable).resolve(), Path("/usr/bin") / name, Path("/usr/local/bin") / name]
    return next((str(place) for place in found if place.exists() and home.is_reachable(place.parent)), None)


def test_the_last_of_two_borrowers_stops_it(data_folder, borrower):
    with postgres.borrow(data_folder, durable=False) as address:
        borrower.communicate("\n")
        assert rows_kept(address) == 1
    assert traces.wait_until_none(data_folder) == []


def test_many_first_starts_make_one_server(data_folder):
    data_folder.mkdir()
    borrowers = [start_borrower(data_folder) for _ in range(3)]
    try:
        assert [process.stdout.readline() for process in borrowers] == ["ready\n"] * 3
        with postgres.borrow(data_folder, durable=False) as address:
            assert rows_kept(address) == 3
    finally:
        for process in borrowers:
            process.communicate("\n")
    assert traces.wait_until_none(data_folder) == []


@pytest.mark.crash
def test_nothing_outlives_a_killed_borrower(data_folder, borrower):
    borrower.kill()
    assert traces.wait_until_none(data_folder) == []


@pytest.mark.crash
def test_a_killed_server_is_revived_with_what_was_committed(data_folder, borrower):
    with postgres.borrow(data_folder, durable=False) as address:
        postgres.Cluster(data_folder).server().kill()
        wait_until_dead(data_folder)
        postgres.revive(data_folder)
        assert rows_kept(address) == 1


@pytest.mark.crash
def test_after_everything_was_killed_the_next_start_recovers(data_folder, borrower):
    assert traces.kill_all(data_folder) == []
    assert (data_folder / "postgres" / "data" / "postmaster.pid").exists()
    with postgres.borrow(data_folder, durable=False) as address:
        assert rows_kept(address) == 1


@pytest.mark.crash
def test_a_server_whose_keeper_was_killed_too_is_taken_over(data_folder, borrower):
    server = postgres.Cluster(data_folder).server()
    keepers = [
        process for process in traces.processes_of(data_folder) if "sosuckhoe.site.postgres" in process.cmdline()
    ]
    for process in [*keepers, borrower]:
        process.kill()
    borrower.wait()
    with postgres.borrow(data_folder, durable=False) as address:
        assert rows_kept(address) == 1
        assert postgres.Cluster(data_folder).server() == server
    assert traces.wait_until_none(data_folder) == []


def wait_until_dead(folder):
    until = time.monotonic() + 10
    while postgres.Cluster(folder).server() and time.monotonic() < until:
        time.sleep(0.02)


@pytest.mark.crash
def test_a_number_file_that_names_another_process_is_harmless(data_folder, borrower):
    assert traces.kill_all(data_folder) == []
    number_file = data_folder / "postgres" / "data" / "postmaster.pid"
    lines = number_file.read_text().splitlines()
    number_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    with postgres.borrow(data_folder, durable=False) as address:
        assert rows_kept(address) == 1


def test_a_data_folder_that_was_half_made_is_made_again(data_folder):
    with postgres.borrow(data_folder, durable=False):
        pass
    data = data_folder / "postgres" / "data"
    data.rename(data.with_name("making"))
    (data.with_name("making") / "PG_VERSION").unlink()
    with postgres.borrow(data_folder, durable=False) as address:
        assert setting(address, "server_version")


def test_a_path_too_long_for_a_socket_gets_a_short_private_folder(data_folder):
    deep = data_folder / ("d" * 60) / ("e" * 60)
    with postgres.borrow(deep, durable=False) as address:
        sockets = postgres.Cluster(deep).sockets
        assert len(os.fsencode(sockets)) <= postgres.LONGEST_SOCKET_FOLDER
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
        assert setting(address, "server_version")
    assert not sockets.exists()


@pytest.mark.skipif(not IS_ROOT, reason="only root can make a folder of somebody else's")
def test_a_socket_folder_that_somebody_else_made_is_refused(data_folder):
    deep = data_folder / ("d" * 60) / ("e" * 60)
    sockets = postgres.Cluster(deep).sockets
    sockets.mkdir()
    try:
        os.chown(sockets, pwd.getpwnam("nobody").pw_uid, -1)
        with pytest.raises(Problem) as problem, postgres.borrow(deep, durable=False):
            pass
        assert problem.value.number == "SSK-5004"
    finally:
        sockets.rmdir()


def test_the_servers_log_quotes_no_value(data_folder):
    with (
        postgres.borrow(data_folder, durable=False) as address,
        psycopg.connect(address, autocommit=True) as connection,
    ):
        connection.execute("create table person (name text primary key)")
        connection.execute("insert into person values ('Nguyễn Thị Bí Mật')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("insert into person values ('Nguyễn Thị Bí Mật')")
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            connection.execute("select 'Nguyễn Thị Bí Mật'::int")
    assert "Mật" not in (data_folder / "postgres" / "server.log").read_text()


def cautious(request):
    """What is made from here on is its owner's alone unless somebody says otherwise."""
    before = os.umask(0o077)
    request.addfinalizer(lambda: os.umask(before))


@pytest.mark.skipif(not IS_ROOT, reason="only root hands over to a service user")
def test_programs_in_a_private_folder_are_copied_where_the_service_user_may_run_them(data_folder, monkeypatch, request):
    found = programs.find()
    package = found.folder.parents[1]
    private = data_folder / "private"
    for part in (package, package.with_name(f"{package.name}.libs")):
        if part.exists():
            shutil.copytree(part, private / part.name, symlinks=True, ignore=shutil.ignore_patterns("include"))
    private.chmod(0o700)
    hidden = programs.Programs(private / found.folder.relative_to(package.parent), found.major, found.built)
    monkeypatch.setattr(programs, "find", lambda _wanted=None: hidden)
    cautious(request)
    for _ in range(2):
        with postgres.borrow(data_folder, durable=False) as address:
            assert setting(address, "server_version_num").startswith(str(found.major))
            assert str(data_folder / "programs") in postgres.Cluster(data_folder).server().exe()
    assert len(list((data_folder / "programs").iterdir())) == 1
    assert stat.S_IMODE(private.stat().st_mode) == 0o700


def test_a_data_folder_of_a_version_that_is_missing_is_not_touched(data_folder):
    with postgres.borrow(data_folder, durable=False):
        pass
    stamp = data_folder / "postgres" / "data" / "PG_VERSION"
    made_by = stamp.read_text()
    stamp.write_text("12\n")
    with pytest.raises(Problem) as problem, postgres.borrow(data_folder, durable=False):
        pass
    assert problem.value.number == "SSK-5002"
    stamp.write_text(made_by)


@pytest.mark.crash
def test_a_stopped_borrower_is_still_a_borrower(data_folder, borrower):
    borrower.send_signal(signal.SIGSTOP)
    with postgres.borrow(data_folder, durable=False):
        pass
    assert postgres.Cluster(data_folder).server() is not None
    borrower.send_signal(signal.SIGCONT)
