"""What a merge does to the counts: nothing at once. The worker counts both persons anew (`actions/merged.py`)."""

from __future__ import annotations

from sosuckhoe.identity.moving import Move

MOVED = frozenset({"insight_person"})
STAYS: dict[str, str] = {}


def move(move: Move) -> None:
    """The merge itself waits to be counted."""


def restore(move: Move) -> None:
    """So does its undoing."""
