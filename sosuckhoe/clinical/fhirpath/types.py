"""What R4 says of types, as FHIRPath asks it. https://hl7.org/fhir/R4/fhirpath.html#types"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from sosuckhoe.clinical import elements

SYSTEM = frozenset({"Boolean", "String", "Integer", "Decimal", "Date", "DateTime", "Time", "Quantity"})
_BASES = {
    **dict.fromkeys(("code", "id", "markdown", "xhtml"), "string"),
    **dict.fromkeys(("url", "canonical", "oid", "uuid"), "uri"),
    **dict.fromkeys(("positiveInt", "unsignedInt"), "integer"),
    **dict.fromkeys(("Age", "Count", "Distance", "Duration", "MoneyQuantity", "SimpleQuantity"), "Quantity"),
    **dict.fromkeys(("Bundle", "Binary", "Parameters", "DomainResource"), "Resource"),
    **dict.fromkeys(("Timing", "Dosage", "ElementDefinition", "BackboneElement"), "BackboneElement"),
    "BackboneElement": "Element",
}
PRIMITIVES = frozenset(
    {
        *("boolean", "integer", "unsignedInt", "positiveInt", "decimal", "date", "dateTime", "instant", "time"),
        *("string", "code", "id", "markdown", "xhtml", "base64Binary", "uri", "url", "canonical", "oid", "uuid"),
    }
)
QUANTITIES = frozenset({"Quantity", "Age", "Count", "Distance", "Duration", "MoneyQuantity", "SimpleQuantity"})
_ABSTRACT = frozenset({"Resource", "DomainResource", "Element", "BackboneElement"})


class Step(NamedTuple):
    """A JSON key under which an element's values stand. `type` is without `@`; a choice's key carries its type."""

    key: str
    shadow: str
    type: str
    is_list: bool
    is_primitive: bool
    is_choice: bool


@cache
def steps(type_name: str, name: str) -> tuple[Step, ...] | None:
    """Where the values of an element may stand; None when the type has no such element."""
    known = elements.of(type_name)
    if name in known:
        return tuple(_step(type_name, name, name, kind, known[name]) for kind in known[name].types)
    choice = known.get(f"{name}[x]")
    if choice is None:
        return _steps_of_primitive(type_name, name)
    return tuple(_step(type_name, name, name + kind[0].upper() + kind[1:], kind, choice) for kind in choice.types)


def _steps_of_primitive(type_name: str, name: str) -> tuple[Step, ...] | None:
    """A primitive value has an id and extensions, in its shadow."""
    if type_name not in PRIMITIVES or name not in {"id", "extension"}:
        return None
    return steps("Element", name)


def _step(type_name: str, name: str, key: str, kind: str, element: elements.Element) -> Step:
    plain = kind.removeprefix("@")
    if name == "id" and is_resource(type_name):
        plain = "id"
    return Step(key, f"_{key}", plain, element.is_list, plain in PRIMITIVES, name != key)


@cache
def all_steps(type_name: str) -> tuple[Step, ...]:
    """Every place below a type, in the order of its definition."""
    names = [name.removesuffix("[x]") for name in elements.of(type_name)] or ["id", "extension"]
    return tuple(step for name in names for step in steps(type_name, name) or ())


@cache
def is_resource(type_name: str) -> bool:
    return type_name in {"Resource", "DomainResource"} or "implicitRules" in elements.of(type_name)


@cache
def exists(type_name: str) -> bool:
    """Whether FHIR has this type."""
    return type_name in PRIMITIVES or type_name in _ABSTRACT or type_name in _BASES or bool(elements.of(type_name))


@cache
def bases(type_name: str) -> tuple[str, ...]:
    """A FHIR type and what it is derived from."""
    base = _BASES.get(type_name)
    if base is None or base == type_name:
        base = _base_by_shape(type_name)
    return (type_name,) if base in {None, type_name} else (type_name, *bases(str(base)))


def _base_by_shape(type_name: str) -> str | None:
    if type_name in {"Element", "Resource"}:
        return None
    if is_resource(type_name):
        return "DomainResource" if "text" in elements.of(type_name) else "Resource"
    return "BackboneElement" if "modifierExtension" in elements.of(type_name) else "Element"


def shown(type_name: str) -> str:
    """The type as `type()` names it: nested elements are BackboneElement or Element."""
    return bases(type_name)[1] if "." in type_name else type_name
