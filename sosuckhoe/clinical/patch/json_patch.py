"""JSON Patch. https://www.rfc-editor.org/rfc/rfc6902 with https://www.rfc-editor.org/rfc/rfc6901"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.patch.tree import copied, length, same

MOST_OPERATIONS = 1000
MOST_COPIED = 1 << 20
"""So many values and letters all copies of a patch make: a list that is copied into itself doubles each time."""

_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
_NEEDS = {"add": "value", "replace": "value", "test": "value", "move": "from", "copy": "from", "remove": "path"}


class _NoPlaceError(Exception):
    """A pointer leads nowhere."""


def apply(document: Any, operations: list[Any]) -> Any:
    """The document after all operations; the one that was given stays as it is.

    Raises SSK-3043 for an operation that is not of RFC 6902's form, SSK-3044 for one whose place does not exist and
    for copies of more than MOST_COPIED, SSK-3045 for a test that fails; `operation` is its number, from 0.
    """
    if len(operations) > MOST_OPERATIONS:
        raise Problem("SSK-3043", operation=MOST_OPERATIONS)
    made, left = copied(document), MOST_COPIED
    for number, operation in enumerate(operations):
        _check(operation, number)
        try:
            left -= _copied_by(made, operation)
            if left < 0:
                raise Problem("SSK-3044", operation=number)
            made = _APPLY[operation["op"]](made, operation)
        except _NoPlaceError as error:
            raise Problem("SSK-3045" if operation["op"] == "test" else "SSK-3044", operation=number) from error
    return made


def _check(operation: Any, number: int) -> None:
    is_whole = isinstance(operation, dict) and isinstance(operation.get("path"), str)
    needed = _NEEDS.get(operation["op"]) if is_whole and isinstance(operation.get("op"), str) else None
    if needed is None or needed not in operation:
        raise Problem("SSK-3043", operation=number)
    pointers = [operation["path"], operation["from"] if needed == "from" else ""]
    if not all(isinstance(one, str) and (not one or one.startswith("/")) for one in pointers):
        raise Problem("SSK-3043", operation=number)


def _copied_by(document: Any, operation: dict[str, Any]) -> int:
    return length(_at(document, _steps(operation["from"]))) if operation["op"] == "copy" else 0


def _steps(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _child(value: Any, step: str) -> Any:
    if isinstance(value, dict) and step in value:
        return value[step]
    if isinstance(value, list):
        return value[_place(value, step)]
    raise _NoPlaceError


def _place(values: list[Any], step: str) -> int:
    """The index of an item that exists."""
    if _INDEX.fullmatch(step) is None or int(step) >= len(values):
        raise _NoPlaceError
    return int(step)


def _at(document: Any, steps: list[str]) -> Any:
    for step in steps:
        document = _child(document, step)
    return document


def _add(document: Any, pointer: str, value: Any) -> Any:
    steps = _steps(pointer)
    if not steps:
        return value
    holder, last = _at(document, steps[:-1]), steps[-1]
    if isinstance(holder, dict):
        holder[last] = value
    elif isinstance(holder, list):
        holder.insert(len(holder) if last in {"-", str(len(holder))} else _place(holder, last), value)
    else:
        raise _NoPlaceError
    return document


def _remove(document: Any, pointer: str) -> Any:
    steps = _steps(pointer)
    if not steps:
        return None
    holder, last = _at(document, steps[:-1]), steps[-1]
    _child(holder, last)
    del holder[_place(holder, last) if isinstance(holder, list) else last]
    return document


def _replace(document: Any, operation: dict[str, Any]) -> Any:
    steps = _steps(operation["path"])
    if not steps:
        return copied(operation["value"])
    holder, last = _at(document, steps[:-1]), steps[-1]
    _child(holder, last)
    holder[_place(holder, last) if isinstance(holder, list) else last] = copied(operation["value"])
    return document


def _move(document: Any, operation: dict[str, Any]) -> Any:
    source, target = operation["from"], operation["path"]
    value = _at(document, _steps(source))
    if target.startswith(f"{source}/"):
        raise _NoPlaceError
    return document if source == target else _add(_remove(document, source), target, value)


def _test(document: Any, operation: dict[str, Any]) -> Any:
    if not same(_at(document, _steps(operation["path"])), operation["value"]):
        raise _NoPlaceError
    return document


_APPLY: dict[str, Callable[[Any, dict[str, Any]], Any]] = {
    "add": lambda document, operation: _add(document, operation["path"], copied(operation["value"])),
    "remove": lambda document, operation: _remove(document, operation["path"]),
    "replace": _replace,
    "move": _move,
    "copy": lambda document, operation: _add(
        document, operation["path"], copied(_at(document, _steps(operation["from"])))
    ),
    "test": _test,
}
