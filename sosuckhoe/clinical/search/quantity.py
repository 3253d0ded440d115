"""Quantity parameters. https://hl7.org/fhir/R4/search.html#quantity

The number is compared as in `number.py`, the unit letter by letter: by system and code, or by code or the unit as
people read it. Units are not converted. A value with a comparator (`<5`) is everything that it may be. The unit of
money is its currency.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.search import number, values
from sosuckhoe.clinical.search.condition import Comparison, HasNumber, Interval, Units
from sosuckhoe.clinical.search.digest import ANY, SEPARATOR, path_number
from sosuckhoe.clinical.search.digest import number as hashed
from sosuckhoe.clinical.search.parameters import Parameter, Path

FORM = number.FORM + "[|system|code]"
CURRENCIES = "urn:iso:std:iso:4217"
_OPEN = math.inf
_PARTS = 3
_START = b"unit"
NO_UNITS = Units(0, 0, 0)


def indexed(parameter: Parameter) -> tuple[Path, ...]:
    """The paths of a parameter that end in quantities."""
    return tuple(path for path in parameter.paths if path.leaf in _READERS) if parameter.kind == "quantity" else ()


def found_in(leaf: str, value: Any) -> tuple[Interval, Units] | None:
    """What one value of a data type is found by."""
    return _READERS[leaf](value)


def condition(parameter: Parameter, text: str) -> HasNumber:
    """What `value-quantity=gt5.4|http://unitsofmeasure.org|mg,5||mg` asks."""
    wanted = tuple(_comparison(parameter.code, one) for one in values.alternatives(text))
    return HasNumber(tuple(path_number(parameter.type, path.steps) for path in indexed(parameter)), wanted)


def _comparison(name: str, text: str) -> Comparison:
    written, *unit = values.parts(text)
    if unit and (len(unit) != _PARTS - 1 or not unit[1]):
        raise Problem("SSK-3004", name=name, form=FORM)
    found = number.comparison(name, written, FORM)
    if not unit:
        return found
    system, code = unit
    if system:
        return found._replace(coded=hashed(_START, system + SEPARATOR + code))
    return found._replace(named=hashed(_START, ANY + code))


@lru_cache(maxsize=1 << 12)
def _units(system: str, code: str, unit: str) -> Units:
    return Units(
        hashed(_START, system + SEPARATOR + code) if system and code else 0,
        hashed(_START, ANY + code) if code else 0,
        hashed(_START, ANY + unit) if unit else 0,
    )


def _units_of(value: Any) -> Units:
    get = value.get
    return _units(get("system") or "", get("code") or "", get("unit") or "")


def _quantity(value: Any) -> tuple[Interval, Units] | None:
    held = value.get("value")
    if held is None:
        return None
    at, comparator = float(held), value.get("comparator")
    return (_COMPARED[comparator](at) if comparator in _COMPARED else Interval(at, at)), _units_of(value)


def _range(value: Any) -> tuple[Interval, Units] | None:
    found = number.interval("Range", value)
    return (found, _units_of(value.get("low") or value.get("high"))) if found else None


def _money(value: Any) -> tuple[Interval, Units] | None:
    held, currency = value.get("value"), value.get("currency") or ""
    return None if held is None else (Interval(float(held), float(held)), _units(CURRENCIES, currency, ""))


_COMPARED: dict[str, Callable[[float], Interval]] = {
    "<": lambda at: Interval(-_OPEN, math.nextafter(at, -_OPEN)),
    "<=": lambda at: Interval(-_OPEN, at),
    ">=": lambda at: Interval(at, _OPEN),
    ">": lambda at: Interval(math.nextafter(at, _OPEN), _OPEN),
}
_READERS: dict[str, Callable[[Any], tuple[Interval, Units] | None]] = {
    "Quantity": _quantity,
    "Age": _quantity,
    "Duration": _quantity,
    "Range": _range,
    "Money": _money,
}
