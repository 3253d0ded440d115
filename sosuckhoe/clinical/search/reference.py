"""Reference parameters. https://hl7.org/fhir/R4/search.html#reference"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from typing import Any

from sosuckhoe.clinical.search.digest import element

Add = Callable[[Iterable[bytes]], None]
Leaf = Callable[[Any, Add], None]


@lru_cache(maxsize=1 << 16)
def reference_elements(start: bytes, reference: str) -> tuple[bytes, ...]:
    """The hashes of a literal reference: as written, and without its version."""
    whole, _, version = reference.partition("/_history/")
    return (element(start, whole), element(start, reference)) if version else (element(start, whole),)


@lru_cache(maxsize=1 << 14)
def canonical_elements(start: bytes, canonical: str) -> tuple[bytes, ...]:
    """The hashes of a canonical address: as written, and without its version."""
    whole, _, version = canonical.partition("|")
    return (element(start, whole), element(start, canonical)) if version else (element(start, whole),)


def leaf(data_type: str, start: bytes) -> Leaf | None:
    """What reads the references of one data type; None for a type that has none."""
    reader = _READERS.get(data_type)
    return partial(reader, start) if reader else None


def _reference(start: bytes, value: Any, add: Add) -> None:
    if (reference := value.get("reference")) and reference[0] != "#":
        add(reference_elements(start, reference))


def _canonical(start: bytes, value: Any, add: Add) -> None:
    add(canonical_elements(start, value))


_READERS: dict[str, Callable[[bytes, Any, Add], None]] = {
    "Reference": _reference,
    "canonical": _canonical,
    "uri": _canonical,
}
