"""How bodies are packed. 0: as they are. Others: zstd with the dictionary of that number, kept for ever."""

from __future__ import annotations

PLAIN = 0


def unpacked(codec: int, body: bytes) -> bytes:
    """The bytes that a reader gets."""
    if codec == PLAIN:
        return body
    raise ValueError(f"codec {codec}")
