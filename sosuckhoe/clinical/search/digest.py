"""The 64-bit hashes by which resources are found: `clinical_resource.tokens`.

A hash stands for (resource type, path, value). It is keyed: who reads the table cannot try the numbers of people. Two
different values share one by chance once in 10^9 queries
at 20 billion values; within one person's rows, which every book reads, never in practice.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b

from sosuckhoe.base import blinding
from sosuckhoe.base.remembered import remembered

SEPARATOR = "\x1e"
"""Between system and code: a character that no FHIR string may hold."""

ANY = "\x1f"
"""Before a code of whatever system."""

_PURPOSE = "clinical token"
_NUMBER = "\x19"
"""Between a path and the place of an element: a character that no FHIR string may hold."""

ELEMENTS = (1 << 20) - 1
"""The bits of a path that tell elements apart: no expression yields as many (fhirpath/allowance.py, MOST_VALUES)."""

LENGTH = b"\x00\x00\x00\x08"


def prefix(type_name: str, steps: str) -> bytes:
    """What every value of one path of one type is hashed with."""
    return f"{type_name}{SEPARATOR}{steps}{SEPARATOR}".encode()


def element(start: bytes, value: str) -> bytes:
    """A hash as an element of a binary int8[]: its length and 8 bytes."""
    return LENGTH + blinding.short(_PURPOSE, start + value.encode())


def number(start: bytes, value: str) -> int:
    """The same hash as the signed number that PostgreSQL sees."""
    return int.from_bytes(blinding.short(_PURPOSE, start + value.encode()), "big", signed=True)


@lru_cache(maxsize=1 << 12)
def short(value: str) -> int:
    """A hash of 32 bits, for what is only compared within rows that were found by another; never 0."""
    return int.from_bytes(blake2b(value.encode(), digest_size=4).digest(), "big", signed=True) or 1


kept_element = remembered(1 << 16, 200)(element)
"""`element` for values that come again and again: statuses, references of one visit."""


def numbered(steps: str, place: int) -> str:
    """A path whose values are those of one element, which has this place among its like; see `ELEMENTS`."""
    return f"{steps}{_NUMBER}{place}"


def unnumbered(steps: str) -> str:
    """The path without the place of an element."""
    return steps.partition(_NUMBER)[0]


@lru_cache(maxsize=1 << 12)
def path_hash(type_name: str, steps: str) -> bytes:
    """What stands for a path in `clinical_date`: 8 bytes, the last bits of a numbered one its element's place."""
    plain, _, place = steps.partition(_NUMBER)
    hashed = blinding.short(_PURPOSE, prefix(type_name, plain))
    if not place:
        return hashed
    return (int.from_bytes(hashed, "big") & ~ELEMENTS | int(place)).to_bytes(8, "big")


def path_number(type_name: str, steps: str) -> int:
    """The same as the signed number that PostgreSQL sees."""
    return int.from_bytes(path_hash(type_name, steps), "big", signed=True)
