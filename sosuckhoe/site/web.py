"""The web processes: everything on one port.

One thread a process, and as many processes as there are cores: one more brings nothing, for the database works on the
same cores (docs/performance.md), and granian warns of it. Two threads in one process fight for the interpreter: a read
by id costs 250 µs so, 210 µs with one.
"""

from __future__ import annotations

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from sosuckhoe.site import processes

THREADS = 1
BACKLOG = 2048
KILL_AFTER_SECONDS = 5


def serve(address: str, port: int, count: int) -> None:
    """Serve until told to stop: requests under way are answered first, for five seconds at most."""
    processes.die_with_parent()
    processes.name_as_parent()
    Granian(
        "sosuckhoe.site.wsgi:application",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=count,
        blocking_threads=THREADS,
        blocking_threads_idle_timeout=600,
        backlog=BACKLOG,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=KILL_AFTER_SECONDS,
    ).serve()
