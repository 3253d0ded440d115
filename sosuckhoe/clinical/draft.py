"""A resource on its way into the repository, and as it is kept there."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID


class Draft(NamedTuple):
    """A resource before it is stored.

    `body` is FHIR R4 JSON with `resourceType` and `id`, without `meta.versionId` and `meta.lastUpdated`,
    which the store sets. `person` is `base.keys.NOBODY` for a register entry.
    """

    type: str
    key: UUID
    person: int
    body: dict[str, Any]


class Stored(NamedTuple):
    """A resource as kept: the exact bytes that a reader gets."""

    type: str
    key: UUID
    person: int
    version: int
    updated: datetime
    body: bytes
