"""NDJSON files of an export: one type each, of bounded size, written in chunks: memory does not grow with the data."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sosuckhoe.base.errors import Problem

CHUNK_BYTES = 1024 * 1024
MOST_HELD_BYTES = 16 * CHUNK_BYTES
RESERVE_BYTES = 512 * 1024 * 1024
"""So much room is left on the disk: the database may lie on the same one."""

_FULL = {errno.ENOSPC, errno.EDQUOT}


class Made(NamedTuple):
    """A file: its type, its name in the folder, how many lines it has."""

    type: str
    name: str
    lines: int


class _Open:
    """The file of one type that is being written."""

    def __init__(self, type_name: str) -> None:
        self.type = type_name
        self.number = 0
        self.count = 0
        self.written = 0
        self.held: list[bytes] = []
        self.held_bytes = 0
        self.out: int | None = None


class Files:
    """Lines go in by type, files come out. Raises SSK-3228 when the disk is full."""

    def __init__(self, folder: Path, file_bytes: int, prefix: str = "") -> None:
        self.folder = folder
        self.prefix = prefix
        self.file_bytes = file_bytes
        self.made: list[Made] = []
        self.count = 0
        self._open: dict[str, _Open] = {}
        self._held_bytes = 0

    def add(self, type_name: str, line: bytes) -> None:
        """One line, without its end."""
        one = self._open.get(type_name)
        if one is None:
            one = self._open[type_name] = _Open(type_name)
        one.held.append(line)
        one.held_bytes += len(line)
        one.count += 1
        self.count += 1
        self._held_bytes += len(line)
        if one.held_bytes >= CHUNK_BYTES:
            self._write(one)
        elif self._held_bytes >= MOST_HELD_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write everything that is held."""
        for one in self._open.values():
            self._write(one)

    def close(self) -> list[Made]:
        """End every file; what was made."""
        self.flush()
        for one in self._open.values():
            self._end(one)
        return sorted(self.made)

    def abandon(self) -> None:
        """Let go of the files as they are."""
        for one in self._open.values():
            if one.out is not None:
                os.close(one.out)
                one.out = None

    def _write(self, one: _Open) -> None:
        if not one.held:
            return
        with told_when_full():
            if one.out is None:
                one.out = self._begin(one)
            _write_all(one.out, b"\n".join(one.held) + b"\n")
        one.written += one.held_bytes
        self._held_bytes -= one.held_bytes
        one.held, one.held_bytes = [], 0
        if one.written >= self.file_bytes:
            self._end(one)

    def _begin(self, one: _Open) -> int:
        demand_room(self.folder)
        one.number += 1
        return os.open(self._place(one), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)

    def _place(self, one: _Open) -> Path:
        return self.folder / f"{self.prefix}{one.type}.{one.number}.ndjson"

    def _end(self, one: _Open) -> None:
        if one.out is not None:
            os.close(one.out)
            self.made.append(Made(one.type, self._place(one).name, one.count))
            one.out, one.count, one.written = None, 0, 0


def demand_room(folder: Path) -> None:
    """SSK-3228 when the disk has no room left but its reserve."""
    if shutil.disk_usage(folder).free < RESERVE_BYTES:
        raise Problem("SSK-3228")


@contextmanager
def told_when_full() -> Iterator[None]:
    """A full disk is a problem with a sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise Problem("SSK-3228") from error
        raise


def _write_all(out: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(out, left) :]
