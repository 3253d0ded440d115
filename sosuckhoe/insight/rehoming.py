"""What a merge does to the counts: nothing at once.

The worker counts both persons anew (`actions/merged.py`); the night drops the one who went from what it knows of books
(`actions/sql/reach_gone.sql`).
"""

from __future__ import annotations

from sosuckhoe.identity.moving import Move

MOVED = frozenset({"insight_person", "insight_reached"})
STAYS: dict[str, str] = {}


def move(move: Move) -> None:
    """The merge itself waits to be counted."""


def restore(move: Move) -> None:
    """So does its undoing."""
