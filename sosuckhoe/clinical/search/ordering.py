"""`_sort` by any parameters. https://hl7.org/fhir/R4/search.html#sort

Of several values the one that comes first in the order counts: the smallest ascending, the largest descending. A date
counts by its start, a quantity by its number, a text without case and marks, a token by its code, a reference by its
text. Resources without a value come last in either order; what is equal stands in the order of keys. By the main date
alone or `_lastUpdated` alone an index gives the order; every other order sorts what the search finds.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.search import (
    cursor,
    custom,
    extract,
    meaning,
    number,
    parameters,
    presence,
    quantity,
    reference,
    string,
)
from sosuckhoe.clinical.search.condition import MOMENT, UPDATED
from sosuckhoe.clinical.search.digest import path_number
from sosuckhoe.clinical.search.parameters import Parameter

KEPT_LETTERS = 64
"""So many letters of a text are compared."""

KEY = "key"
DATE = "date"
TEXT = "text"
NUMBER = "number"
BODY = "body"
_TYPES: dict[str, type] = {
    MOMENT: datetime, UPDATED: datetime, DATE: datetime, KEY: UUID, TEXT: str, NUMBER: float, BODY: str,
}  # fmt: skip


class Key(NamedTuple):
    """What an answer is sorted by. `by` is where the value stands: a column, a table, or only the resource (BODY)."""

    by: str
    descending: bool
    paths: tuple[int, ...] = ()
    parameter: Parameter | None = None
    base: str = ""


def parse(type_name: str, text: str, base: str) -> Key:
    """What `-date` asks. Problem SSK-3001 for what is no parameter, 3002 for what has no order."""
    code = text.removeprefix("-")
    parameter = custom.parameter_of(type_name, code)
    if parameter is None:
        raise Problem("SSK-3001", name=f"_sort={meaning.shown(code)}", type=type_name)
    return _key(parameter, base, descending=text.startswith("-"))


def check(keys: tuple[Key, ...], place: cursor.Place | None) -> None:
    """Refuse (SSK-3004) a place of another order than this."""
    if place is None:
        return
    fits = len(keys) == len(place.values) and all(
        value is None or isinstance(value, _TYPES[key.by]) for key, value in zip(keys, place.values, strict=False)
    )
    if not fits:
        raise Problem("SSK-3004", name="_cursor", form="the next link as it was given")


def _key(parameter: Parameter, base: str, *, descending: bool) -> Key:
    if parameter.code in _COLUMNS:
        return Key(_COLUMNS[parameter.code], descending)
    if not meaning.is_supported(parameter):
        raise Problem("SSK-3002", name=f"_sort={parameter.code}", type=parameter.type)
    if parameter.kind == "date":
        if extract.is_main(parameter):
            return Key(MOMENT, descending)
        return Key(DATE, descending, _paths(parameter, extract.dated(parameter)))
    if parameter.kind == "string":
        return Key(TEXT, descending, _paths(parameter, string.indexed(parameter)))
    if numbers := number.indexed(parameter) or quantity.indexed(parameter):
        return Key(NUMBER, descending, _paths(parameter, numbers))
    if parameter.kind not in _IN_BODY:
        raise Problem("SSK-3002", name=f"_sort={parameter.code}", type=parameter.type)
    return Key(BODY, descending, (), parameter, base)


def _paths(parameter: Parameter, paths: tuple[parameters.Path, ...]) -> tuple[int, ...]:
    return tuple(path_number(parameter.type, path.steps) for path in paths)


def value_in(key: Key, body: bytes) -> str | None:
    """What a resource is sorted by where only the resource says it."""
    if key.parameter is None:
        return None
    resource = orjson.loads(body)
    found = {text[:KEPT_LETTERS].lower() for text in _texts(key.parameter, resource, key.base) if text}
    return (max if key.descending else min)(found, default=None)


def _texts(parameter: Parameter, resource: dict[str, Any], base: str) -> Iterator[str]:
    for path in parameter.paths:
        for value in presence.inside(resource, path.steps):
            if path.leaf == "Reference":
                written = (value.get("reference") or "").removeprefix(base + "/").partition("/_history/")[0]
                if path.only in {"", reference.type_in(value)}:
                    yield written
            elif path.leaf == "CodeableConcept":
                yield from (coding.get("code") or "" for coding in value.get("coding") or ())
            elif isinstance(value, dict):
                yield value.get("code" if path.leaf == "Coding" else "value") or ""
            elif path.leaf.startswith("!"):
                yield "true" if value else ""
            else:
                yield str(value)


_COLUMNS = {"_lastUpdated": UPDATED, "_id": KEY}
_IN_BODY = frozenset({"token", "reference", "uri"})
