"""Files as they came: sealed on their way to the disk, and whole there before a row speaks of them."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from django.conf import settings

from sosuckhoe.base import keyring, sealed_files
from sosuckhoe.base.errors import Problem

MOST_BYTES = 16 * 1024 * 1024 * 1024
_CHUNK = 1024 * 1024
_DRAFT = "draft-"
_NAME = re.compile("[0-9a-f]{64}")
SEALED = "exchange delivery"
"""The purpose of the files' contents."""


class Stream(Protocol):
    """Something to read from: a file, or the body of a request."""

    def read(self, size: int, /) -> bytes: ...


class Kept(NamedTuple):
    """A file on the shelf: sha256 of its content, and its length."""

    digest: bytes
    bytes: int


def place_of(digest: bytes) -> Path:
    """Where the file of this content lies."""
    name = digest.hex()
    return _folder() / name[:2] / name


def keep(chunks: Iterable[bytes], most: int = MOST_BYTES) -> Kept:
    """Write a file whole and durable, unless the same content lies there. SSK-2160 when it is too large."""
    seen = _Seen(most)
    with _draft() as draft:
        _write(draft, sealed_files.sealed(SEALED, seen.of(chunks)))
        _put(draft, place_of(seen.digest.digest()))
    return Kept(seen.digest.digest(), seen.size)


class _Seen:
    """What has gone by: its digest and its length."""

    def __init__(self, most: int) -> None:
        self.digest, self.size, self._most = hashlib.sha256(), 0, most

    def of(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self.size += len(chunk)
            if self.size > self._most:
                raise Problem("SSK-2160", limit=self._most // _CHUNK)
            self.digest.update(chunk)
            yield chunk


def _write(draft: Path, chunks: Iterable[bytes]) -> None:
    with draft.open("wb") as out:
        for chunk in chunks:
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())


def keep_stream(stream: Stream, most: int = MOST_BYTES) -> Kept:
    """The same of an open file."""
    return keep(iter(lambda: stream.read(_CHUNK), b""), most)


def opened(digest: bytes) -> BinaryIO:
    """The content, to be read forward. SSK-2161 when it is not there any more. Files from before were not sealed."""
    try:
        return _opened(place_of(digest))
    except FileNotFoundError:
        raise Problem("SSK-2161") from None


def _opened(place: Path) -> BinaryIO:
    with place.open("rb") as head:
        is_sealed = sealed_files.key_number(head)
    stream = place.open("rb")
    return sealed_files.opened(SEALED, stream) if is_sealed else stream


def seal_again() -> int:
    """Seal the files that the newest key has not sealed; how many."""
    return sum(_seal_again(place) for place in _places() if _is_older(place))


def left() -> int:
    """How many files the newest key has not sealed."""
    return sum(_is_older(place) for place in _places())


def _places() -> list[Path]:
    return sorted(_folder().glob("??/*"))


def places(before: datetime) -> list[Path]:
    """The files that were put here before a moment."""
    return [place for place in _places() if _NAME.fullmatch(place.name) and is_before(place, before)]


def drafts(before: datetime) -> list[Path]:
    """What processes that were killed left half written, and nobody has written to since a moment."""
    return [draft for draft in sorted(_folder().glob(f"{_DRAFT}*")) if is_before(draft, before)]


def is_before(place: Path, moment: datetime) -> bool:
    """Whether a file that is there was last written before a moment."""
    try:
        return place.stat().st_mtime < moment.timestamp()
    except FileNotFoundError:
        return False


def remove(place: Path, before: datetime) -> bool:
    """Remove a file or a draft, unless it was put here again since a moment; whether it went."""
    with _locked(place.parent):
        is_over = is_before(place, before)
        if is_over:
            place.unlink(missing_ok=True)
    return is_over


def _is_older(place: Path) -> bool:
    with place.open("rb") as head:
        return sealed_files.key_number(head) != keyring.ring().newest


def _seal_again(place: Path) -> int:
    with _draft() as draft, _opened(place) as content:
        _write(draft, sealed_files.sealed(SEALED, iter(lambda: content.read(_CHUNK), b"")))
        _put(draft, place)
    return 1


def _put(draft: Path, place: Path) -> None:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(place.parent):
        draft.replace(place)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Change a folder alone, so that no file is removed that has just come again; durable afterwards."""
    folder = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _draft() -> Iterator[Path]:
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=_DRAFT, dir=folder)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()


def _folder() -> Path:
    return Path(settings.HOME) / "deliveries"
