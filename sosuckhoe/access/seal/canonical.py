"""One line of the trace as bytes: the same line always the same bytes, two lines never the same.

Version byte 1; bucket, id, person, microseconds since 1970 UTC and account as signed 64-bit big-endian; the key as
its 16 bytes after a byte 1, or a byte 0; then every text as the length of its UTF-8 in 32 bits and the UTF-8.
"""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sosuckhoe.access.seal.tree import leaf_hash

_NUMBERS = struct.Struct(">Bqqqqq")
_LENGTH = struct.Struct(">I")
_VERSION = 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Row(NamedTuple):
    """A line as the table holds it, every column in a fixed order."""

    bucket: int
    id: int
    person: int
    at: datetime
    account: int
    role: str
    facility: str
    purpose: str
    action: str
    kind: str
    key: UUID | None
    outcome: str
    detail: str


def canonical(row: Row) -> bytes:
    """The bytes that are hashed for a line."""
    bucket, number, person, at, account, role, facility, purpose, action, kind, key, outcome, detail = row
    moment = (at - _EPOCH) // _MICROSECOND
    parts = [_NUMBERS.pack(_VERSION, bucket, number, person, moment, account), b"\x01" + key.bytes if key else b"\x00"]
    for text in (role, facility, purpose, action, kind, outcome, detail):
        content = text.encode()
        parts += (_LENGTH.pack(len(content)), content)
    return b"".join(parts)


def leaf_of(row: Row) -> bytes:
    """The leaf hash of a line."""
    return leaf_hash(canonical(row))
