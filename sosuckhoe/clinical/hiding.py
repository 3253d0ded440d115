"""Which rows an owner's wishes hide: one entry with all that refers to it, or kinds of entries. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Wish(NamedTuple):
    """`entry`: `Type/id`, or ''; `types`: FHIR types; `labels`: bits of sensitivity."""

    entry: str
    types: frozenset[str]
    labels: int


def is_hidden(wishes: Iterable[Wish], type_name: str, name: str, label: int, body: bytes) -> bool:
    """Whether some wish hides a resource of this type, id, label and content. A person's Patient is never hidden."""
    return type_name != "Patient" and any(_meets(wish, type_name, name, label, body) for wish in wishes)


def _meets(wish: Wish, type_name: str, name: str, label: int, body: bytes) -> bool:
    if type_name in wish.types or label & wish.labels:
        return True
    if type_name == "Bundle" and any(f'"resourceType":"{kind}"'.encode() in body for kind in wish.types):
        return True
    if not wish.entry:
        return False
    return f"{type_name}/{name}" == wish.entry or f'{wish.entry}"'.encode() in body
