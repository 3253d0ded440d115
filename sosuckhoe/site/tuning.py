"""How the embedded PostgreSQL is set: for a small machine that also runs the web and the worker.

Commits stay durable. The server's log names no statement and no value: both may be from a person's record.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import psutil

from sosuckhoe.site.programs import Programs

MB = 1024 * 1024
BUILTIN_COLLATION_SINCE = 17
ENOUGH_SHARED_MEMORY = 512 * MB
CONTAINER_LIMIT = Path("/sys/fs/cgroup/memory.max")
"""https://docs.kernel.org/admin-guide/cgroup-v2.html: bytes, or the word max."""


def collation(major: int) -> list[str]:
    """Options of initdb: text sorts by code point everywhere alike, upper and lower case know Vietnamese."""
    if major >= BUILTIN_COLLATION_SINCE:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return ["--locale=C.UTF-8"]


def settings(sockets: Path, programs: Programs, *, durable: bool) -> str:
    """The text of the configuration file."""
    memory = _memory() // MB
    chosen = {
        "listen_addresses": "",
        "unix_socket_directories": f'"{sockets}"',
        "unix_socket_permissions": "0700",
        "port": 5432,
        "max_connections": 100,
        "shared_buffers": f"{min(max(memory // 4, 128), 8192)}MB",
        "effective_cache_size": f"{max(memory // 2, 256)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{min(max(memory // 32, 64), 512)}MB",
        "wal_buffers": "16MB",
        "wal_compression": _wal_compression(programs),
        "max_wal_size": "4GB",
        "min_wal_size": "512MB",
        "checkpoint_timeout": "15min",
        "checkpoint_completion_target": 0.9,
        "random_page_cost": 1.1,
        "jit": "off",
        "dynamic_shared_memory_type": _shared_memory(),
        "max_parallel_workers_per_gather": 1 if (os.cpu_count() or 1) <= 2 else 2,  # noqa: PLR2004 -- web and worker need the other
        "idle_in_transaction_session_timeout": "10min",
        "password_encryption": "scram-sha-256",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",
        "log_min_messages": "log",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_parameter_max_length": 0,
        "log_parameter_max_length_on_error": 0,
        "log_checkpoints": "off",
        "log_statement": "none",
        **_durability(durable=durable),
    }
    return "".join(f"{name} = {_quoted(value)}\n" for name, value in chosen.items())


def _memory() -> int:
    """The bytes that this machine has, or that its container lets it take: what fills beyond them is killed."""
    total: int = psutil.virtual_memory().total
    limit = CONTAINER_LIMIT.read_text().strip() if CONTAINER_LIMIT.exists() else ""
    return min(total, int(limit)) if limit.isdecimal() else total


def _durability(*, durable: bool) -> dict[str, str]:
    """Not durable: what was committed outlives every killed process, but not a power cut."""
    state = "on" if durable else "off"
    return {"synchronous_commit": "on", "fsync": state, "full_page_writes": state}


def _wal_compression(programs: Programs) -> str:
    """lz4 costs less than the bytes that it saves; pglz does not, so without lz4 nothing is compressed."""
    return "lz4" if "--with-lz4" in programs.built else "off"


def _shared_memory() -> str:
    """Containers often have 64 MB in /dev/shm, which one parallel query can fill."""
    place = Path("/dev/shm")  # noqa: S108 -- it is looked at, not written to
    is_roomy = place.exists() and shutil.disk_usage(place).free >= ENOUGH_SHARED_MEMORY
    return "posix" if is_roomy else "mmap"


def _quoted(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"
