"""FHIRPath Patch. https://hl7.org/fhir/R4/fhirpatch.html"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, TypeAlias

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.fhirpath import Allowance, FhirPathProblem, Node, Outside, compile_expression, types
from sosuckhoe.clinical.fhirpath.allowance import look
from sosuckhoe.clinical.fhirpath.types import Step
from sosuckhoe.clinical.patch.tree import copied, pruned

_BY_PATTERN = re.compile(r"\b(matches|matchesFull|replaceMatches)\s*\(")

MOST_OPERATIONS = 1000
MOST_SECONDS = 5.0
"""Of computing for all paths of a patch."""


class _CannotError(Exception):
    """The operation does not suit the resource."""


class _FormError(Exception):
    """The operation is not of the specification's form."""


Parts: TypeAlias = dict[str, dict[str, Any]]
Find: TypeAlias = Callable[[Parts], list[Node]]
"""The nodes at the path of an operation, in the resource as it stands."""


class _Value(NamedTuple):
    """A value of an operation: its JSON, what `_value[x]` says of it, the type that its key names (`Quantity`)."""

    content: Any
    shadow: Any
    kind: str


def apply(resource: dict[str, Any], patch: dict[str, Any], outside: Outside | None = None) -> dict[str, Any]:
    """The resource after all operations of a Parameters resource; the one that was given stays as it is.

    `outside` answers what paths ask of codes and profiles; without it what comes with the program does.

    Raises SSK-3043 for an operation that is not of the specification's form, SSK-3044 for one that does not suit the
    resource (no such place, or several where one is meant); `operation` is its number, from 0. SSK-3481 for paths that
    take too long.
    """
    operations = patch.get("parameter", [])
    if not isinstance(operations, list) or len(operations) > MOST_OPERATIONS:
        raise Problem("SSK-3043", operation=0)
    made: dict[str, Any] = copied(resource)
    with Allowance(MOST_SECONDS).spent():
        for number, operation in enumerate(operations):
            look()
            _take(partial(_found, made, outside or Outside()), number, operation)
            made = pruned(made)
    return made


def _take(find: Find, number: int, operation: Any) -> None:
    """One operation, in place."""
    try:
        parts = _parts(operation)
        _APPLY[_text(parts, "type")](find, parts)
    except (_FormError, KeyError) as error:
        raise Problem("SSK-3043", operation=number) from error
    except (_CannotError, FhirPathProblem) as error:
        raise Problem("SSK-3044", operation=number) from error


def _parts(operation: Any) -> Parts:
    if not isinstance(operation, dict) or operation.get("name") != "operation":
        raise _FormError
    parts = operation.get("part")
    if not isinstance(parts, list) or not all(
        isinstance(one, dict) and isinstance(one.get("name"), str) for one in parts
    ):
        raise _FormError
    return {one["name"]: one for one in parts}


def _text(parts: Parts, name: str) -> str:
    found = _value(parts[name]).content
    if not isinstance(found, str):
        raise _FormError
    return found


def _number(parts: Parts, name: str) -> int:
    found = _value(parts[name]).content
    if not isinstance(found, int) or isinstance(found, bool):
        raise _FormError
    return found


def _value(part: dict[str, Any]) -> _Value:
    """`value[x]` of a part; its `part` where an element of no named type is meant."""
    if isinstance(part.get("part"), list):
        return _Value(part["part"], None, "")
    plain = next((key.removeprefix("_") for key in part if key.startswith(("value", "_value"))), None)
    if plain is None:
        raise _FormError
    return _Value(copied(part.get(plain)), copied(part.get(f"_{plain}")), plain.removeprefix("value"))


def _found(resource: dict[str, Any], outside: Outside, parts: Parts) -> list[Node]:
    """The nodes at the path.

    A path that matches by a pattern is refused: Python's patterns can be written to take for ever, and a path
    names an element, for which no pattern is needed.
    """
    path = _text(parts, "path")
    if _BY_PATTERN.search(path):
        raise _CannotError
    found = compile_expression(path).evaluate(resource, codes=outside.codes, conforms=outside.conforms)
    if not all(isinstance(one, Node) for one in found):
        raise _CannotError
    return found


def _one(find: Find, parts: Parts) -> Node:
    found = find(parts)
    if len(found) != 1:
        raise _CannotError
    return found[0]


def _content(value: _Value, type_name: str) -> Any:
    """The JSON of a value; parts become an object of the element's type."""
    if value.kind:
        return value.content
    made: dict[str, Any] = {}
    for part in value.content:
        if not isinstance(part, dict) or not isinstance(part.get("name"), str):
            raise _FormError
        inner = _value(part)
        step = _step(type_name, part["name"], inner)
        _put(made, step, _content(inner, step.type), inner.shadow)
    return made


def _step(type_name: str, name: str, value: _Value) -> Step:
    """Where a value stands below a type; of a choice, by the value's own type."""
    steps = types.steps(type_name, name)
    if not steps:
        raise _CannotError
    if steps[0].key == name:
        return steps[0]
    for step in steps:
        if step.key == name + value.kind:
            return step
    raise _CannotError


def _put(holder: dict[str, Any], step: Step, content: Any, shadow: Any) -> None:
    """At the end of a list; a single element must not stand yet."""
    if step.is_list:
        _insert(holder, step.key, len(holder.get(step.key) or holder.get(step.shadow) or ()), content, shadow)
        return
    if step.key in holder or step.shadow in holder:
        raise _CannotError
    _set(holder, step.key, content, shadow)


def _set(holder: dict[str, Any], key: str, content: Any, shadow: Any) -> None:
    for name, one in ((key, content), (f"_{key}", shadow)):
        if one is None:
            holder.pop(name, None)
        else:
            holder[name] = one


def _insert(holder: dict[str, Any], key: str, index: int, content: Any, shadow: Any) -> None:
    """Into the list, and into the list of shadows that runs beside it."""
    values, shadows = holder.setdefault(key, []), holder.get(f"_{key}")
    if shadows is None and shadow is not None:
        shadows = holder[f"_{key}"] = [None] * len(values)
    values.insert(index, content)
    if shadows is not None:
        shadows.insert(index, shadow)


def _drop(holder: dict[str, Any], key: str, index: int) -> tuple[Any, Any]:
    """Out of the list and out of its shadows: what stood there."""
    lists = [holder.get(name) or [] for name in (key, f"_{key}")]
    values, shadows = (one.pop(index) if index < len(one) else None for one in lists)
    if not any(one is not None for one in lists[1]):
        holder.pop(f"_{key}", None)
    return values, shadows


def _add(find: Find, parts: Parts) -> None:
    target, value = _one(find, parts), _value(parts["value"])
    if not isinstance(target.value, dict):
        raise _CannotError
    step = _step(target.type, _text(parts, "name"), value)
    _put(target.value, step, _content(value, step.type), value.shadow)


def _list(find: Find, parts: Parts) -> tuple[Node, Step, int]:
    """The first item of one list, where the list stands, and how many items it has, which must be all of the path's."""
    found = find(parts)
    if not found or found[0].step is None or any(one.index != at for at, one in enumerate(found)):
        raise _CannotError
    return found[0], found[0].step, len(found)


def _insert_at(find: Find, parts: Parts) -> None:
    first, step, count = _list(find, parts)
    index, value = _number(parts, "index"), _value(parts["value"])
    if not 0 <= index <= count:
        raise _CannotError
    _insert(first.holder, step.key, index, _content(value, first.type), value.shadow)


def _delete(find: Find, parts: Parts) -> None:
    """What is not there is deleted already."""
    found = find(parts)
    if not found:
        return
    node, step = found[0], found[0].step
    if len(found) > 1 or step is None:
        raise _CannotError
    if node.index < 0:
        _set(node.holder, step.key, None, None)
    else:
        _drop(node.holder, step.key, node.index)


def _replace(find: Find, parts: Parts) -> None:
    """A choice may change its type."""
    node, value = _one(find, parts), _value(parts["value"])
    step = node.step
    if step is None:
        raise _CannotError
    content = _content(value, node.type)
    if node.index >= 0:
        _drop(node.holder, step.key, node.index)
        _insert(node.holder, step.key, node.index, content, value.shadow)
        return
    name = step.key[: -len(step.type)] + value.kind if step.is_choice else step.key
    _set(node.holder, step.key, None, None)
    _set(node.holder, name, content, value.shadow)


def _move(find: Find, parts: Parts) -> None:
    first, step, count = _list(find, parts)
    source, destination = _number(parts, "source"), _number(parts, "destination")
    if not (0 <= source < count and 0 <= destination < count):
        raise _CannotError
    content, shadow = _drop(first.holder, step.key, source)
    _insert(first.holder, step.key, destination, content, shadow)


_APPLY: dict[str, Callable[[Find, Parts], None]] = {
    "add": _add,
    "insert": _insert_at,
    "delete": _delete,
    "replace": _replace,
    "move": _move,
}
