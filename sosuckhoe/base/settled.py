"""Statements whose text is put together when it is asked for, run as those of `base/prepared.py` are.

psycopg's cursor adapts each value: a search with ten of them costs 95 µs there and 20 here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from struct import Struct
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import psycopg
from psycopg import abc
from psycopg.adapt import Transformer

from sosuckhoe.base import binary, db
from sosuckhoe.base.prepared import MOST, Prepared, Value

_loaders: WeakKeyDictionary[psycopg.Connection[Any], abc.Transformer] = WeakKeyDictionary()
_FLOAT8 = Struct("> d")
_UUID = 2950
_WIDTH = binary.LENGTH.pack(16)
_NONE: Mapping[str, Value] = {}


def tuples(text: str, values: Mapping[str, Any], more: Mapping[str, Value] = _NONE) -> list[tuple[Any, ...]]:
    """All rows. Every value stands in the text as `%(name)s::type`, of the types of `packed`.

    An empty list may stand as text. `more` are packed already, of types that the text tells. Raises psycopg's errors,
    TypeError for a value of another type.
    """
    given: dict[str, Value] = {name: packed(value) for name, value in values.items()}
    given.update(more)
    connection = db.connection()
    result = _prepared(text).result(given, connection)
    loader = _loader(connection)
    loader.set_pgresult(result)
    rows = loader.load_rows(0, result.ntuples, tuple)
    loader.set_pgresult(None)
    return rows


def _loader(connection: psycopg.Connection[Any]) -> abc.Transformer:
    """A connection's own, which remembers how the columns of a type are read. A connection is of one thread.

    It is made of the connection's adapters alone: one that held the connection would keep it for ever.
    Times are in UTC.
    """
    known = _loaders.get(connection)
    if known is None:
        known = _loaders[connection] = Transformer(connection.adapters)
    return known


@lru_cache(maxsize=MOST)
def _prepared(text: str) -> Prepared:
    return Prepared(text)


def packed(value: Any) -> bytes:
    """A value in PostgreSQL's binary format, as the type that Python's type stands for."""
    if type(value) is list:
        return _LISTS[type(value[0])](value) if value else b"{}"
    pack = _PACKERS.get(type(value))
    if pack is None:
        raise TypeError(type(value).__name__)
    return pack(value)


def _uuids(values: list[UUID]) -> bytes:
    return binary.array(_UUID, [_WIDTH + one.bytes for one in values])


_PACKERS: dict[type, Callable[[Any], bytes]] = {
    int: binary.int8,
    float: _FLOAT8.pack,
    str: str.encode,
    bool: binary.boolean,
    datetime: binary.timestamp,
    UUID: lambda one: one.bytes,
}
_LISTS: dict[type, Callable[[Any], bytes]] = {int: binary.int8_array, str: binary.text_array, UUID: _uuids}
