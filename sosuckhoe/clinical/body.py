"""The bytes of a resource: one form for the store, the wire and the comparison.

    {"resourceType":"Observation","id":"…","meta":{"versionId":"3","lastUpdated":"2026-05-02T03:11:00.000Z"
    ,"security":[…]},"status":"final",…}

What comes before the line break is the head, made from type, id, version and time. What follows, the tail, is
the content: two versions are the same when their tails are.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any, Self

import orjson

_SET_BY_STORE = ("versionId", "lastUpdated")
_BEFORE_NAME = len('{"resourceType":"","id":"')


class Number(float):
    """A number that keeps the digits that it was sent with: 1.10 stays 1.10."""

    __slots__ = ("digits",)
    digits: str

    def __new__(cls, digits: str) -> Self:
        made = super().__new__(cls, digits)
        made.digits = digits
        return made


def tail_of(body: dict[str, Any]) -> bytes:
    """The content of a resource, without what the store itself says of it."""
    rest = body.copy()
    del rest["resourceType"], rest["id"]
    meta = rest.pop("meta", None)
    raw = dumps(rest)
    after = b"," + raw[1:] if rest else b"}"
    kept = {key: value for key, value in meta.items() if key not in _SET_BY_STORE} if meta else None
    return b"," + dumps(kept)[1:] + after if kept else b"}" + after


def dumps(value: Any) -> bytes:
    """JSON with the digits of its numbers."""
    return orjson.dumps(value, default=digits)


def head_of(type_name: str, name: str, version: int, updated: datetime) -> bytes:
    """What the store says of a resource. `name` is its id, `updated` whole milliseconds in UTC."""
    return (
        f'{{"resourceType":"{type_name}","id":"{name}","meta":{{"versionId":"{version}","lastUpdated":"{_stamp(updated)}Z"'
    ).encode()


@lru_cache(maxsize=64)
def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")[:23]


def written(body: dict[str, Any]) -> bytes:
    """A resource as JSON, its numbers with their digits."""
    return orjson.dumps(body, default=digits)


def name_in(type_name: str, stored: bytes) -> str:
    """The id of a stored resource."""
    return raw_name_in(type_name, stored).decode()


def raw_name_in(type_name: str, stored: bytes) -> bytes:
    """The same as it stands there."""
    start = len(type_name) + _BEFORE_NAME
    return stored[start : stored.index(b'"', start)]


def head_length(type_name: str, name: str, version: int) -> int:
    """The length of `head_of`, whatever the time."""
    return len(type_name) + len(name) + len(str(version)) + _HEAD


def whole_milliseconds(at: datetime) -> datetime:
    """A moment as the store keeps it, so that the column and the text of lastUpdated agree."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def digits(value: Any) -> orjson.Fragment:
    """A number as it was written, for `orjson.dumps`."""
    if isinstance(value, Number):
        return orjson.Fragment(value.digits)
    raise TypeError(type(value).__name__)


_HEAD = len('{"resourceType":"","id":"","meta":{"versionId":"","lastUpdated":"2026-05-02T03:11:00.000Z"')
