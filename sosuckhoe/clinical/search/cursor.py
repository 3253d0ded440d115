"""Where a page ended or began, as the links to the next and the previous one carry it.

It moves the place only: rights are asked anew each time.

A place holds values of a record (a date, a name), and addresses are logged: so it is encrypted, and nobody but this
server can read or make one.
"""

from __future__ import annotations

import binascii
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from sosuckhoe.base.errors import Problem

Value = datetime | float | str | UUID | None
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NONCE = 12


class Place(NamedTuple):
    """The last resource of a page: its date in the order (None: it has none), its key, and what it is sorted by.

    `is_end`: the resource is the first of a page, and what is meant is the page that ends before it.
    """

    at: datetime | None
    key: UUID
    values: tuple[Value, ...] = ()
    is_end: bool = False


def write(place: Place) -> str:
    """A place as text for a link."""
    plain = orjson.dumps([_plain(place.at), place.key.hex, [_plain(one) for one in place.values], place.is_end])
    nonce = secrets.token_bytes(_NONCE)
    return urlsafe_b64encode(nonce + _cipher().encrypt(nonce, plain, None)).decode().rstrip("=")


def read(text: str) -> Place:
    """The place that `write` wrote; Problem SSK-3004 for anything else."""
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        at, key, values, *more = orjson.loads(_cipher().decrypt(raw[:_NONCE], raw[_NONCE:], None))
    except (binascii.Error, InvalidTag, ValueError) as fault:
        raise Problem("SSK-3004", name="_cursor", form="the next link as it was given") from fault
    return Place(_value(at), UUID(key), tuple(_value(one) for one in values), is_end=more == [True])


def _plain(value: Value) -> Any:
    """A value as JSON, with a letter that says what it is."""
    if isinstance(value, datetime):
        return ["t", (value - _EPOCH) // timedelta(microseconds=1)]
    if isinstance(value, UUID):
        return ["k", value.hex]
    if isinstance(value, float):
        return ["n", value.hex()]
    return value


def _value(plain: Any) -> Any:
    if not isinstance(plain, list):
        return plain
    kind, held = plain
    return _READERS[kind](held)


_READERS: dict[str, Any] = {
    "t": lambda held: _EPOCH + timedelta(microseconds=held),
    "k": UUID,
    "n": float.fromhex,
}


@lru_cache(maxsize=1)
def _cipher() -> AESGCM:
    return AESGCM(blake2b(settings.SECRET_KEY.encode(), person=b"search cursor", digest_size=32).digest())
