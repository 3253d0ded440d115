"""Rules that only ask what stands there, as questions to the keys of an object.

`obs-6: dataAbsentReason.empty() or value.empty()` needs no FHIRPath: this is fifty times quicker. For the other rules
guards say without which elements they do not fail.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, TypeAlias, TypeGuard

from sosuckhoe.clinical.fhirpath import types
from sosuckhoe.clinical.fhirpath.syntax import Binary, Call, Index, Member, OfType, Tree

Ask: TypeAlias = Callable[[dict[str, Any]], bool]

_JOINED: dict[str, Callable[[Ask, Ask], Ask]] = {
    "and": lambda one, two: lambda value: one(value) and two(value),
    "or": lambda one, two: lambda value: one(value) or two(value),
    "implies": lambda one, two: lambda value: not one(value) or two(value),
    "xor": lambda one, two: lambda value: operator.ne(one(value), two(value)),
    "!=": lambda one, two: lambda value: operator.ne(one(value), two(value)),
    "=": lambda one, two: lambda value: operator.eq(one(value), two(value)),
}
_NOT_FALSE_OF_NONE = frozenset(
    {"empty", "all", "isDistinct", "allTrue", "allFalse", "matches", "contains", "startsWith"}
)
_EMPTY_OF_NONE = frozenset({"=", "!=", "<", "<=", ">", ">="})


def compiled(tree: Tree, type_name: str) -> Ask | None:
    """The question of a rule to objects of a type; None when it asks for more than presence."""
    if isinstance(tree, Binary) and tree.operator in _JOINED:
        left, right = compiled(tree.left, type_name), compiled(tree.right, type_name)
        return _JOINED[tree.operator](left, right) if left and right else None
    if not isinstance(tree, Call) or tree.left is None or tree.arguments:
        return None
    if tree.name == "not":
        inner = compiled(tree.left, type_name)
        return (lambda value: not inner(value)) if inner else None
    if tree.name not in {"exists", "empty"} or not isinstance(tree.left, Member) or tree.left.left is not None:
        return None
    return _asked(keys_of(type_name, tree.left.name), wanted=tree.name == "exists")


def keys_of(type_name: str, name: str) -> tuple[str, ...]:
    """The JSON keys under which an element may stand."""
    found = types.steps(type_name, name) or ()
    return tuple(key for step in found for key in ((step.key, step.shadow) if step.is_primitive else (step.key,)))


def _asked(keys: tuple[str, ...], *, wanted: bool) -> Ask:
    if len(keys) == 1:
        key = keys[0]
        return (lambda value: key in value) if wanted else (lambda value: key not in value)
    known = frozenset(keys)
    if wanted:
        return lambda value: not known.isdisjoint(value)
    return known.isdisjoint


def guards(tree: Tree) -> tuple[frozenset[str], ...]:
    """Sets of elements: a rule does not fail where all of one set are absent. None of them when it must be asked."""
    if isinstance(tree, Binary):
        return _guards_of_two(tree)
    if not isinstance(tree, Call) or tree.left is None:
        return ()
    if tree.name == "not":
        return _guards_of_not(tree.left)
    return _named(tree.left) if tree.name in _NOT_FALSE_OF_NONE else ()


def _guards_of_not(tree: Tree) -> tuple[frozenset[str], ...]:
    """`not` of what is false or empty where nothing stands."""
    if isinstance(tree, Call) and tree.name in {"exists", "hasValue", "matches", "contains", "startsWith"}:
        return _named(tree.left)
    return ()


def _guards_of_two(tree: Binary) -> tuple[frozenset[str], ...]:
    left, right = guards(tree.left), guards(tree.right)
    if tree.operator == "and":
        return tuple(one | two for one in left for two in right)
    if tree.operator == "or":
        return left + right
    if tree.operator == "implies":
        return (_named(tree.left.left) if _asks_for_existence(tree.left) else ()) + right
    return _named(tree.left) if tree.operator in _EMPTY_OF_NONE else ()


def _asks_for_existence(tree: Tree) -> TypeGuard[Call]:
    return isinstance(tree, Call) and tree.name == "exists" and not tree.arguments


def _named(tree: Tree | None) -> tuple[frozenset[str], ...]:
    name = _first(tree)
    return (frozenset({name}),) if name else ()


def _first(tree: Tree | None) -> str | None:
    """The element at the start of a path; nothing comes of a path whose start is absent."""
    while isinstance(tree, (Member, Call, Index, OfType)):
        if isinstance(tree, Member) and tree.left is None:
            return None if tree.name[0].isupper() else tree.name
        if isinstance(tree, Call) and tree.name not in {"where", "select", "first", "tail", "resolve", "trace"}:
            return None
        tree = tree.left
    return None
