"""Values that have rows of their own: dates, texts, numbers, quantities of parameters that were defined here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sosuckhoe.clinical.search import date, digest, number, quantity, string
from sosuckhoe.clinical.search.extract import Found
from sosuckhoe.clinical.search.measures import Measure


def add(kind: str, type_name: str, steps: str, leaf: str, value: Any, found: Found) -> None:
    """Add a value that has a row of its own, under a path."""
    _ROWS[kind](type_name, steps, leaf, value, found)


def _date(_type: str, steps: str, leaf: str, value: Any, found: Found) -> None:
    held = date.value_range(leaf, value)
    if held:
        found.dates.append((steps, held))


def _string(_type: str, steps: str, leaf: str, value: Any, found: Found) -> None:
    found.texts.update(string.Value(steps, text) for text in string.texts(leaf, value))


def _number(_type: str, steps: str, leaf: str, value: Any, found: Found) -> None:
    held = number.interval(leaf, value)
    if held:
        found.numbers.add(Measure(steps, held))


def _quantity(type_name: str, steps: str, leaf: str, value: Any, found: Found) -> None:
    held = quantity.found_in(leaf, digest.prefix(type_name, digest.unnumbered(steps)), value)
    if held:
        found.numbers.add(Measure(steps, *held))


_ROWS: dict[str, Callable[[str, str, str, Any, Found], None]] = {
    "date": _date,
    "string": _string,
    "number": _number,
    "quantity": _quantity,
}
