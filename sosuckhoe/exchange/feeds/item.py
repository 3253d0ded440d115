"""A record of another system on its way into a book, before our ids are given. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sosuckhoe.base.errors import Problem


class Item(NamedTuple):
    """One FHIR R4 resource with the ids and references of the system that sent it.

    `piece` is the 1-based entry or line that it stands in, `place` says it to a person. `as_of` is when that system
    wrote it, with a time zone. `body` None: the system has taken it back.
    """

    piece: int
    place: str
    type: str
    id: str
    as_of: datetime
    body: dict[str, Any] | None


class Piece(NamedTuple):
    """What one entry or line holds: records, and the faults of what cannot be taken, each with its place."""

    number: int
    items: tuple[Item, ...] = ()
    faults: tuple[tuple[str, Problem], ...] = ()


Pieces = Iterator[Piece]
