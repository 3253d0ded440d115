"""A whole house to measure: its own data folder, durable commits, web, worker and PostgreSQL on this machine."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

ROLES = {"web": ("web", "granian"), "worker": ("worker",)}


@dataclass
class House:
    """A running house. `port` answers HTTP; `folder` holds its data."""

    folder: Path
    port: int
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def processes(self, role: str) -> list[psutil.Process]:
        """The processes of web, worker or postgres."""
        if role != "postgres":
            parent = psutil.Process(self.children[role].pid)
            return [parent, *parent.children(recursive=True)]
        return [p for p in psutil.process_iter(["name", "cmdline"]) if _is_database(p, self.folder)]

    def cpu(self) -> dict[str, float]:
        """CPU seconds used so far by each role."""
        return {role: _cpu(self.processes(role)) for role in (*self.children, "postgres")}

    def memory(self, role: str) -> list[int]:
        """Resident megabytes of each process of a role."""
        return sorted(_memory(process) for process in self.processes(role))


@contextlib.contextmanager
def running(*, web: bool = True, worker: bool = True, processes: int = 3, keep: Path | None = None) -> Iterator[House]:
    """A new house, or the one that a folder keeps, with Django set up in this process too, on the same database."""
    port = _free_port()
    folder = _kept(keep) if keep else Path(tempfile.mkdtemp(prefix="ssk-bench-"))
    folder.chmod(0o711)
    os.environ |= {"SOSUCKHOE_HOME": str(folder), "SOSUCKHOE_DEMO": "0", "SOSUCKHOE_PACE": "0", "PORT": str(port)}
    os.environ["DJANGO_SETTINGS_MODULE"] = "sosuckhoe.site.settings"
    os.environ.pop("DATABASE_URL", None)
    from sosuckhoe.site import within

    house = House(folder, port)
    try:
        with within.database():
            try:
                if web:
                    house.children["web"] = _start("web", "--port", str(port), "--processes", str(processes))
                    _wait_for(port)
                if worker:
                    house.children["worker"] = _start("worker")
                yield house
            finally:
                _end(house.children.values())
    finally:
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def serving(house: House, processes: int = 3) -> Iterator[House]:
    """The web of a house that was running without one."""
    house.children["web"] = _start("web", "--port", str(house.port), "--processes", str(processes))
    try:
        _wait_for(house.port)
        yield house
    finally:
        _end([house.children.pop("web")])


def _kept(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


def _end(children: Iterable[subprocess.Popen[bytes]]) -> None:
    for child in children:
        child.terminate()
    for child in children:
        child.wait(30)


def spent(before: dict[str, float], after: dict[str, float], units: float) -> str:
    """CPU milliseconds per unit, by role and together."""
    used = {role: (after[role] - before[role]) * 1000 / units for role in after}
    return ", ".join(f"{role} {ms:.2f}" for role, ms in used.items()) + f", together {sum(used.values()):.2f} ms"


def percentiles(seconds: list[float]) -> str:
    """Median, 95th, 99th and worst, in milliseconds."""
    ordered = sorted(seconds)
    marks = {"p50": 0.50, "p95": 0.95, "p99": 0.99}
    last = len(ordered) - 1
    found = [f"{name} {ordered[min(int(len(ordered) * at), last)] * 1000:.1f}" for name, at in marks.items()]
    return ", ".join([*found, f"max {ordered[-1] * 1000:.1f} ms"])


def _start(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "sosuckhoe.site.command_line", *words])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    import http.client

    for _ in range(900):
        with contextlib.suppress(OSError):
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            asked.request("GET", "/song")
            if asked.getresponse().status == http.HTTPStatus.OK:
                return
        time.sleep(0.1)
    raise TimeoutError("the house does not answer")


def _is_database(process: psutil.Process, folder: Path) -> bool:
    with contextlib.suppress(psutil.Error):
        lineage = [process, *process.parents()]
        return any(p.name() == "postgres" and str(folder) in " ".join(p.cmdline()) for p in lineage)
    return False


def _cpu(processes: list[psutil.Process]) -> float:
    total = 0.0
    for process in processes:
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def _memory(process: psutil.Process) -> int:
    with contextlib.suppress(psutil.Error):
        return int(process.memory_info().rss // 1024 // 1024)
    return 0
