"""Files that a person chose in a browser → contents to take in, or why not. Nothing here trusts a name or a size.

A zip is read member by member, each up to a limit that is enforced while it unpacks, so neither a bomb nor a lie in
its directory costs more than one file. Zips within zips and encrypted zips are refused.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.xml130 import guard

MEBIBYTE = 1024 * 1024
LONGEST_NAME = 120
_BOM, _ZIP = b"\xef\xbb\xbf", b"PK\x03\x04"


class Limits(NamedTuple):
    """What one upload may cost."""

    file_bytes: int = guard.DEFAULT.envelope_bytes
    all_bytes: int = 192 * MEBIBYTE
    files: int = 500


class Chosen(NamedTuple):
    """A file as the browser sent it."""

    name: str
    size: int
    stream: BinaryIO


class Piece(NamedTuple):
    """One content, or the problem why there is none."""

    name: str
    content: bytes
    problem: Problem | None = None


class _Budget:
    """What is left of the bytes and files of an upload."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self.bytes, self.files = limits, limits.all_bytes, limits.files

    def spend(self, content: bytes) -> None:
        self.bytes -= len(content)
        self.files -= 1
        if self.files < 0:
            raise Problem("SSK-2512", limit=self.limits.files)
        if self.bytes < 0:
            raise Problem("SSK-2513", limit=self.limits.all_bytes // MEBIBYTE)


def pieces(chosen: Iterable[Chosen], limits: Limits | None = None) -> Iterator[Piece]:
    """Every file of an upload, and every XML file of its zips, one at a time, in order."""
    budget = _Budget(limits or Limits())
    for file in chosen:
        try:
            yield from _opened(file, budget)
        except Problem as problem:
            yield Piece(_short(file.name), b"", problem)


def is_xml(content: bytes) -> bool:
    """Whether it begins as XML does: whatever else is wrong with it, the reader can say."""
    return content[:64].removeprefix(_BOM).lstrip().startswith(b"<")


def _opened(file: Chosen, budget: _Budget) -> Iterator[Piece]:
    head = file.stream.read(len(_ZIP))
    file.stream.seek(0)
    if head == _ZIP:
        yield from _unzipped(file, budget)
    elif file.size > budget.limits.file_bytes:
        raise Problem("SSK-2005", limit=budget.limits.file_bytes)
    else:
        yield _piece(file.name, file.stream.read(), budget)


def _unzipped(file: Chosen, budget: _Budget) -> Iterator[Piece]:
    try:
        with zipfile.ZipFile(file.stream) as archive:
            members = [member for member in archive.infolist() if not member.is_dir() and not _is_litter(member)]
            if not members:
                raise Problem("SSK-2511")
            for member in members:
                yield _member(file.name, archive, member, budget)
    except (zipfile.BadZipFile, NotImplementedError, OSError):
        raise Problem("SSK-2514") from None


def _member(name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: _Budget) -> Piece:
    """One file of a zip. Its own faults are its own; a budget that is spent ends the zip (Problem)."""
    place = f"{name} / {member.filename}"
    try:
        content = _read(archive, member, min(budget.limits.file_bytes, budget.bytes))
    except Problem as problem:
        return Piece(_short(place), b"", problem)
    except (RuntimeError, zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError):
        return Piece(_short(place), b"", Problem("SSK-2514"))
    return _piece(place, content, budget)


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    """At most `most` bytes: the size that a zip's directory names may be a lie."""
    if member.file_size > most:
        raise Problem("SSK-2005", limit=most)
    with archive.open(member) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise Problem("SSK-2005", limit=most)
    return content


def _piece(name: str, content: bytes, budget: _Budget) -> Piece:
    budget.spend(content)
    problem = None if is_xml(content) else Problem("SSK-2511")
    return Piece(_short(name), b"" if problem else content, problem)


def _is_litter(member: zipfile.ZipInfo) -> bool:
    """What macOS and Windows add to zips."""
    name = member.filename.rpartition("/")[2]
    return member.filename.startswith("__MACOSX/") or name.startswith(".") or name in {"Thumbs.db", "desktop.ini"}


def _short(name: str) -> str:
    """A name fit to be shown: printable, and its end where it is long."""
    plain = "".join(letter if letter.isprintable() else "�" for letter in name)
    return plain if len(plain) <= LONGEST_NAME else f"…{plain[1 - LONGEST_NAME :]}"
