"""When values are equal, equivalent, smaller. https://hl7.org/fhirpath/#equality"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sosuckhoe.clinical.fhirpath import moment, quantity
from sosuckhoe.clinical.fhirpath.allowance import look
from sosuckhoe.clinical.fhirpath.faults import ExecutionProblem
from sosuckhoe.clinical.fhirpath.moment import Moment
from sosuckhoe.clinical.fhirpath.node import Node, plain
from sosuckhoe.clinical.fhirpath.quantity import Quantity

_NUMBERS = (int, Decimal)


def equal(left: list[Any], right: list[Any]) -> bool | None:
    """The same values in the same order; None when it cannot be known."""
    if not left or not right:
        return None
    if len(left) != len(right):
        return False
    answers = [equal_items(one, other) for one, other in zip(left, right, strict=True)]
    if False in answers:
        return False
    return None if None in answers else True


def equal_items(left: Any, right: Any) -> bool | None:
    """Two items; None when precision or units leave it open."""
    one, other = plain(left), plain(right)
    if one.__class__ is Node or other.__class__ is Node:
        return _equal_nodes(one, other)
    if isinstance(one, Moment) and isinstance(other, Moment):
        return _equal_moments(one, other)
    if isinstance(one, Quantity) or isinstance(other, Quantity):
        return _equal_quantities(one, other)
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)


def _equal_nodes(one: Any, other: Any) -> bool:
    return one.__class__ is other.__class__ and bool(one.value == other.value)


def _equal_moments(one: Moment, other: Moment) -> bool | None:
    if (one.kind == "Time") != (other.kind == "Time"):
        return False
    order = moment.compare(one, other)
    return None if order is None else order == 0


def _equal_quantities(one: Any, other: Any) -> bool | None:
    found = _as_quantity(one), _as_quantity(other)
    if found[0] is None or found[1] is None:
        return False
    both = quantity.pair(found[0], found[1])
    if both is not None:
        return both.left == both.right
    is_open = any(one.is_calendar and one.unit[:4] in {"year", "mont"} for one in found if one)
    return None if is_open else False


def _as_quantity(value: Any) -> Quantity | None:
    """A number is a quantity of unit 1."""
    if isinstance(value, Quantity):
        return value
    return Quantity(Decimal(value), "1") if isinstance(value, _NUMBERS) and not isinstance(value, bool) else None


def equivalent(left: list[Any], right: list[Any]) -> bool:
    """The same values in any order, loosely. https://hl7.org/fhirpath/#equivalent"""
    if len(left) != len(right):
        return False
    rest = list(right)
    for one in left:
        look()
        at = next((at for at, other in enumerate(rest) if equivalent_items(one, other)), None)
        if at is None:
            return False
        rest.pop(at)
    return True


def equivalent_items(left: Any, right: Any) -> bool:
    """Texts without regard to case and spaces, decimals to the lesser precision, dates of equal precision."""
    one, other = plain(left), plain(right)
    if isinstance(one, str) and isinstance(other, str):
        return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        both = quantity.pair(one, other, loosely=True)
        return both is not None and _near(both.left, both.right, both.decimals)
    if isinstance(one, Decimal) or isinstance(other, Decimal):
        return _equivalent_numbers(one, other)
    if isinstance(one, Node) and isinstance(other, Node):
        return _equivalent_objects(one.value, other.value)
    return equal_items(one, other) is True


def _equivalent_numbers(one: Any, other: Any) -> bool:
    if not (isinstance(one, _NUMBERS) and isinstance(other, _NUMBERS)):
        return False
    left, right = Decimal(one), Decimal(other)
    return _near(left, right, min(quantity.decimals(left), quantity.decimals(right)))


def _near(left: Decimal, right: Decimal, decimals: int) -> bool:
    step = Decimal(1).scaleb(-decimals)
    return left.quantize(step, ROUND_HALF_UP) == right.quantize(step, ROUND_HALF_UP)


def _equivalent_objects(one: Any, other: Any) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        left, right = one.keys() - {"id"}, other.keys() - {"id"}
        return left == right and all(_equivalent_objects(one[key], other[key]) for key in left)
    if isinstance(one, list) and isinstance(other, list):
        return equivalent([Node(part, "Element") for part in one], [Node(part, "Element") for part in other])
    if isinstance(one, str) and isinstance(other, str):
        return equivalent_items(one, other)
    return bool(one == other)


def distinct(items: list[Any]) -> list[Any]:
    """Each value once, the first of its equals."""
    found: list[Any] = []
    seen: set[Any] = set()
    for item in items:
        value = plain(item)
        if isinstance(value, (str, int, Decimal)):
            key = (isinstance(value, str), isinstance(value, bool), value)
            if key not in seen:
                seen.add(key)
                found.append(item)
        elif not contains(found, item):
            found.append(item)
    return found


def contains(items: list[Any], item: Any) -> bool:
    """Whether an equal of the item is among these."""
    look()
    return any(equal_items(one, item) is True for one in items)


def order(left: Any, right: Any) -> int | None:
    """-1, 0, 1 of two items; None when it cannot be known. ExecutionProblem when they have no order."""
    one, other = plain(left), plain(right)
    if isinstance(one, str) and isinstance(other, str):
        return (one > other) - (one < other)
    if isinstance(one, Moment) and isinstance(other, Moment) and (one.kind == "Time") == (other.kind == "Time"):
        return moment.compare(one, other)
    if isinstance(one, bool) or isinstance(other, bool):
        raise ExecutionProblem("<")
    if isinstance(one, _NUMBERS) and isinstance(other, _NUMBERS):
        return (one > other) - (one < other)
    found = _as_quantity(one), _as_quantity(other)
    if found[0] is None or found[1] is None:
        raise ExecutionProblem("<")
    both = quantity.pair(found[0], found[1])
    return None if both is None else (both.left > both.right) - (both.left < both.right)
