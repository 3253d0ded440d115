"""Files as they came: streamed to the disk and sealed before a row speaks of them. Kept under the house's folder."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from django.conf import settings

from sosuckhoe.base.errors import Problem

MOST_BYTES = 16 * 1024 * 1024 * 1024
_CHUNK = 1024 * 1024


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
    sealed, size = hashlib.sha256(), 0
    with _draft() as draft:
        with draft.open("wb") as out:
            for chunk in chunks:
                size += len(chunk)
                if size > most:
                    raise Problem("SSK-2160", limit=most // _CHUNK)
                sealed.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        _put(draft, place_of(sealed.digest()))
    return Kept(sealed.digest(), size)


def keep_stream(stream: Stream, most: int = MOST_BYTES) -> Kept:
    """The same of an open file."""
    return keep(iter(lambda: stream.read(_CHUNK), b""), most)


def opened(digest: bytes) -> BinaryIO:
    """The file, to be read. SSK-2161 when it is not there any more."""
    try:
        return place_of(digest).open("rb")
    except FileNotFoundError:
        raise Problem("SSK-2161") from None


def _put(draft: Path, place: Path) -> None:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft.replace(place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _draft() -> Iterator[Path]:
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix="draft-", dir=folder)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()


def _folder() -> Path:
    return Path(settings.HOME) / "deliveries"
