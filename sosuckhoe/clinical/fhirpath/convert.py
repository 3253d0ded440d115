"""Conversions between System types. https://hl7.org/fhirpath/#conversion"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sosuckhoe.clinical.fhirpath import quantity, single
from sosuckhoe.clinical.fhirpath.moment import Moment, parse_moment, parse_time
from sosuckhoe.clinical.fhirpath.node import Node
from sosuckhoe.clinical.fhirpath.quantity import Quantity

_TRUE = {"true", "t", "yes", "y", "1", "1.0"}
_FALSE = {"false", "f", "no", "n", "0", "0.0"}
_INTEGER = re.compile(r"[+-]?\d{1,10}")
_DECIMAL = re.compile(r"[+-]?\d+(\.\d+)?")
_DAY_LETTERS = 10
_MOST = 1 << 31


def to_boolean(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, Decimal)):
        return bool(value) if value in {0, 1} else None
    if not isinstance(value, str):
        return None
    return True if value.lower() in _TRUE else False if value.lower() in _FALSE else None


def to_integer(value: Any) -> int | None:
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str) and _INTEGER.fullmatch(value) and -_MOST <= int(value) < _MOST:
        return int(value)
    return None


def to_decimal(value: Any) -> Decimal | None:
    if isinstance(value, (int, Decimal)):
        return Decimal(value)
    return Decimal(value) if isinstance(value, str) and _DECIMAL.fullmatch(value) else None


def to_quantity(value: Any) -> Quantity | None:
    if isinstance(value, Quantity):
        return value
    if isinstance(value, (int, Decimal)):
        return Quantity(Decimal(value), "1")
    return quantity.parse(value) if isinstance(value, str) else None


def to_text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    return None if isinstance(value, Node) else str(value)


def to_date(value: Any) -> Moment | None:
    if isinstance(value, Moment) and value.kind != "Time":
        return Moment("Date", value.parts[:3])
    return parse_moment(value[:_DAY_LETTERS], "Date") if isinstance(value, str) and _is_moment(value) else None


def _is_moment(text: str) -> bool:
    return parse_moment(text, "DateTime") is not None


def to_date_time(value: Any) -> Moment | None:
    if isinstance(value, Moment) and value.kind != "Time":
        return value._replace(kind="DateTime")
    return parse_moment(value, "DateTime") if isinstance(value, str) else None


def to_time(value: Any) -> Moment | None:
    if isinstance(value, Moment):
        return value if value.kind == "Time" else None
    return parse_time(value.removeprefix("T")) if isinstance(value, str) else None


_TO: dict[str, Callable[[Any], Any]] = {
    "Boolean": to_boolean,
    "Integer": to_integer,
    "Decimal": to_decimal,
    "Quantity": to_quantity,
    "String": to_text,
    "Date": to_date,
    "DateTime": to_date_time,
    "Time": to_time,
}


def _converter(name: str, make: Callable[[Any], Any]) -> Callable[[list[Any]], list[Any]]:
    def convert(items: list[Any]) -> list[Any]:
        found = single.value(items, name)
        return [] if found is None else single.listed(make(found))

    return convert


def _asker(name: str, make: Callable[[Any], Any]) -> Callable[[list[Any]], list[Any]]:
    def ask(items: list[Any]) -> list[Any]:
        found = single.value(items, name)
        return [] if found is None else [make(found) is not None]

    return ask


def to_unit(items: list[Any], unit: list[Any]) -> list[Any]:
    """`toQuantity(unit)`: the quantity in another unit."""
    found, code = to_quantity(single.value(items, "toQuantity")), single.text(unit, "toQuantity")
    if found is None or code is None:
        return []
    both = quantity.pair(found, Quantity(Decimal(1), code))
    return [Quantity(both.left / both.right, code)] if both else []


FUNCTIONS: dict[str, Callable[..., list[Any]]] = {
    **{f"to{name}": _converter(f"to{name}", make) for name, make in _TO.items()},
    **{f"convertsTo{name}": _asker(f"convertsTo{name}", make) for name, make in _TO.items()},
}
