"""Values of a resource with what is known of them, and the steps between them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sosuckhoe.clinical.body import Number
from sosuckhoe.clinical.fhirpath import types
from sosuckhoe.clinical.fhirpath.moment import parse_moment, parse_time
from sosuckhoe.clinical.fhirpath.quantity import Quantity

_UCUM = "http://unitsofmeasure.org"
_TEXTS = types.PRIMITIVES - frozenset(
    {"boolean", "integer", "unsignedInt", "positiveInt", "decimal", "date", "dateTime", "instant", "time"}
)


class Node:
    """A value as it stands in parsed JSON: `holder[step.key]`, or its item `index`; `shadow` is what `_key` says."""

    __slots__ = ("holder", "index", "shadow", "step", "type", "value")

    def __init__(
        self,
        value: Any,
        type_name: str,
        shadow: Any = None,
        holder: Any = None,
        step: types.Step | None = None,
        index: int = -1,
    ) -> None:
        self.value = value
        self.type = type_name
        self.shadow = shadow
        self.holder = holder
        self.step = step
        self.index = index


class TypeInfo:
    """What `type()` answers."""

    __slots__ = ("name", "namespace")

    def __init__(self, namespace: str, name: str) -> None:
        self.namespace = namespace
        self.name = name


def root(resource: Any, type_name: str | None = None) -> Node:
    """The node of a resource (of its own type), or of an element of the type that is told."""
    return Node(resource, type_name or resource["resourceType"])


def children(items: list[Any], name: str) -> list[Any]:
    """The values of an element below these."""
    found: list[Any] = []
    for item in items:
        if item.__class__ is Node:
            steps = types.steps(item.type, name)
            if steps:
                collect(item, steps, found)
        elif item.__class__ is TypeInfo and name in TypeInfo.__slots__:
            found.append(getattr(item, name))
    return found


def all_children(items: list[Any]) -> list[Any]:
    """Everything directly below these."""
    found: list[Any] = []
    for item in items:
        if item.__class__ is Node:
            collect(item, types.all_steps(item.type), found)
    return found


def collect(item: Node, steps: tuple[types.Step, ...], found: list[Any]) -> None:
    """Add the values that stand below an item under these steps."""
    holder = item.value if item.value.__class__ is dict else item.shadow
    if holder.__class__ is not dict:
        return
    for step in steps:
        value = holder.get(step.key)
        shadow = holder.get(step.shadow) if step.is_primitive else None
        if value is None and shadow is None:
            continue
        if step.is_list:
            found.extend(_listed(value, shadow, step, holder))
        else:
            found.append(Node(value, _type(step.type, value), shadow, holder, step))


def _listed(values: Any, shadows: Any, step: types.Step, holder: Any) -> Iterator[Node]:
    values = values if isinstance(values, list) else []
    shadows = shadows if isinstance(shadows, list) else []
    for index in range(max(len(values), len(shadows))):
        value = values[index] if index < len(values) else None
        shadow = shadows[index] if index < len(shadows) else None
        if value is not None or shadow is not None:
            yield Node(value, _type(step.type, value), shadow, holder, step, index)


def _type(type_name: str, value: Any) -> str:
    """A contained resource is of its own type."""
    return value.get("resourceType", type_name) if type_name == "Resource" and isinstance(value, dict) else type_name


def plain(item: Any) -> Any:
    """The System value of an item: primitives and quantities are unwrapped, other nodes stay; None without a value."""
    if item.__class__ is not Node:
        return item
    kind, value = item.type, item.value
    if value is None:
        return None
    if kind in _TEXTS or value.__class__ is bool:
        return value
    if kind in types.PRIMITIVES:
        return _primitive(kind, value)
    return _quantity(item) if kind in types.QUANTITIES else item


def _primitive(kind: str, value: Any) -> Any:
    if kind == "decimal":
        return _decimal(value)
    if kind == "date":
        return parse_moment(value, "Date")
    if kind in {"dateTime", "instant"}:
        return parse_moment(value, "DateTime")
    return parse_time(value) if kind == "time" else value


def _decimal(value: Any) -> Decimal:
    """A number of JSON with the digits that it was sent with."""
    return value if isinstance(value, Decimal) else Decimal(value.digits if isinstance(value, Number) else str(value))


def _quantity(item: Node) -> Any:
    """A FHIR quantity with a value and no comparator. https://hl7.org/fhir/R4/fhirpath.html#quantity"""
    value = item.value.get("value") if isinstance(item.value, dict) else None
    if value is None or "comparator" in item.value:
        return item
    code = item.value.get("code") if item.value.get("system") == _UCUM else None
    return Quantity(_decimal(value), code or item.value.get("unit") or "1")


def system_type(value: Any) -> str | None:
    """The System type of a plain value."""
    kind = _SYSTEM_TYPES.get(value.__class__)
    return kind or getattr(value, "kind", None)


_SYSTEM_TYPES = {bool: "Boolean", str: "String", int: "Integer", Decimal: "Decimal", Quantity: "Quantity"}
