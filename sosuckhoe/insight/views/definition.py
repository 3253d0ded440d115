"""A ViewDefinition, understood. https://sql-on-fhir.org/ig/latest/StructureDefinition-ViewDefinition-definitions.html"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.fhirpath import types

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
"""Names of columns and constants: they become names in databases."""

MOST_DEPTH = 20
MOST_COLUMNS = 500
_LOOPS = ("forEach", "forEachOrNull", "repeat")
_OF_SELECT = frozenset({"column", "select", "unionAll", "forEach", "forEachOrNull", "repeat", "id", "extension"})
_OF_COLUMN = frozenset({"name", "path", "type", "collection", "description", "tag", "id", "extension"})
_OF_WHERE = frozenset({"path", "description", "id", "extension"})
_OF_VIEW = frozenset(
    {
        *("resourceType", "id", "meta", "implicitRules", "language", "text", "contained", "extension", "url"),
        *("identifier", "version", "name", "title", "status", "experimental", "date", "publisher", "contact"),
        *("description", "useContext", "copyright", "copyrightLabel", "jurisdiction", "purpose", "profile"),
        *("fhirVersion", "resource", "constant", "select", "where"),
    }
)


class Column(NamedTuple):
    """One column. `type`: as declared, or empty. `place`: where it stands in the definition."""

    name: str
    path: str
    type: str
    is_collection: bool
    place: str


class Select(NamedTuple):
    """A selection structure. `loop`: '', forEach, forEachOrNull or repeat, with its `paths`."""

    loop: str
    paths: tuple[str, ...]
    columns: tuple[Column, ...]
    selects: tuple[Select, ...]
    unions: tuple[Select, ...]
    place: str


class Constant(NamedTuple):
    """A value for `%name`, of a FHIR type."""

    type: str
    value: Any


class View(NamedTuple):
    """A whole definition. `wheres`: (expression, place); `top` holds the selects of the view."""

    name: str
    resource: str
    constants: dict[str, Constant]
    wheres: tuple[tuple[str, str], ...]
    top: Select


def read(body: Any) -> View:
    """The view of parsed JSON. SSK-3290 for what has not the shape of one."""
    if not isinstance(body, dict) or body.get("resourceType", "ViewDefinition") != "ViewDefinition":
        raise Problem("SSK-3290", place="ViewDefinition", form="{…}")
    _known(body, _OF_VIEW, "ViewDefinition")
    resource = body.get("resource")
    if not isinstance(resource, str) or not types.is_resource(resource) or not types.exists(resource):
        raise Problem("SSK-3290", place="ViewDefinition.resource", form="Patient, Observation …")
    selects = _selects(body, "select", "ViewDefinition", 0)
    if not selects:
        raise Problem("SSK-3290", place="ViewDefinition.select", form="[{…}]")
    wheres = tuple(_where(one, place) for one, place in _listed(body, "where", "ViewDefinition"))
    top = Select("", (), (), selects, (), "ViewDefinition")
    return View(str(body.get("name", "")), resource, _constants(body), wheres, top)


def _listed(body: dict[str, Any], name: str, place: str) -> Iterator[tuple[Any, str]]:
    """The entries of a list with their places."""
    entries = body.get(name, [])
    if not isinstance(entries, list):
        raise Problem("SSK-3290", place=f"{place}.{name}", form="[…]")
    return ((one, f"{place}.{name}[{at}]") for at, one in enumerate(entries))


def _known(body: Any, names: frozenset[str], place: str) -> None:
    """A name that is not known would be left out in silence: `foreach` for `forEach` makes another table."""
    if not isinstance(body, dict):
        raise Problem("SSK-3290", place=place, form="{…}")
    for name in body:
        if name.lstrip("_") not in names:
            raise Problem("SSK-3290", place=place, form=", ".join(sorted(names - {"id", "extension"})))


def _text(body: dict[str, Any], name: str, place: str) -> str:
    found = body.get(name)
    if not isinstance(found, str) or not found:
        raise Problem("SSK-3290", place=f"{place}.{name}", form="string")
    return found


def _named(body: dict[str, Any], place: str) -> str:
    found = _text(body, "name", place)
    if not NAME.fullmatch(found):
        raise Problem("SSK-3290", place=f"{place}.name", form=NAME.pattern)
    return found


def _where(body: Any, place: str) -> tuple[str, str]:
    _known(body, _OF_WHERE, place)
    return _text(body, "path", place), f"{place}.path"


def _selects(body: dict[str, Any], name: str, place: str, depth: int) -> tuple[Select, ...]:
    return tuple(_select(one, inner, depth + 1) for one, inner in _listed(body, name, place))


def _select(body: Any, place: str, depth: int) -> Select:
    _known(body, _OF_SELECT, place)
    if depth > MOST_DEPTH:
        raise Problem("SSK-3290", place=place, form=f"≤ {MOST_DEPTH}")
    loops = [name for name in _LOOPS if name in body]
    if len(loops) > 1:
        raise Problem("SSK-3290", place=place, form=" | ".join(_LOOPS))
    made = Select(
        loops[0] if loops else "",
        _paths(body, loops[0], place) if loops else (),
        tuple(_column(one, inner) for one, inner in _listed(body, "column", place)),
        _selects(body, "select", place, depth),
        _selects(body, "unionAll", place, depth),
        place,
    )
    if not made.columns and not made.selects and not made.unions:
        raise Problem("SSK-3290", place=place, form="column | select | unionAll")
    return made


def _paths(body: dict[str, Any], loop: str, place: str) -> tuple[str, ...]:
    if loop != "repeat":
        return (_text(body, loop, place),)
    found = body[loop]
    if not isinstance(found, list) or not found or not all(isinstance(one, str) and one for one in found):
        raise Problem("SSK-3290", place=f"{place}.repeat", form="[string]")
    return tuple(found)


def _column(body: Any, place: str) -> Column:
    _known(body, _OF_COLUMN, place)
    kind, is_collection = body.get("type", ""), body.get("collection", False)
    if not isinstance(kind, str) or not isinstance(is_collection, bool):
        raise Problem("SSK-3290", place=place, form="type: string, collection: boolean")
    kind = kind.removeprefix("http://hl7.org/fhir/StructureDefinition/")
    if kind and kind != "integer64" and not types.exists(kind):
        raise Problem("SSK-3290", place=f"{place}.type", form="string, code, date, integer …")
    return Column(_named(body, place), _text(body, "path", place), kind, is_collection, place)


def _constants(body: dict[str, Any]) -> dict[str, Constant]:
    """By name. Each has one value of a primitive type."""
    found: dict[str, Constant] = {}
    for one, place in _listed(body, "constant", "ViewDefinition"):
        _known_constant(one, place)
        name = _named(one, place)
        if name in found:
            raise Problem("SSK-3291", name=name, place=place)
        key = next(key for key in one if key.startswith("value"))
        kind = key[5:6].lower() + key[6:]
        if kind not in types.PRIMITIVES or isinstance(one[key], (dict, list)) or one[key] is None:
            raise Problem("SSK-3290", place=place, form="name, value[x]")
        found[name] = Constant(kind, one[key])
    return found


def _known_constant(one: Any, place: str) -> None:
    values = [key for key in one if key.startswith("value")] if isinstance(one, dict) else []
    if len(values) != 1:
        raise Problem("SSK-3290", place=place, form="name, value[x]")
    _known(one, frozenset({"name", "id", "extension", *values}), place)
