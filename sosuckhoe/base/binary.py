"""Values in PostgreSQL's binary format, for statements whose values are packed here (`base/prepared.py`) and for COPY.

https://www.postgresql.org/docs/current/protocol-overview.html#PROTOCOL-FORMAT-CODES
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from struct import Struct

INT4, INT8, FLOAT8, TEXT, TIMESTAMPTZ = 23, 20, 701, 25, 1184
"""The numbers of types (pg_type.oid) that arrays name."""

TRUE, FALSE = b"\x01", b"\x00"
LENGTH = Struct("> i")

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_INT2, _INT4, _INT8 = Struct("> h"), Struct("> i"), Struct("> q")
_EMPTY_ARRAY, _ARRAY = Struct("> iii"), Struct("> iiiii")


def int2(value: int) -> bytes:
    return _INT2.pack(value)


def int4(value: int) -> bytes:
    return _INT4.pack(value)


def int8(value: int) -> bytes:
    return _INT8.pack(value)


def boolean(value: object) -> bytes:
    return TRUE if value else FALSE


def timestamp(moment: datetime) -> bytes:
    return _INT8.pack(micros(moment))


def micros(moment: datetime) -> int:
    """A timestamptz in binary: microseconds since 2000-01-01."""
    delta = moment - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def number(raw: bytes) -> int:
    """A value of int2, int4 or int8."""
    return int.from_bytes(raw, "big", signed=True)


def moment(raw: bytes) -> datetime:
    """A value of timestamptz, in UTC."""
    return _EPOCH + timedelta(microseconds=number(raw))


def array(oid: int, elements: Sequence[bytes]) -> bytes:
    """An array of one dimension. Each element stands behind its length; a null is the length -1 alone."""
    if not elements:
        return _EMPTY_ARRAY.pack(0, 0, oid)
    has_null = any(len(one) == LENGTH.size for one in elements) and any(one == _NULL for one in elements)
    return b"".join((_ARRAY.pack(1, int(has_null), oid, len(elements), 1), *elements))


def int4_array(values: Iterable[int]) -> bytes:
    return array(INT4, [_WIDTH4 + int4(value) for value in values])


def int8_array(values: Iterable[int]) -> bytes:
    return array(INT8, [_WIDTH8 + int8(value) for value in values])


def text_array(values: Iterable[str]) -> bytes:
    raw = [value.encode() for value in values]
    return array(TEXT, [LENGTH.pack(len(one)) + one for one in raw])


_NULL = LENGTH.pack(-1)
_WIDTH4, _WIDTH8 = LENGTH.pack(4), LENGTH.pack(8)
