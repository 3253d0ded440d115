"""Blind indexes: what numbers are found by in the database, without standing there. Pure.

A number has too few values for a plain hash to hide it: all 10^12 citizen numbers are tried in minutes. So both kinds
are keyed, each with a key of its own purpose that derives from the ring's index key (HKDF-SHA-256, RFC 5869).

- `blind`: HMAC-SHA-256 (FIPS 198-1) cut to 16 bytes, as a key of a table. It decides alone who is meant, so it must
  not collide: among 10^10 numbers two share one with a chance of 10^-19.
- `short`: keyed BLAKE2b (RFC 7693) of 8 bytes, for indexes whose hits are looked at again: blocking keys, tokens.

Equal numbers give equal indexes: who reads the table sees how often one comes, not which one it is. The index key is
for life: another one finds nothing that was written with this one.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from hashlib import blake2b
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sosuckhoe.base import keyring
from sosuckhoe.base.keyring import KEY_BYTES, Ring

BLIND_BYTES = 16
SHORT_BYTES = 8


class _Made:
    ring: Ring | None = None
    macs: dict[str, Any] = {}  # noqa: RUF012 -- replaced with the ring, never shared
    hashers: dict[str, Any] = {}  # noqa: RUF012 -- as above


def blind(purpose: str, *parts: str) -> bytes:
    """What a number is found by: 16 bytes, different for each purpose; parts cannot run into one another."""
    mac = _kept(_Made.macs, purpose, _mac).copy()
    for part in parts:
        text = part.encode()
        mac.update(len(text).to_bytes(4, "big") + text)
    return bytes(mac.digest()[:BLIND_BYTES])


def short(purpose: str, text: bytes) -> bytes:
    """A keyed hash of 8 bytes."""
    made = _kept(_Made.hashers, purpose, _hasher).copy()
    made.update(text)
    return bytes(made.digest())


def _kept(made: dict[str, Any], purpose: str, make: Callable[[bytes], Any]) -> Any:
    """Begun once for a purpose and copied each time: the key is worked in already."""
    ring = keyring.ring()
    if _Made.ring is not ring:
        _Made.ring, _Made.macs, _Made.hashers = ring, {}, {}
        made = _Made.macs if make is _mac else _Made.hashers
    found = made.get(purpose)
    if found is None:
        info = f"sosuckhoe index {purpose}".encode()
        found = made[purpose] = make(HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=info).derive(ring.finding))
    return found


def _mac(key: bytes) -> Any:
    return hmac.new(key, digestmod="sha256")


def _hasher(key: bytes) -> Any:
    return blake2b(digest_size=SHORT_BYTES, key=key)
