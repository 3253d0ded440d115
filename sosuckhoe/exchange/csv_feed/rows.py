"""The rows of a table as text, one at a time, each with its line. Pure.

RFC 4180 with any delimiter. A quote that is never closed costs its own row only: after `MOST_LINES` the row is given
up and reading goes on behind its first line.
"""

from __future__ import annotations

import codecs
import csv
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from sosuckhoe.base.errors import Problem

MOST_LINES = 50
MOST_LINE_BYTES = 1024 * 1024
_BOM = codecs.BOM_UTF8


class Dialect(NamedTuple):
    """How a vendor writes its tables."""

    encoding: str
    delimiter: str
    quote: str


class Row(NamedTuple):
    """The cells of a row and the line (1-based) that it begins on, or why it cannot be read."""

    line: int
    cells: list[str]
    problem: Problem | None = None


class _Lines:
    """Physical lines, some of which may be put back."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._back: deque[bytes] = deque()
        self.number = 0

    def next(self) -> bytes:
        """The next line with its end, b'' after the last; a line beyond all measure is cut."""
        raw = self._back.popleft() if self._back else self._read()
        self.number += bool(raw)
        return raw

    def _read(self) -> bytes:
        raw = self._stream.readline(MOST_LINE_BYTES)
        rest = raw
        while rest and not rest.endswith(b"\n"):
            rest = self._stream.readline(MOST_LINE_BYTES)
        return raw

    def put_back(self, lines: list[bytes]) -> None:
        self._back.extendleft(reversed(lines))
        self.number -= len(lines)


def rows(stream: BinaryIO, dialect: Dialect) -> Iterator[Row]:
    """Every row that is not empty, the header too. A byte order mark is no part of the first cell."""
    lines = _Lines(stream)
    while raw := lines.next():
        first = lines.number
        if first == 1:
            raw = raw.removeprefix(_BOM)
        if raw.strip():
            yield _row(first, raw, lines, dialect)


def _row(first: int, raw: bytes, lines: _Lines, dialect: Dialect) -> Row:
    held = [raw]
    quote = dialect.quote.encode()
    while sum(line.count(quote) for line in held) % 2:
        more = lines.next() if len(held) < MOST_LINES else b""
        if not more:
            lines.put_back(held[1:])
            return Row(first, [], Problem("SSK-2181", quote=dialect.quote))
        held.append(more)
    return _cells(first, b"".join(held), dialect)


def _cells(first: int, raw: bytes, dialect: Dialect) -> Row:
    try:
        text = raw.decode(dialect.encoding)
    except UnicodeDecodeError:
        return Row(first, [], Problem("SSK-2182", encoding=dialect.encoding))
    try:
        reader = csv.reader([text], delimiter=dialect.delimiter, quotechar=dialect.quote, strict=True)
        return Row(first, next(iter(reader), []))
    except csv.Error:
        return Row(first, [], Problem("SSK-2181", quote=dialect.quote))
