"""JSON as FHIR wants it: strict, and with the digits of every number. https://hl7.org/fhir/R4/json.html

Python's own reader keeps the last of two equal keys and takes NaN; this one refuses both, and whatever could not be
stored, sent or walked again.

What is usual is read by a quicker reader. It keeps the last of two equal keys too, so what it read is written again:
when that has as many quotes as what was read, no key was lost. Whatever is unusual (escapes of control characters,
numbers beyond 64 bits, faults) is read again, slowly, by the one that knows what is wrong and where.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import msgspec
import orjson

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import jsonplace
from sosuckhoe.clinical.body import Number, digits
from sosuckhoe.clinical.jsonplace import Token

MOST_BYTES = 8 * 1024 * 1024
"""No resource is longer."""

MOST_DIGITS = 64
MOST_DEPTH = 64
_UNUSUAL = re.compile(rb"\\(?:u00[01]|u[dD][89a-fA-F]|[bf\\])")
_MINUS_NOTHING = re.compile(rb"-0(?=[\s,\]}]|$)")
"""Two patterns that each begin with plain letters: one for both is looked for letter by letter, 5 µs a kilobyte."""

_DEEP = b"\n" + b"  " * MOST_DEPTH
_DOUBTED = object()
_SUSPECT = re.compile(rb"\\(?:u00[01]|u[dD][89a-fA-F]|[bf])|\x7f")
_MARKS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)
"""A string that nobody closes ends with the text: else each quote in it would be tried as a beginning."""

_NOT_ALLOWED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def read(raw: bytes, limit: int = MOST_BYTES) -> dict[str, Any]:
    """One JSON object. Problem SSK-3010 … 3017 says what is wrong and at which byte, never what stands there."""
    value = read_any(raw, limit)
    if not isinstance(value, dict):
        raise Problem("SSK-3017")
    return value


def read_any(raw: bytes, limit: int) -> Any:
    """One JSON value, as strictly. Problem SSK-3010 … 3016."""
    if len(raw) > limit:
        raise Problem("SSK-3010", limit=limit)
    found = _quick(raw)
    return _strict(raw) if found is _DOUBTED else found


def _quick(raw: bytes) -> Any:
    """The value, where there is no doubt of it."""
    if _UNUSUAL.search(raw) or _MINUS_NOTHING.search(raw):
        return _DOUBTED
    try:
        value = _decode(raw)
        return value if _is_whole(raw, value) else _DOUBTED
    except (msgspec.DecodeError, ValueError, TypeError, RecursionError, _Trap):
        return _DOUBTED


def _is_whole(raw: bytes, value: Any) -> bool:
    """Whether no key stood twice and nothing is nested too deep."""
    is_deep = raw.count(b"{") + raw.count(b"[") > MOST_DEPTH
    again = orjson.dumps(value, default=digits, option=orjson.OPT_INDENT_2 if is_deep else 0)
    if is_deep and _DEEP in again:
        return False
    return again == raw or _quotes(again) == _quotes(raw)


def _quotes(text: bytes) -> int:
    return text.count(b'"') - text.count(b'\\"')


def _strict(raw: bytes) -> Any:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem("SSK-3011", byte=error.start) from error
    try:
        _check_depth(raw)
        value = _DECODER.decode(text)
        if _SUSPECT.search(raw):
            _check_strings(value)
    except json.JSONDecodeError as error:
        raise Problem("SSK-3012", line=error.lineno, column=error.colno) from error
    except _Trap as trap:
        raise Problem(trap.number, place=_place(text, trap.number), limit=trap.limit) from None
    return value


class _Trap(Exception):  # noqa: N818 -- it is caught where the place is looked for
    """Something that JSON allows or readers take, and this one does not."""

    def __init__(self, number: str, limit: int = 0) -> None:
        self.number = number
        self.limit = limit
        super().__init__(number)


def _place(text: str, number: str) -> str:
    """Where the first of such traps stands; `/` for the whole."""
    is_trap = _TRAPS[number]
    return next((one.place for one in jsonplace.tokens(text) if is_trap(one)), "") or "/"


def _is_bad_number(token: Token) -> bool:
    if token.text[0] not in "-0123456789":
        return False
    try:
        number(token.text)
    except ValueError:
        return True
    return False


def _is_bad_string(token: Token) -> bool:
    return token.text[0] == '"' and _NOT_ALLOWED.search(json.loads(token.text, strict=False)) is not None


def read_own(raw: bytes) -> Any:
    """JSON that this server wrote, with the digits of its numbers: nothing in it is doubted."""
    return _OWN.decode(raw.decode())


def number(text: str) -> int | float:
    """A number of JSON with the digits that it was written with. ValueError when there are too many or it is none."""
    try:
        return _decimal(text) if set(text) & _OF_DECIMALS else _integer(text)
    except _Trap as trap:
        raise ValueError(trap.number) from None


def _check_depth(raw: bytes) -> None:
    """Refuse deep nesting before anything recursive sees it."""
    if raw.count(b"[") + raw.count(b"{") <= MOST_DEPTH:
        return
    depth = 0
    for mark in _MARKS.finditer(raw):
        first = raw[mark.start()]
        if first in b"[{":
            depth += 1
            if depth > MOST_DEPTH:
                raise _Trap("SSK-3014", MOST_DEPTH)
        elif first in b"]}":
            depth -= 1


def _check_strings(value: Any) -> None:
    if any(_NOT_ALLOWED.search(one) for one in _strings(value)):
        raise _Trap("SSK-3016")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _Trap("SSK-3013")
    return made


def _decimal(text: str) -> float:
    value = float(text)
    if len(text) > MOST_DIGITS or math.isinf(value):
        raise _Trap("SSK-3015", MOST_DIGITS)
    return value if repr(value) == text else Number(text)


def _integer(text: str) -> int | float:
    return int(text) if len(text) < _SAFE_DIGITS and text != "-0" else _decimal(text)


def _not_a_number(_text: str) -> NoReturn:
    raise _Trap("SSK-3018")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


_TRAPS: dict[str, Callable[[Token], bool]] = {
    "SSK-3013": lambda token: token.is_again,
    "SSK-3014": lambda token: token.depth > MOST_DEPTH,
    "SSK-3015": _is_bad_number,
    "SSK-3016": _is_bad_string,
    "SSK-3018": lambda token: token.text in {"NaN", "Infinity", "-Infinity"},
}
_decode = msgspec.json.Decoder(float_hook=_decimal).decode
_SAFE_DIGITS = 16
_OF_DECIMALS = frozenset(".eE")
_OWN = json.JSONDecoder(parse_float=_decimal, parse_int=_integer)
_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_decimal, parse_int=_integer, parse_constant=_not_a_number
)
