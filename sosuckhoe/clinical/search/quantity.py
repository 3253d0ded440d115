"""Quantity parameters. https://hl7.org/fhir/R4/search.html#quantity

The number is compared as in `number.py`. UCUM units are converted: value and question are brought to canonical units
(`ucum.py`), in which 12 digits count, and the precision of what is asked with them. All other units are compared
letter by letter: by system and code, or by code or the unit as people read it. A value with a comparator (`<5`) is
everything that it may be. The unit of money is its currency.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import ucum
from sosuckhoe.clinical.search import number, values
from sosuckhoe.clinical.search.condition import NO_SECOND, Comparison, HasNumber, Interval, Second, Units
from sosuckhoe.clinical.search.digest import ANY, SEPARATOR, path_number, prefix
from sosuckhoe.clinical.search.digest import number as hashed
from sosuckhoe.clinical.search.parameters import Parameter, Path

FORM = number.FORM + "[|system|code]"
CURRENCIES = "urn:iso:std:iso:4217"
_OPEN = math.inf
_PARTS = 3
_START = b"unit"


def indexed(parameter: Parameter) -> tuple[Path, ...]:
    """The paths of a parameter that end in quantities."""
    return tuple(path for path in parameter.paths if path.leaf in _READERS) if parameter.kind == "quantity" else ()


class Held(NamedTuple):
    """What one value is found by."""

    interval: Interval
    units: Units
    second: Second


def found_in(leaf: str, start: bytes, value: Any) -> Held | None:
    """What one value of a data type is found by. `start` is `digest.prefix` of its path."""
    return _READERS[leaf](start, value)


def condition(parameter: Parameter, text: str) -> HasNumber:
    """What `value-quantity=gt5.4|http://unitsofmeasure.org|mg,5||mg` asks."""
    wanted = (found for one in values.alternatives(text) for found in comparisons(parameter, one))
    return HasNumber(tuple(path_number(parameter.type, path.steps) for path in indexed(parameter)), tuple(wanted))


def comparisons(parameter: Parameter, text: str) -> tuple[Comparison, ...]:
    """What one alternative asks; in canonical units once for each path. Raises Problem SSK-3004."""
    written, *unit = values.parts(text)
    if unit and (len(unit) != _PARTS - 1 or not unit[1]):
        raise Problem("SSK-3004", name=parameter.code, form=FORM)
    found = number.comparison(parameter.code, written, FORM)
    if not unit:
        return (found,)
    system, code = unit
    if system == ucum.SYSTEM and ucum.scale(code):
        starts = (prefix(parameter.type, path.steps) for path in indexed(parameter))
        return tuple(_converted(found, step) for start in starts if (step := _step(start, code)))
    if system:
        return (found._replace(coded=hashed(_START, system + SEPARATOR + code)),)
    return (found._replace(named=hashed(_START, ANY + code)),)


class _Step(NamedTuple):
    """The way of one unit to the canonical one."""

    kind: int
    factor: float
    offset: float

    def of(self, number: float) -> float:
        """The number in the canonical unit. Twelve digits, so that 5400 mg and 5.4 g are the same."""
        return float(f"{number * self.factor + self.offset:.12g}")


def _step(start: bytes, code: str) -> _Step | None:
    scale = ucum.scale(code)
    return _Step(hashed(start, scale.kind), float(scale.factor), float(scale.offset)) if scale else None


def _converted(asked: Comparison, step: _Step) -> Comparison:
    """However precisely it was asked, the number itself is within its own precision."""
    value, low, high = step.of(asked.value), step.of(asked.low), step.of(asked.high)
    return asked._replace(value=value, low=low, high=max(high, math.nextafter(value, _OPEN)), kind=step.kind)


@lru_cache(maxsize=1 << 12)
def _units(start: bytes, system: str, code: str, unit: str) -> tuple[Units, _Step | None]:
    units = Units(
        hashed(_START, system + SEPARATOR + code) if system and code else 0,
        hashed(_START, ANY + code) if code else 0,
        hashed(_START, ANY + unit) if unit else 0,
    )
    return units, _step(start, code) if code and system == ucum.SYSTEM else None


def _held(start: bytes, unit_of: Any, low: float, high: float, compared: Callable[[float], Interval] | None) -> Held:
    get = unit_of.get
    units, step = _units(start, get("system") or "", get("code") or "", get("unit") or "")
    plain = compared(low) if compared else Interval(low, high)
    if step is None:
        return Held(plain, units, NO_SECOND)
    other = compared(step.of(low)) if compared else Interval(step.of(low), step.of(high))
    return Held(plain, units, Second(step.kind, other.low, other.high))


def _quantity(start: bytes, value: Any) -> Held | None:
    held = value.get("value")
    if held is None:
        return None
    at = float(held)
    return _held(start, value, at, at, _COMPARED.get(value.get("comparator")))


def _range(start: bytes, value: Any) -> Held | None:
    found = number.interval("Range", value)
    return _held(start, value.get("low") or value.get("high"), found.low, found.high, None) if found else None


def _money(start: bytes, value: Any) -> Held | None:
    held = value.get("value")
    if held is None:
        return None
    currency = {"system": CURRENCIES, "code": value.get("currency")}
    return _held(start, currency, float(held), float(held), None)


_COMPARED: dict[Any, Callable[[float], Interval]] = {
    "<": lambda at: Interval(-_OPEN, math.nextafter(at, -_OPEN)),
    "<=": lambda at: Interval(-_OPEN, at),
    ">=": lambda at: Interval(at, _OPEN),
    ">": lambda at: Interval(math.nextafter(at, _OPEN), _OPEN),
}
_READERS: dict[str, Callable[[bytes, Any], Held | None]] = {
    "Quantity": _quantity,
    "Age": _quantity,
    "Duration": _quantity,
    "Range": _range,
    "Money": _money,
}
