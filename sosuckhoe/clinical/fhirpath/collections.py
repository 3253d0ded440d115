"""Functions of whole collections. https://hl7.org/fhirpath/#functions"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sosuckhoe.clinical.fhirpath import equality, quantity, single, types
from sosuckhoe.clinical.fhirpath.allowance import check_values, look
from sosuckhoe.clinical.fhirpath.faults import ExecutionProblem
from sosuckhoe.clinical.fhirpath.node import Node, TypeInfo, all_children, children, plain, system_type
from sosuckhoe.clinical.fhirpath.quantity import Quantity
from sosuckhoe.clinical.ucum import unit


def _only(items: list[Any]) -> list[Any]:
    if len(items) > 1:
        raise ExecutionProblem("single")
    return items


def _skip(items: list[Any], count: list[Any]) -> list[Any]:
    number = single.integer(count, "skip")
    return [] if number is None else items[max(0, number) :]


def _take(items: list[Any], count: list[Any]) -> list[Any]:
    number = single.integer(count, "take")
    return [] if number is None else items[: max(0, number)]


def at(items: list[Any], index: list[Any]) -> list[Any]:
    """The item at a place, from 0."""
    number = single.integer(index, "[]")
    return [] if number is None or number < 0 else items[number : number + 1]


def _intersect(items: list[Any], other: list[Any]) -> list[Any]:
    return equality.distinct([item for item in items if equality.contains(other, item)])


def _exclude(items: list[Any], other: list[Any]) -> list[Any]:
    return [item for item in items if not equality.contains(other, item)]


def _subset(items: list[Any], other: list[Any]) -> list[Any]:
    return [all(equality.contains(other, item) for item in items)]


def _booleans(items: list[Any], part: str) -> list[bool]:
    found = [plain(item) for item in items]
    if not all(isinstance(item, bool) for item in found):
        raise ExecutionProblem(part)
    return found


def _not(items: list[Any]) -> list[Any]:
    truth = single.truth(items, "not")
    return [] if truth is None else [not truth]


def descendants(items: list[Any]) -> list[Any]:
    """Everything below, level by level."""
    found: list[Any] = []
    level = all_children(items)
    while level:
        look()
        found.extend(level)
        check_values(len(found), "descendants")
        level = all_children(level)
    return found


def _extension(items: list[Any], url: list[Any]) -> list[Any]:
    wanted = single.text(url, "extension")
    return [item for item in children(items, "extension") if item.value.get("url") == wanted]


def _has_value(items: list[Any]) -> list[Any]:
    return [len(items) == 1 and _is_primitive(items[0]) and plain(items[0]) is not None]


def _get_value(items: list[Any]) -> list[Any]:
    return single.listed(plain(items[0])) if len(items) == 1 and _is_primitive(items[0]) else []


def _is_primitive(item: Any) -> bool:
    return not isinstance(item, Node) or item.type in types.PRIMITIVES


def _type(items: list[Any]) -> list[Any]:
    return [
        TypeInfo("FHIR", types.shown(item.type))
        if isinstance(item, Node)
        else TypeInfo("System", system_type(item) or "Any")
        for item in items
    ]


def _comparable(items: list[Any], other: list[Any]) -> list[Any]:
    """Whether one quantity can be converted to the unit of the other."""
    one, two = single.value(items, "comparable"), single.value(other, "comparable")
    if not isinstance(one, Quantity) or not isinstance(two, Quantity):
        return []
    is_known = one.is_calendar or two.is_calendar or unit(one.unit) is not None
    return [is_known and quantity.pair(one, two) is not None]


FUNCTIONS: dict[str, Callable[..., list[Any]]] = {
    "empty": lambda items: [not items],
    "count": lambda items: [len(items)],
    "first": lambda items: items[:1],
    "last": lambda items: items[-1:],
    "tail": lambda items: items[1:],
    "skip": _skip,
    "take": _take,
    "single": _only,
    "distinct": equality.distinct,
    "isDistinct": lambda items: [len(equality.distinct(items)) == len(items)],
    "intersect": _intersect,
    "exclude": _exclude,
    "union": lambda items, other: equality.distinct(items + other),
    "combine": lambda items, other: items + other,
    "subsetOf": _subset,
    "supersetOf": lambda items, other: _subset(other, items),
    "allTrue": lambda items: [all(_booleans(items, "allTrue"))],
    "anyTrue": lambda items: [any(_booleans(items, "anyTrue"))],
    "allFalse": lambda items: [not any(_booleans(items, "allFalse"))],
    "anyFalse": lambda items: [not all(_booleans(items, "anyFalse"))],
    "not": _not,
    "children": all_children,
    "descendants": descendants,
    "extension": _extension,
    "hasValue": _has_value,
    "getValue": _get_value,
    "type": _type,
    "comparable": _comparable,
}
