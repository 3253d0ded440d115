"""Parts of resources: `_summary` and `_elements`. https://hl7.org/fhir/R4/search.html#summary

What identifies a resource, what R4 demands and what may change the meaning of the rest always stays, and the tag
SUBSETTED says that something may be gone. Only such a search reads what it sends; every other sends stored bytes.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from typing import Any, NamedTuple

from sosuckhoe.base import facts
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import body as bodies
from sosuckhoe.clinical import elements as definitions
from sosuckhoe.clinical import jsontext
from sosuckhoe.clinical.search.parameters import DATA

SUMMARY = "true"
TEXT = "text"
CONTENT = "data"
ELEMENTS = "elements"
_FORM = "true, text, data, count, false"
_TAG = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}
_ALWAYS = frozenset({"resourceType", "id", "meta"})
_CHOICE = "[x]"
_CAPITAL = re.compile(r"[A-Z]")
_NO_LIMIT = 1 << 40


class Shape(NamedTuple):
    """Which part of a resource is asked for; `names` are elements, of every type or `Type.element`."""

    kind: str
    names: frozenset[str] = frozenset()


def summary(text: str) -> Shape | None:
    """What `_summary` asks, `count` aside; None for the whole. Problem SSK-3004 for what it does not know."""
    if text == "false":
        return None
    if text not in {SUMMARY, TEXT, CONTENT}:
        raise Problem("SSK-3004", name="_summary", form=_FORM)
    return Shape(text)


def elements(types: Collection[str], text: str) -> Shape:
    """What `_elements=name,Organization.name` asks of these types. Problem SSK-3004 for what none of them has."""
    names = frozenset(one.strip() for one in text.split(","))
    for name in names:
        type_name, dot, element = name.rpartition(".")
        of = [type_name] if dot else types
        if not any(element in _ALWAYS or _names(one, element) for one in of):
            raise Problem("SSK-3004", name="_elements", form="element,Type.element")
    return Shape(ELEMENTS, names)


def shaped(type_name: str, stored: bytes, shape: Shape) -> bytes:
    """The part of a stored resource; numbers keep their digits."""
    body = jsontext.read_any(stored, _NO_LIMIT)
    if shape.kind == SUMMARY:
        part = _summarised(type_name, body)
    elif shape.kind == CONTENT:
        part = {key: value for key, value in body.items() if key != "text"}
    else:
        wanted = {"text"} if shape.kind == TEXT else _wanted(type_name, shape.names)
        kept = _ALWAYS | wanted | _needed(type_name)
        part = {key: value for key, value in body.items() if _element(type_name, key) in kept}
    meta = part["meta"]
    return bodies.written({**part, "meta": {**meta, "tag": [*meta.get("tag", ()), _TAG]}})


def _wanted(type_name: str, names: frozenset[str]) -> frozenset[str]:
    """The elements of a type that are asked for, as R4 names them."""
    own = {name.removeprefix(f"{type_name}.") for name in names}
    return frozenset(found for name in own if "." not in name for found in _names(type_name, name))


def _names(type_name: str, name: str) -> list[str]:
    """The element that a client means by `value`, `value[x]` or `valueQuantity`."""
    known = definitions.of(type_name)
    means = {name, name + _CHOICE, _element(type_name, name)} & known.keys()
    return list(means)


def _summarised(path: str, value: dict[str, Any]) -> dict[str, Any]:
    marked = _summary().get(path)
    if marked is None:
        return value
    kept = _ALWAYS | marked | _needed(path)
    return {key: _inside(path, key, inner) for key, inner in value.items() if _element(path, key) in kept}


def _inside(path: str, key: str, value: Any) -> Any:
    """The marked part of what an element holds."""
    if isinstance(value, list):
        return [_inside(path, key, one) for one in value]
    if not isinstance(value, dict) or key.startswith("_") or key == "meta":
        return value
    element = definitions.of(path).get(_element(path, key))
    types = element.types if element else ()
    return _summarised(_type_of(key, types), value)


def _type_of(key: str, types: tuple[str, ...]) -> str:
    """The type of a value; of a choice the name says it."""
    if len(types) == 1:
        return types[0].removeprefix("@")
    return next((one for one in types if key.endswith(one[:1].upper() + one[1:])), "")


@cache
def _element(path: str, key: str) -> str:
    """The element that a key stands for: `_birthDate` and `birthDate`, `valueQuantity` and `value[x]`."""
    name, known = key.removeprefix("_"), definitions.of(path)
    if name in known:
        return name
    starts = (name[: found.start()] + _CHOICE for found in _CAPITAL.finditer(name))
    return next((start for start in starts if start in known), name)


@cache
def _needed(path: str) -> frozenset[str]:
    """What R4 demands, and what may change the meaning of the rest."""
    demanded = {name for name, element in definitions.of(path).items() if element.least}
    return frozenset(demanded | set(_facts()["modifier"].get(path, "").split()))


@cache
def _summary() -> dict[str, frozenset[str]]:
    return {path: frozenset(names.split()) for path, names in _facts()["summary"].items()}


def _facts() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = facts.read_json(DATA / "r4_summary.json")
    return found
