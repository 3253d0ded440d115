"""The embedded database: borrowed by every process that needs it, gone when the last borrower is gone.

A borrower holds a shared lock on a file of the data folder; the kernel lets go of it however the process
ends. The last one that leaves in order stops the server. For those that do not, a keeper (this module, run
by `python -m`) waits for the lock alone and then stops the server, so that nothing outlives a crash.

PostgreSQL listens on a socket in a private folder and knows its own user by the kernel's word (peer); it
has no port and no password. That user has two roles there: the owner, who makes the tables, and the application,
by which web and worker sign in and which the trace and the walls around records bind.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psutil
import psycopg

from sosuckhoe.base.errors import Problem
from sosuckhoe.site import programs, tuning
from sosuckhoe.site.home import SOURCES, is_reachable, make_home

NAME = "sosuckhoe"
APPLICATION = f"{NAME}_app"
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432")
START_SECONDS = 600
STOP_SECONDS = 60
KEEPER_SECONDS = 2
CLOCK_SLACK_SECONDS = 60


def address(home: Path, role: str = APPLICATION) -> str:
    """The libpq address of the database that belongs to a data folder, running or not. `role`: NAME is the owner."""
    return f"postgresql://{role}@/{NAME}?host={quote(str(_socket_folder(home)), safe='')}"


@contextlib.contextmanager
def borrow(home: Path, *, durable: bool = True, remove: bool = False) -> Iterator[str]:
    """A running database of this data folder, by the address of its owner.

    `durable=False` gives up safety against power cuts (for tests); `remove` deletes the data folder after
    the last borrower.
    """
    cluster = Cluster(make_home(home), durable)
    with _lent(cluster, remove=remove):
        yield address(home, NAME)


def revive(home: Path) -> None:
    """Start the database again when it has ended under its borrowers."""
    cluster = Cluster(home)
    if cluster.server() is None:
        with cluster.lock_file("starting").open("ab") as starting:
            _lock(starting, fcntl.LOCK_EX, START_SECONDS)
            cluster.start()


@contextlib.contextmanager
def _lent(cluster: Cluster, *, remove: bool) -> Iterator[None]:
    borrowers = _enter(cluster)
    keeper = None
    try:
        with cluster.lock_file("starting").open("ab") as starting:
            _lock(starting, fcntl.LOCK_EX, START_SECONDS)
            cluster.start()
            keeper = _leave_keeper(cluster, remove=remove)
        yield
    finally:
        _leave(cluster, borrowers, keeper, remove=remove)


def _enter(cluster: Cluster) -> IO[bytes]:
    """Take a borrower's lock; once more when the last borrower has removed the folder meanwhile."""
    while True:
        cluster.prepare_folder()
        place = cluster.lock_file("borrowers")
        borrowers = place.open("ab")
        _lock(borrowers, fcntl.LOCK_SH, STOP_SECONDS)
        with contextlib.suppress(FileNotFoundError):
            if place.stat().st_ino == os.fstat(borrowers.fileno()).st_ino:
                return borrowers
        borrowers.close()


def _leave(cluster: Cluster, borrowers: IO[bytes], keeper: subprocess.Popen[bytes] | None, *, remove: bool) -> None:
    """Stop the server when nobody else borrows it; when a keeper was quicker, wait until it is done."""
    with borrowers:
        if not _try_lock(borrowers, fcntl.LOCK_EX):
            _lock(borrowers, fcntl.LOCK_SH, STOP_SECONDS)
            if keeper and keeper.poll() is None:
                keeper.returncode = 0  # it stays for the other borrowers; Python need not wait for it
            return
        with cluster.lock_file("keeper").open("ab") as others_keeper:
            _put_away(cluster, remove=remove)
            if keeper:
                keeper.kill()
                keeper.wait()
            borrowers.close()
            _has_lock_within(others_keeper, fcntl.LOCK_EX, KEEPER_SECONDS)


def _put_away(cluster: Cluster, *, remove: bool) -> None:
    cluster.stop()
    if cluster.sockets.parent != cluster.folder:
        shutil.rmtree(cluster.sockets, ignore_errors=True)
    if remove:
        shutil.rmtree(cluster.home, ignore_errors=True)


def _leave_keeper(cluster: Cluster, *, remove: bool) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "sosuckhoe.site.postgres", str(cluster.home), *(["remove"] if remove else [])]
    search = os.pathsep.join([str(SOURCES), *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.Popen(  # noqa: S603 -- our own words
        command,
        cwd="/",
        env={**os.environ, "PYTHONPATH": search},
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def keep(home: Path, *, remove: bool) -> None:
    """Wait until nobody borrows the database, however they went, then stop it. One keeper is enough."""
    cluster = Cluster(home)
    if not cluster.folder.exists():
        return
    with cluster.lock_file("keeper").open("ab") as alone, cluster.lock_file("borrowers").open("ab") as borrowers:
        if not _try_lock(alone, fcntl.LOCK_EX):
            return
        fcntl.flock(borrowers, fcntl.LOCK_EX)
        if cluster.folder.exists():
            _put_away(cluster, remove=remove)


@dataclass(frozen=True)
class Cluster:
    """The files of one database server in `home/postgres`, and the server that runs on them."""

    home: Path
    durable: bool = True

    @property
    def folder(self) -> Path:
        return self.home / "postgres"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def sockets(self) -> Path:
        return _socket_folder(self.home)

    def lock_file(self, name: str) -> Path:
        return self.folder / f"{name}.lock"

    @cached_property
    def account(self) -> pwd.struct_passwd | None:
        return programs.service_account(self.data)

    @cached_property
    def programs(self) -> programs.Programs:
        stamp = self.data / "PG_VERSION"
        found = programs.find(int(stamp.read_text()) if stamp.exists() else None)
        return programs.within_reach(found, self.home / "programs") if self.account else found

    def prepare_folder(self) -> None:
        """Make the folder, private to whoever the server runs as. Parents are never opened."""
        if self.account and not is_reachable(self.home):
            raise Problem("SSK-5003", folder=self.home, user=self.account.pw_name)
        for place in (self.folder, self.sockets):
            self._own(place)

    def _own(self, place: Path) -> None:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = place.lstat()
        if self.account and found.st_uid == 0:
            os.chown(place, self.account.pw_uid, self.account.pw_gid)
        elif found.st_uid != (self.account.pw_uid if self.account else os.geteuid()) or place.is_symlink():
            raise Problem("SSK-5004", folder=place)

    def start(self) -> None:
        """Start the server unless it runs; make the data folder and the database when they are missing."""
        if not self.is_running():
            self._clear_remains()
            if not self.data.exists():
                self._make()
            self._configure()
            self._rotate_log()
            self._run("pg_ctl", "start", "-D", self.data, "-w", "-t", START_SECONDS, "-l", self.log)
        self._make_database()

    def stop(self) -> None:
        """Stop the server: open transactions roll back, everything committed is on disk."""
        server = self.server()
        if server is None:
            return
        with contextlib.suppress(Problem):
            self._run("pg_ctl", "stop", "-D", self.data, "-m", "fast", "-w", "-t", STOP_SECONDS)
        with contextlib.suppress(psutil.NoSuchProcess):
            if self.server() == server:
                server.kill()
        self._clear_remains()

    def is_running(self) -> bool:
        """Whether the server of this folder takes connections; one that is stopping is waited for."""
        while server := self.server():
            status = _lines(self.data / "postmaster.pid")[7:8]
            if status and status[0].strip() == "ready":
                return True
            with contextlib.suppress(psutil.TimeoutExpired):
                server.wait(0.1)
        return False

    def server(self) -> psutil.Process | None:
        """The process named in postmaster.pid, if it is our server and not a later process of that number."""
        lines = _lines(self.data / "postmaster.pid")
        if len(lines) < 3:  # noqa: PLR2004 -- number, folder and start time are its first three lines
            return None
        with contextlib.suppress(psutil.Error, ValueError):
            process = psutil.Process(int(lines[0]))
            is_near = abs(process.create_time() - int(lines[2])) < CLOCK_SLACK_SECONDS
            if is_near and str(self.data) in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE:
                return process
        return None

    def _clear_remains(self) -> None:
        """After a crash: wait for orphaned server processes to notice it, then drop the stale number files.

        PostgreSQL would keep them when the number is in use again, or belongs to a process that nobody has
        waited for; whether one is our server we know better, by its words and its start.
        """
        remains = [process for process in psutil.process_iter() if self._is_at_work_here(process)]
        _, alive = psutil.wait_procs(remains, timeout=10)
        for process in alive:
            process.kill()
        psutil.wait_procs(alive, timeout=10)
        for stale in (self.data / "postmaster.pid", *self.sockets.glob(".s.PGSQL.*")):
            stale.unlink(missing_ok=True)

    def _is_at_work_here(self, process: psutil.Process) -> bool:
        with contextlib.suppress(psutil.Error, OSError):
            return bool(process.name() == "postgres" and process.cwd() == os.path.realpath(self.data))
        return False

    def _make(self) -> None:
        """Make the data folder beside its place, then move it there: a kill in between leaves no half of it."""
        draft = self.folder / "making"
        shutil.rmtree(draft, ignore_errors=True)
        options = ["-k", "-E", "UTF8", "-U", NAME, "--auth-local=peer", "--auth-host=scram-sha-256"]
        self._run("initdb", "-D", draft, *options, *tuning.collation(self.programs.major), *self._sync_option())
        draft.rename(self.data)

    def _sync_option(self) -> list[str]:
        return [] if self.durable else ["--no-sync"]

    def _configure(self) -> None:
        """Write what we decide, at every start, so that a newer version of the house brings its own."""
        users = {pwd.getpwuid(os.geteuid()).pw_name, *([self.account.pw_name] if self.account else [])}
        users_map = "".join(f'{NAME} "{user}" {role}\n' for user in sorted(users) for role in (NAME, APPLICATION))
        settings = tuning.settings(self.sockets, self.programs, durable=self.durable)
        self._write("pg_ident.conf", users_map)
        self._write("pg_hba.conf", f"local all all peer map={NAME}\n")
        self._write("sosuckhoe.conf", settings)
        self._write("postgresql.conf", "include 'sosuckhoe.conf'\n")

    def _write(self, name: str, text: str) -> None:
        place = self.data / name
        place.write_text(text, encoding="utf-8")
        place.chmod(0o600)
        if self.account:
            os.chown(place, self.account.pw_uid, self.account.pw_gid)

    def _rotate_log(self) -> None:
        if self.log.exists() and self.log.stat().st_size > 1_000_000:  # noqa: PLR2004 -- a megabyte
            self.log.replace(self.log.with_suffix(".log.1"))

    def _run(self, program: str, *words: object) -> None:
        """Run one of PostgreSQL's programs as the service user, free of the caller's PG… variables."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        account = self.account
        done = subprocess.run(  # noqa: S603 -- our own words
            [self.programs.path(program), *map(str, words)],
            check=False,
            cwd=self.folder,
            env={**clean, "LC_ALL": "C"},
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        if done.returncode:
            raise Problem("SSK-5005", program=program, log=self.log)

    def _make_database(self) -> None:
        with psycopg.connect(address(self.home, NAME), dbname="postgres", autocommit=True) as connection:
            if not connection.execute("select 1 from pg_roles where rolname = %s", [APPLICATION]).fetchone():
                connection.execute(f"create role {APPLICATION} login")
            if not connection.execute("select 1 from pg_database where datname = %s", [NAME]).fetchone():
                connection.execute(f"create database {NAME}")


def _socket_folder(home: Path) -> Path:
    """`home/postgres/run`, or a short private folder where that passes the 107 bytes that a socket's path may have."""
    beside = home / "postgres" / "run"
    if len(os.fsencode(beside)) <= LONGEST_SOCKET_FOLDER:
        return beside
    digest = blake2b(os.fsencode(home), digest_size=8).hexdigest()
    return Path(tempfile.gettempdir()) / f"{NAME}-{os.geteuid()}-{digest}"


def _lines(place: Path) -> list[str]:
    try:
        return place.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []


def _try_lock(file: IO[bytes], how: int) -> bool:
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _has_lock_within(file: IO[bytes], how: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not (has_lock := _try_lock(file, how)) and time.monotonic() < until:
        time.sleep(0.02)
    return has_lock


def _lock(file: IO[bytes], how: int, seconds: float) -> None:
    """Wait for a lock of the data folder."""
    if not _has_lock_within(file, how, seconds):
        raise Problem("SSK-5006", seconds=int(seconds))


if __name__ == "__main__":
    keep(Path(sys.argv[1]), remove="remove" in sys.argv[2:])
