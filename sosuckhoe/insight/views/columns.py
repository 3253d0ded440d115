"""Which columns a view has, in which order. https://sql-on-fhir.org/ig/latest/StructureDefinition-ViewDefinition.html"""

from __future__ import annotations

from typing import NamedTuple

from sosuckhoe.base.errors import Problem
from sosuckhoe.insight.views.definition import MOST_COLUMNS, Column, Select
from sosuckhoe.insight.views.kinds import Kinds, family, of_path


class Placed(NamedTuple):
    """A column as it comes out. `family`: text, boolean, integer, decimal, or any (JSON)."""

    name: str
    family: str
    is_collection: bool


def of_view(top: Select, resource: str, constants: dict[str, str]) -> tuple[Placed, ...]:
    """Every column of a view in order; the same name never twice, the same columns in every branch of a union.

    `constants`: types by name. Raises SSK-3291, SSK-3292, and what an expression that cannot be used raises (SSK-3293).
    """
    found = _of(top, frozenset({resource}), constants)
    seen: set[str] = set()
    for one in found:
        if one.name.lower() in seen:
            raise Problem("SSK-3291", name=one.name, place=top.place)
        seen.add(one.name.lower())
    if len(found) > MOST_COLUMNS:
        raise Problem("SSK-3290", place=top.place, form=f"≤ {MOST_COLUMNS}")
    return tuple(found)


def _of(select: Select, this: Kinds, constants: dict[str, str]) -> list[Placed]:
    """The columns of a structure, then those of its selects, then those of its union."""
    if select.loop:
        this = _focus(select, this, constants)
    found = [_placed(one, this, constants) for one in select.columns]
    for inner in select.selects:
        found += _of(inner, this, constants)
    branches = [_of(one, this, constants) for one in select.unions]
    for branch, one in zip(branches[1:], select.unions[1:], strict=True):
        if branch != branches[0]:
            raise Problem("SSK-3292", place=one.place)
    return found + (branches[0] if branches else [])


def _focus(select: Select, this: Kinds, constants: dict[str, str]) -> Kinds:
    """What a loop goes over. The paths of `repeat` start again from what they lead to."""
    place = f"{select.place}.{select.loop}"
    if select.loop != "repeat":
        return of_path(select.paths[0], this, constants, place)
    if this is None:
        return None
    found: frozenset[str] = frozenset()
    for _ in range(len(select.paths) + 1):
        for path in select.paths:
            found |= _reached(path, this | found, constants) or frozenset()
    for path in select.paths:
        of_path(path, this | found, constants, place)
    return found or None


def _reached(path: str, this: Kinds, constants: dict[str, str]) -> Kinds:
    try:
        return of_path(path, this, constants, "")
    except Problem:
        return None


def _placed(column: Column, this: Kinds, constants: dict[str, str]) -> Placed:
    kinds = of_path(column.path, this, constants, f"{column.place}.path")
    return Placed(column.name, family(frozenset({column.type}) if column.type else kinds), column.is_collection)
