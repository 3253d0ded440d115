"""Register entries (facilities, practitioners) that packages mention: each is written once."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sosuckhoe.base.keys import NOBODY
from sosuckhoe.clinical import actions as clinical
from sosuckhoe.clinical.draft import Draft

_MOST_REMEMBERED = 200_000
_written: set[UUID] = set()
"""Keys that this process has seen in the store. Register entries are never deleted, so it cannot go stale."""


def unknown(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts without register entries that are already kept: a package knows less of them than a register."""
    fresh = [draft.key for draft in drafts if draft.person == NOBODY and draft.key not in _written]
    if fresh:
        remember(set(clinical.known_of(fresh)))
    return [draft for draft in drafts if draft.person != NOBODY or draft.key not in _written]


def remember(keys: set[UUID]) -> None:
    """These are in the store, or will be when this transaction commits."""
    if len(_written) > _MOST_REMEMBERED:
        _written.clear()
    _written.update(keys)


def forget() -> None:
    """After a transaction that was rolled back: what it wrote is not in the store."""
    _written.clear()
