"""Hashes of references that SQL can follow in both directions.

The token of a reference is the hash of its path (`Observation.subject`) XOR that of its target (`Patient/123`, which
the target keeps as `clinical_resource.self`), and XOR that of the server's address when it is written in front. So
`self # path` finds who refers to a resource, and `token # path` whom a resource refers to, without reading either.
"""

from __future__ import annotations

import re
from functools import lru_cache

from sosuckhoe.clinical.search import digest

_LITERAL = re.compile(r"(?:(.+)/)?([A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64})", re.DOTALL)
_TARGET = b"reference\x1e"
_ADDRESS = b"address\x1e"
KEPT = 1 << 13
"""So many references are remembered: those of one visit name each other again and again, and then never more."""


@lru_cache(maxsize=KEPT)
def target(written: str) -> int:
    """What stands for the resource `Patient/123`: its `clinical_resource.self`."""
    return digest.number(_TARGET, written)


@lru_cache(maxsize=1 << 12)
def mask(start: bytes, base: str = "") -> int:
    """What a target is XORed with in the tokens of a path. `start` is the path's `digest.prefix`."""
    return digest.number(start, "") ^ (digest.number(_ADDRESS, base) if base else 0)


@lru_cache(maxsize=KEPT)
def number(start: bytes, written: str) -> int:
    """The token of a reference as it is written; of one that names no resource (`urn:…`) the hash of its text."""
    found = _LITERAL.fullmatch(written)
    return mask(start, found.group(1) or "") ^ target(found.group(2)) if found else digest.number(start, written)


def element(start: bytes, written: str) -> bytes:
    """The same as an element of a binary int8[]."""
    return digest.LENGTH + number(start, written).to_bytes(8, "big", signed=True)
