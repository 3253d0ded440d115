"""Lines that wait for what is not there yet: in memory, or on the disk when there are many."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Self

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.bulk.lines import Line

_MEMORY_BYTES = 32 * 1024 * 1024


class Spool:
    """Lines that are put off, on the disk when there are many. They are written and read by this program alone."""

    def __init__(self) -> None:
        self._file: IO[bytes] = _new_file()
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self._file.close()

    def __len__(self) -> int:
        return self._count

    def add(self, found: Iterable[tuple[Line, Problem]]) -> None:
        for line, problem in found:
            pickle.dump((line, problem.number, problem.places), self._file)
            self._count += 1

    def taken(self) -> Taken:
        """Everything so far; the spool is empty afterwards."""
        taken = Taken(self._file, self._count)
        self._file, self._count = _new_file(), 0
        return taken


class Taken:
    """What was in a spool, once."""

    def __init__(self, file: IO[bytes], count: int) -> None:
        self._file = file
        self._count = count

    def __enter__(self) -> Iterator[tuple[Line, Problem]]:
        self._file.seek(0)
        return self._each()

    def __exit__(self, *_fault: object) -> None:
        self._file.close()

    def _each(self) -> Iterator[tuple[Line, Problem]]:
        for _ in range(self._count):
            line, number, said = pickle.load(self._file)  # noqa: S301 -- written above, in a file without a name
            yield line, Problem(number, **said)


def _new_file() -> IO[bytes]:
    return tempfile.SpooledTemporaryFile(_MEMORY_BYTES)
