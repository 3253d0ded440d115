"""Bodies packed with zstd. The library's objects may be used by one thread at a time, so each thread has its own."""

from __future__ import annotations

import threading

import zstandard

ZSTD = 1
"""The codec's number beside a packed body: level 1, no dictionary."""

MOST_BYTES = 256 * 1024 * 1024
"""No packed body unpacks to more: what is taken in is far smaller."""


class _Tools(threading.local):
    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=1, write_checksum=True)
        self.decompressor = zstandard.ZstdDecompressor()


_tools = _Tools()


def pack(content: bytes) -> bytes:
    """The content in a zstd frame with its checksum."""
    return _tools.compressor.compress(content)


def unpack(body: bytes) -> bytes:
    """What `pack` was given. Raises zstandard.ZstdError when the body is damaged."""
    return _tools.decompressor.decompress(body, max_output_size=MOST_BYTES)
