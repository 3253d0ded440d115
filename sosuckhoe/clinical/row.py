"""A resource as a row of `clinical_resource` in PostgreSQL's binary COPY format.

Packed by hand: 15 columns by one `struct` cost a fifth of as many calls of an adapter.
https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter
from struct import Struct
from typing import Any, NamedTuple
from uuid import UUID

from sosuckhoe.base.binary import LENGTH, micros
from sosuckhoe.base.keys import bucket_in
from sosuckhoe.clinical.search.condition import Text
from sosuckhoe.clinical.search.date import Range
from sosuckhoe.clinical.search.extract import Found
from sosuckhoe.clinical.search.measures import Measure

COLUMNS = (
    "bucket", "rid", "person", "type", "version", "label", "codec", "source", "moment", "moment_to", "updated",
    "present", "self", "tokens", "body",
)  # fmt: skip
DATE_COLUMNS = ("bucket", "rid", "path", "low", "high")
NUMBER_COLUMNS = (
    "bucket", "rid", "path", "low", "high", "coded", "code", "unit", "kind", "second_low", "second_high", "pair",
    "system", "moment",
)  # fmt: skip
ADDRESS_COLUMNS = ("type", "id", "bucket", "rid")
TEXT_COLUMNS = ("bucket", "rid", "path", "exact", "folded", "moment")

_START = "> h ii i16s iq ih ii ih ih iq "
_DATED = Struct(_START + "iq iq iq iq iq")
_UNDATED = Struct(_START + "i i iq iq iq")
_DELETED = Struct(_START + "i i iq i i i i")
_DATE = Struct("> h ii i16s i8s iq iq")
_TEXT = Struct("> h ii i16s i8s iq i")
_NUMBER = Struct("> h ii i16s i8s id id iq iq iq iq id id iq ii")
_ADDRESSED, _ADDRESS_END = Struct("> h ih i"), Struct("> ii i16s")
_MOMENT = Struct("> iq")
_ARRAY = Struct("> i iiiii")
_INT8 = 20
_EMPTY_ARRAY = Struct("> i iii").pack(12, 0, 0, _INT8)
_NULL = -1
_COUNT_BYTES = 2


class Header(NamedTuple):
    """What the store says of a version. `type` is its number, `self` what references to it carry (search/link.py)."""

    key: UUID
    person: int
    type: int
    version: int
    label: int
    codec: int
    source: int
    updated: datetime
    self: int = 0


def packed(header: Header, found: Found, body: bytes) -> bytes:
    """A stored resource."""
    start = _start(header)
    updated = micros(header.updated)
    if found.main:
        low, high = micros(found.main.low), micros(found.main.high)
        fixed = _DATED.pack(*start, 8, low, 8, high, 8, updated, 8, found.present, 8, header.self)
    else:
        fixed = _UNDATED.pack(*start, _NULL, _NULL, 8, updated, 8, found.present, 8, header.self)
    return b"".join((fixed, _array_header(len(found.tokens)), *found.tokens, LENGTH.pack(len(body)), body))


def packed_deletion(header: Header) -> bytes:
    """The mark of a deleted resource."""
    return _DELETED.pack(*_start(header), _NULL, _NULL, 8, micros(header.updated), _NULL, _NULL, _NULL, _NULL)


key_of = itemgetter(slice(14, 30))
"""The key of a packed resource, as bytes: behind the number of columns, the bucket and three lengths."""


def packed_date(key: UUID, path: bytes, value: Range) -> bytes:
    """A row of `clinical_date`. `path` is a hash of 8 bytes."""
    return _DATE.pack(5, 4, bucket_in(key), 16, key.bytes, 8, path, 8, micros(value.low), 8, micros(value.high))


def packed_moment(found: Found) -> bytes:
    """The main date of a resource, as the last column of its texts and numbers has it."""
    return _MOMENT.pack(8, micros(found.main.low)) if found.main else LENGTH.pack(_NULL)


def packed_text(key: UUID, path: bytes, value: Text, moment: bytes) -> bytes:
    """A row of `clinical_text`. `path` is a hash of 8 bytes, `moment` is packed."""
    folded = value.folded.encode()
    return _TEXT.pack(6, 4, bucket_in(key), 16, key.bytes, 8, path, 8, value.exact, len(folded)) + folded + moment


def packed_number(key: UUID, path: bytes, value: Measure, moment: bytes) -> bytes:
    """A row of `clinical_number`. `path` is a hash of 8 bytes, `moment` is packed."""
    _, (low, high), units, (kind, second_low, second_high), pair = value
    where = (14, 4, bucket_in(key), 16, key.bytes, 8, path, 8, low, 8, high)
    unit = (8, units.coded, 8, units.code, 8, units.unit)
    beside = (8, kind, 8, second_low, 8, second_high, 8, pair.code, 4, pair.system)
    return _NUMBER.pack(*where, *unit, *beside) + moment


def packed_address(type_number: int, name: str, key: UUID) -> bytes:
    """A row of `clinical_address`: where a resource stands whose id a client chose."""
    raw = name.encode()
    return _ADDRESSED.pack(4, 2, type_number, len(raw)) + raw + _ADDRESS_END.pack(4, bucket_in(key), 16, key.bytes)


def columns(packed_rows: Sequence[bytes], count: int) -> list[list[bytes]]:
    """The values of packed rows by column, each behind its length."""
    found: list[list[bytes]] = [[] for _ in range(count)]
    for packed_row in packed_rows:
        at = _COUNT_BYTES
        for column in found:
            end = at + LENGTH.size + max(LENGTH.unpack_from(packed_row, at)[0], 0)
            column.append(packed_row[at:end])
            at = end
    return found


def values(packed_row: bytes, names: Sequence[str]) -> dict[str, bytes | None]:
    """The values of a packed row by the names of its columns."""
    lengths = LENGTH.size
    return {
        name: column[0][lengths:] if LENGTH.unpack_from(column[0])[0] >= 0 else None
        for name, column in zip(names, columns([packed_row], len(names)), strict=True)
    }


def _start(header: Header) -> tuple[Any, ...]:
    """The number of columns, and the first eight of them, each behind its length."""
    key, person, number, version, label, codec, source = header[:7]
    keys = (15, 4, bucket_in(key), 16, key.bytes, 8, person)
    return (*keys, 2, number, 4, version, 2, label, 2, codec, 8, source)


def _array_header(count: int) -> bytes:
    """Length, dimensions, no nulls, element type, size and first index of an int8[] of `count` elements."""
    return _ARRAY.pack(20 + 12 * count, 1, 0, _INT8, count, 1) if count else _EMPTY_ARRAY
