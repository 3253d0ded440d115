"""`sosuckhoe run`: the database, the web, the worker and the witness under one supervisor.

The supervisor starts a child again when it ends, later each time. It stops everything in order when it is
told to; when it is killed, the kernel ends the children (`processes.die_with_parent`) and the database's
keeper stops the database.
"""

from __future__ import annotations

import contextlib
import fcntl
import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from sosuckhoe.base.errors import Problem
from sosuckhoe.site import postgres, processes, stubs
from sosuckhoe.site.home import home, make_home

STOP_SECONDS = 10
CALM_SECONDS = 60
LONGEST_PAUSE_SECONDS = 30
LOOK_EVERY_SECONDS = 0.25
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class Child:
    """One of the house's processes: started, watched and started again."""

    name: str
    words: Sequence[str]
    running: subprocess.Popen[bytes] | None = None
    failures: int = 0
    start_at: float = 0.0
    started: float = field(default=0.0, init=False)

    def look_after(self, now: float) -> None:
        """Start the child when it is due; note when it has ended."""
        if self.running is None:
            if now >= self.start_at:
                self.start(now)
        elif self.running.poll() is not None:
            self._has_ended(now)

    def start(self, now: float) -> None:
        self.started = now
        self.running = subprocess.Popen(  # noqa: S603 -- our own words
            own_command(*self.words),
            env=processes.child_environment(),
            start_new_session=True,
            stdin=subprocess.DEVNULL,
        )

    def _has_ended(self, now: float) -> None:
        self.failures = 0 if now - self.started > CALM_SECONDS else self.failures + 1
        pause = min(0.25 * 2**self.failures, LONGEST_PAUSE_SECONDS)
        self.running, self.start_at = None, now + pause
        click.echo(f"{self.name}: đã dừng, khởi động lại sau {pause:.1f} giây · ended, starting again", err=True)


def run(address: str, port: int, *, demo: bool) -> None:
    """Run the whole house until told to stop."""
    stop = threading.Event()
    for number in STOPPING:
        signal.signal(number, lambda *_: stop.set())
    folder = make_home(home())
    with _alone(folder), _port_free(address, port), _database(folder) as is_ours:
        _prepare(stop, demo=demo)
        stand_ins = list(stubs.stand_ins(folder)) if demo else []
        web = ["web", "--address", address, "--port", str(port)]
        children = [Child("web", web), Child("worker", ["worker"])]
        if "SOSUCKHOE_WITNESS" not in os.environ:
            children.append(Child("witness", ["witness"]))
        if demo and "SOSUCKHOE_VNEID_ISSUER" not in os.environ:
            children.append(_stub_of_vneid(port))
        children += [Child(*one) for one in stand_ins]
        try:
            _watch(children, stop, folder if is_ours else None, (address, port))
        finally:
            _stop(children)


def _stub_of_vneid(port: int) -> Child:
    """The stub of VNeID beside the demo, on the next port if it is free; the others know it by their settings."""
    place = _free_after(port)
    os.environ["SOSUCKHOE_VNEID_ISSUER"] = f"http://127.0.0.1:{place}"
    os.environ["SOSUCKHOE_VNEID_CLIENT"] = "so-suc-khoe"
    os.environ["SOSUCKHOE_VNEID_SECRET"] = secrets.token_urlsafe(24)
    return Child("vneid-stub", ["vneid-stub", "--port", str(place)])


def _free_after(port: int) -> int:
    """The port after this one, or any that is free."""
    for wanted in (port + 1, 0):
        with contextlib.suppress(OSError, OverflowError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", wanted))
            found: int = probe.getsockname()[1]
            return found
    raise Problem("SSK-5007", port=port + 1)


def own_command(*words: str) -> list[str]:
    """The words that start another command of the house with this Python."""
    return [sys.executable, "-m", "sosuckhoe.site.command_line", *words]


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "run.lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem("SSK-5001", folder=folder) from None
        yield


@contextlib.contextmanager
def _port_free(address: str, port: int) -> Iterator[None]:
    """Refuse a port that somebody else has, before anything is started."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            raise Problem("SSK-5007", port=port) from None
    yield


@contextlib.contextmanager
def _database(folder: Path) -> Iterator[bool]:
    """The database that the children use, and whether it is the embedded one."""
    if "DATABASE_URL" in os.environ:
        yield False
        return
    with postgres.borrow(folder):
        yield True


def _prepare(stop: threading.Event, *, demo: bool) -> None:
    """Bring the tables up to date and load the demo province, in a process of its own: its memory goes with it."""
    words = ["prepare", "--demo" if demo else "--no-demo"]
    with subprocess.Popen(own_command(*words), env=processes.child_environment(), start_new_session=True) as child:  # noqa: S603 -- our own words
        while child.poll() is None:
            if stop.wait(LOOK_EVERY_SECONDS):
                child.terminate()
                child.wait()
                return
    if child.returncode:
        raise SystemExit(child.returncode)


def _watch(children: Sequence[Child], stop: threading.Event, folder: Path | None, place: tuple[str, int]) -> None:
    is_announced = False
    while not stop.is_set():
        now = time.monotonic()
        for child in children:
            child.look_after(now)
        if folder:
            postgres.revive(folder)
        if not is_announced and answers(*place):
            is_announced = _announce(*place)
        stop.wait(LOOK_EVERY_SECONDS)


def _announce(address: str, port: int) -> bool:
    host = f"[{address}]" if ":" in address else address
    click.echo(f"\nSổ Sức Khỏe: http://{host}:{port}/\nDừng bằng Ctrl-C · stop with Ctrl-C\n")
    return True


def answers(address: str, port: int) -> bool:
    """Whether the web process answers at this place."""
    asked = http.client.HTTPConnection(_reachable(address), port, timeout=2)
    try:
        asked.request("GET", "/song", headers={"Host": "localhost"})
        return asked.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        asked.close()


def _reachable(address: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)  # noqa: S104 -- compared, not bound


def _stop(children: Sequence[Child]) -> None:
    """Ask every child to end, then insist."""
    running = [child.running for child in children if child.running]
    for process in running:
        process.terminate()
    until = time.monotonic() + STOP_SECONDS
    for process in running:
        try:
            process.wait(max(until - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
