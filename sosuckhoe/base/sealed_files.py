"""Files sealed for the disk, written and read as they come: no more than a chunk is held. Pure.

A file is MARK, 16 bytes of chance that name it, then chunks: the length of the sealed chunk (4 bytes, big-endian) and
the chunk (sealing.py). Each is bound to the file's name, its place and whether it is the last one (the STREAM
construction of Hoang, Reyhanitabar, Rogaway and Vizár, CRYPTO 2015): chunks cannot be moved, left out, cut off or
taken from another file.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from os import urandom
from typing import TYPE_CHECKING, BinaryIO

from sosuckhoe.base import sealing
from sosuckhoe.base.errors import Problem

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MARK = b"SSK sealed 1\n"
CHUNK = 1024 * 1024
_NAME_BYTES, _LENGTH_BYTES = 16, 4


def sealed(purpose: str, content: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes of a sealed file, piece by piece."""
    name = urandom(_NAME_BYTES)
    yield MARK + name
    place = 0
    chunks = _even(content)
    chunk = next(chunks, b"")
    for following in chunks:
        yield _piece(purpose, _bound(name, place, is_last=False), chunk)
        chunk, place = following, place + 1
    yield _piece(purpose, _bound(name, place, is_last=True), chunk)


def opened(purpose: str, stream: BinaryIO) -> BinaryIO:
    """The content of a sealed file, to be read forward. Problem SSK-2303 where it is not whole."""
    return io.BufferedReader(_Opened(purpose, stream), CHUNK)


def key_number(stream: BinaryIO) -> int:
    """The number of the key that sealed a file; 0 when it is not sealed."""
    head = stream.read(len(MARK) + _NAME_BYTES + _LENGTH_BYTES + 1)
    return head[-1] if head.startswith(MARK) else 0


def _piece(purpose: str, bound: bytes, chunk: bytes) -> bytes:
    made = sealing.seal(purpose, bound, chunk)
    return len(made).to_bytes(_LENGTH_BYTES, "big") + made


def _bound(name: bytes, place: int, *, is_last: bool) -> bytes:
    return sealing.place(name, place, int(is_last))


def _even(content: Iterable[bytes]) -> Iterator[bytes]:
    """The same content in chunks of one size, the last one shorter."""
    held = bytearray()
    for piece in content:
        held += piece
        while len(held) >= CHUNK:
            yield bytes(held[:CHUNK])
            del held[:CHUNK]
    if held:
        yield bytes(held)


class _Opened(io.RawIOBase):
    def __init__(self, purpose: str, stream: BinaryIO) -> None:
        self._purpose, self._stream = purpose, stream
        self._name = self._exactly(len(MARK) + _NAME_BYTES)[len(MARK) :]
        self._place = 0
        self._rest = memoryview(b"")
        self._next = self._exactly(_LENGTH_BYTES)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        target = memoryview(buffer).cast("B")
        while not self._rest and self._next:
            self._rest = memoryview(self._chunk())
        count = min(len(target), len(self._rest))
        target[:count], self._rest = self._rest[:count], self._rest[count:]
        return count

    def close(self) -> None:
        self._stream.close()
        super().close()

    def _chunk(self) -> bytes:
        made = self._exactly(int.from_bytes(self._next, "big"))
        self._next = self._stream.read(_LENGTH_BYTES)
        bound = _bound(self._name, self._place, is_last=not self._next)
        self._place += 1
        return sealing.unseal(self._purpose, bound, made)

    def _exactly(self, count: int) -> bytes:
        found = self._stream.read(count) if count <= CHUNK + sealing.OVERHEAD else b""
        if len(found) != count:
            raise Problem("SSK-2303", purpose=self._purpose)
        return found
