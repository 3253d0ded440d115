"""The keys of what is kept: those that seal contents, by number, and the one that makes numbers findable. Pure.

The house holds one ring; `site/settings.py` puts it here when the program starts. A key is 32 bytes of chance. The
first of the sealing keys seals, all of them open: a new key is told to every process before one seals with it.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from typing import NamedTuple

from sosuckhoe.base.errors import Problem

KEY_BYTES = 32
MOST_NUMBER = 255
"""A key's number is the first byte of what it sealed; 0 is none."""

_FEWEST_DIFFERENT_BYTES = 16
"""32 bytes of chance have fewer different ones once in 10^20 times: what has fewer was typed."""

_ENTRY = re.compile(r"([1-9][0-9]{0,2}):([0-9a-fA-F]{64})")
_INDEX = re.compile(r"[0-9a-fA-F]{64}")
_PROOF_BYTES = 16
INDEX = 0
"""What stands for the index key where keys are told apart by number."""


class Ring(NamedTuple):
    """`sealing`: keys by number. `newest`: the number of the one that seals. `finding`: the key of blind indexes."""

    sealing: Mapping[int, bytes]
    newest: int
    finding: bytes


def read(sealing: str, index: str) -> Ring:
    """A ring from words: `2:<64 hexadecimal digits> 1:<…>`, the first one seals, and the index key.

    Problem SSK-2300 names the place of what is no key, never a value.
    """
    found: dict[int, bytes] = {}
    for place, word in enumerate(sealing.split(), start=1):
        entry = _ENTRY.fullmatch(word)
        number = int(entry.group(1)) if entry else 0
        if entry is None or number > MOST_NUMBER or number in found:
            raise Problem("SSK-2300", setting="SOSUCKHOE_DATA_KEYS", place=place)
        found[number] = bytes.fromhex(entry.group(2))
    if not found:
        raise Problem("SSK-2300", setting="SOSUCKHOE_DATA_KEYS", place=1)
    if not _INDEX.fullmatch(index.strip()):
        raise Problem("SSK-2300", setting="SOSUCKHOE_INDEX_KEY", place=1)
    return Ring(found, next(iter(found)), bytes.fromhex(index.strip()))


def is_fit(ring: Ring) -> bool:
    """Whether every key looks like chance and stands for one thing only: a ring for real people."""
    keys = [*ring.sealing.values(), ring.finding]
    return len(set(keys)) == len(keys) and all(len(set(key)) >= _FEWEST_DIFFERENT_BYTES for key in keys)


def proof(key: bytes) -> bytes:
    """What a database remembers of a key: 16 bytes that tell another key apart and nothing of the key."""
    return hmac.digest(key, b"sosuckhoe proof of a key", "sha256")[:_PROOF_BYTES]


class _Held:
    ring: Ring | None = None


def hold(ring: Ring) -> None:
    """Let this process seal and find with a ring. Whoever derives keys of it looks at `ring()` by identity."""
    _Held.ring = ring


def ring() -> Ring:
    """The ring of this process. Problem SSK-2301 when it was given none."""
    if _Held.ring is None:
        raise Problem("SSK-2301")
    return _Held.ring
