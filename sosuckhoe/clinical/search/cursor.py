"""Where a page ended, as the next link carries it. It moves the place only: rights are asked anew each time."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from struct import Struct, error
from typing import NamedTuple
from uuid import UUID

from sosuckhoe.base.errors import Problem

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FORM = Struct(">?q16s")


class Place(NamedTuple):
    """The last resource of a page: its date in the order (None: it has none) and its key."""

    at: datetime | None
    key: UUID


def write(place: Place) -> str:
    """A place as text for a link."""
    micros = 0 if place.at is None else (place.at - _EPOCH) // timedelta(microseconds=1)
    return urlsafe_b64encode(_FORM.pack(place.at is not None, micros, place.key.bytes)).decode().rstrip("=")


def read(text: str) -> Place:
    """The place that `write` wrote; Problem SSK-3004 for anything else."""
    try:
        is_dated, micros, key = _FORM.unpack(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        at = _EPOCH + timedelta(microseconds=micros) if is_dated else None
    except (binascii.Error, error, OverflowError, ValueError) as fault:
        raise Problem("SSK-3004", name="_cursor", form="the next link as it was given") from fault
    return Place(at, UUID(bytes=key))
