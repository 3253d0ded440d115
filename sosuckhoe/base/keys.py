"""Keys of persons and of records.

A person's key is a number that is never shown and never reused. Its 16-bit bucket leads every key of every
person-owned table, so that a cluster can place a person's rows together, and is part of every id the
server makes, so that `GET /Type/{id}` reaches one shard (docs/architecture.md, "Growing past one machine").

A record's key is a UUID of version 8 (RFC 9562): bucket (16 bits), second of its birth (32 bits), the
version, 12 bits, the variant, 62 bits; the last 74 free bits are chance, or a digest of what the record is
made from. Keys of one person made together lie together in the index.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import blake2b
from uuid import UUID

NOBODY = 0
"""The person key of register entries (facilities, practitioners, places)."""
NO_ONE = -1
NO_KEY = UUID(int=0)
"""Keys that no person and no resource has: asked for where one is missing, which takes as long as for a hidden one."""

BUCKETS = 1 << 16
_VERSION, _VARIANT_BITS = 0x8, 0b10
_MARKED_VERSION = _VERSION << 12
_MARKED_VARIANT = _VARIANT_BITS << 62
_LOW = (1 << 62) - 1
_GOLDEN = 0x9E3779B97F4A7C15


def bucket_of(person: int) -> int:
    """The bucket, 0 to 65,535, of a person's key: multiplicative hashing, so that neighbours part."""
    return ((person * _GOLDEN) & 0xFFFFFFFFFFFFFFFF) >> 48


def bucket_in_sql(person: str) -> str:
    """The same bucket, of an SQL expression of a person's key."""
    return f"floor(mod({person}::numeric * {_GOLDEN}, {1 << 64}) / {1 << 48})::int4"


def new_key(bucket: int, at: datetime) -> UUID:
    """A key that nothing else has."""
    return _key(bucket, at, secrets.randbits(74))


def derived_key(bucket: int, at: datetime, *parts: str) -> UUID:
    """The key of a record made from something: the same parts at the same second give the same key."""
    digest = blake2b("\x1f".join(parts).encode(), digest_size=10).digest()
    return _key(bucket, at, int.from_bytes(digest, "big") >> 6)


def bucket_in(key: UUID) -> int:
    """The bucket that a key made here carries."""
    return key.int >> 112


def is_made_here(key: UUID) -> bool:
    """Whether a key has the shape of this module's keys."""
    return (key.int >> 76) & 0xF == _VERSION and (key.int >> 62) & 0b11 == _VARIANT_BITS


def _key(bucket: int, at: datetime, chance: int) -> UUID:
    seconds = int(at.timestamp()) & 0xFFFFFFFF
    high = (bucket << 48) | (seconds << 16) | _MARKED_VERSION | (chance >> 62)
    return UUID(int=(high << 64) | _MARKED_VARIANT | (chance & _LOW))
