"""One resource as it stands in a file, read as strictly as `jsontext` and several times as fast.

The fast reader keeps the last of two equal keys, so what it read is written again: when that has as many quotes as what
was read, no key was lost. Whatever is unusual (escapes of control characters, numbers beyond 64 bits, faults) goes to
`jsontext`.
"""

from __future__ import annotations

import math
import re
from typing import Any

import msgspec
import orjson

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import jsontext
from sosuckhoe.clinical.body import Number

MOST_BYTES = 8 * 1024 * 1024
"""No resource is longer than one that is sent alone."""

_UNUSUAL = re.compile(rb"\\(?:u00[01]|u[dD][89a-fA-F]|[bf\\])")
_DEEP = b"\n" + b"  " * (jsontext.MOST_DEPTH + 1)


def read(raw: bytes, limit: int = MOST_BYTES) -> dict[str, Any]:
    """One JSON object. Problem SSK-3010 … 3018 says what is wrong and at which byte, never what stands there."""
    if len(raw) > limit or _UNUSUAL.search(raw):
        return jsontext.read(raw, limit)
    try:
        value = _decode(raw)
        if type(value) is dict and _is_whole(raw, value):
            return value
    except (msgspec.DecodeError, ValueError, TypeError, RecursionError, Problem):
        return jsontext.read(raw, limit)
    return jsontext.read(raw, limit)


def _is_whole(raw: bytes, value: dict[str, Any]) -> bool:
    """Whether no key stood twice and nothing is nested too deep."""
    deep = raw.count(b"{") + raw.count(b"[") > jsontext.MOST_DEPTH
    again = orjson.dumps(value, default=digits, option=orjson.OPT_INDENT_2 if deep else 0)
    if deep and _DEEP in again:
        return False
    return again == raw or _quotes(again) == _quotes(raw)


def _quotes(text: bytes) -> int:
    return text.count(b'"') - text.count(b'\\"')


def _decimal(text: str) -> float:
    value = float(text)
    if len(text) > jsontext.MOST_DIGITS or math.isinf(value):
        raise Problem("SSK-3015", place="/", limit=jsontext.MOST_DIGITS)
    return value if repr(value) == text else Number(text)


def digits(value: Any) -> orjson.Fragment:
    """A number as it was written, for `orjson.dumps`."""
    return orjson.Fragment(value.digits)


_decode = msgspec.json.Decoder(float_hook=_decimal).decode
