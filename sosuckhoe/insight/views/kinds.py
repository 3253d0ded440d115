"""Of which types an expression's values are, as far as it can be told before any resource is seen."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.fhirpath import Environment, checking, compile_expression, types
from sosuckhoe.clinical.fhirpath.faults import FhirPathProblem
from sosuckhoe.clinical.fhirpath.moment import Moment
from sosuckhoe.clinical.fhirpath.syntax import Binary, Call, Literal, OfType, Tree, Unary, Variable

Kinds: TypeAlias = frozenset[str] | None
"""FHIR types (Quantity, dateTime), or None where nothing is known."""

_OF_FUNCTION = {
    **dict.fromkeys(("exists", "empty", "not", "all", "hasValue", "startsWith", "endsWith", "contains"), "boolean"),
    **dict.fromkeys(("matches", "memberOf", "subsumes", "subsumedBy", "allTrue", "anyTrue"), "boolean"),
    **dict.fromkeys(("conformsTo", "is"), "boolean"),
    **dict.fromkeys(("count", "length", "indexOf", "toInteger"), "integer"),
    **dict.fromkeys(("join", "getResourceKey", "getReferenceKey", "lower", "upper", "substring", "replace"), "string"),
    **dict.fromkeys(("toString", "trim"), "string"),
    "toDecimal": "decimal",
}
_BOOLEANS = frozenset({"and", "or", "xor", "implies", "=", "!=", "~", "!~", "<", ">", "<=", ">=", "in", "contains"})
_KEEP = frozenset({"lowBoundary", "highBoundary", "first", "last", "single", "tail", "where", "skip", "take"})
"""Functions that yield what they were given, or its like."""

_KINDS_OF = {bool: "boolean", int: "integer", str: "string", Decimal: "decimal"}
_INTEGERS = frozenset({"integer", "positiveInt", "unsignedInt", "integer64"})
ROW_INDEX = "rowIndex"


def of_path(path: str, this: Kinds, constants: dict[str, str], place: str) -> Kinds:
    """The types of an expression's values. SSK-3293 for an expression that cannot be used where it stands."""
    try:
        tree = compile_expression(path).tree
        _check_variables(tree, constants)
        return of_tree(tree, this, constants)
    except FhirPathProblem as problem:
        raise Problem("SSK-3293", place=place, part=problem.places.get("part", problem.places.get("at", ""))) from None


def _check_variables(tree: Any, constants: dict[str, str]) -> None:
    """SemanticProblem for a `%name` that stands for nothing, wherever it stands."""
    if isinstance(tree, Variable) and tree.name not in {ROW_INDEX, *constants}:
        Environment([], {}, None, None).variable(tree.name)
    elif isinstance(tree, tuple) and not isinstance(tree, Literal):
        for part in tree:
            _check_variables(part, constants)


def of_tree(tree: Tree, this: Kinds, constants: dict[str, str]) -> Kinds:
    """The same of a tree. SemanticProblem for an element that no such type has."""
    if isinstance(tree, Literal):
        return _of_literal(tree)
    if isinstance(tree, Variable):
        return frozenset({"integer"}) if tree.name == ROW_INDEX else _only(constants.get(tree.name))
    checked = checking.kinds(tree, this)
    return _computed(tree, this, constants) if checked is None else checked


def _computed(tree: Tree, this: Kinds, constants: dict[str, str]) -> Kinds:
    if isinstance(tree, Call):
        return _of_call(tree, this, constants)
    if isinstance(tree, OfType):
        return frozenset({"boolean"})
    if isinstance(tree, Unary):
        return of_tree(tree.operand, this, constants)
    return _of_binary(tree, this, constants) if isinstance(tree, Binary) else None


def _only(name: str | None) -> Kinds:
    return None if name is None else frozenset({name})


def _of_literal(tree: Literal) -> Kinds:
    if not tree.values:
        return None
    value = tree.values[0]
    if isinstance(value, Moment):
        return frozenset({value.kind[0].lower() + value.kind[1:]})
    return _only(_KINDS_OF.get(value.__class__))


def _of_call(tree: Call, this: Kinds, constants: dict[str, str]) -> Kinds:
    if tree.name == "iif":
        items = this if tree.left is None else of_tree(tree.left, this, constants)
        return _of_all(tree.arguments[1:], items, constants)
    if tree.name in _KEEP:
        found = this if tree.left is None else of_tree(tree.left, this, constants)
        return _of_boundary(found) if tree.name.endswith("Boundary") else found
    return _only(_OF_FUNCTION.get(tree.name))


def _of_all(trees: Sequence[Tree], this: Kinds, constants: dict[str, str]) -> Kinds:
    """The types of any of these; None where one is not known. An empty collection is of every type."""
    found = [of_tree(one, this, constants) for one in trees if not (isinstance(one, Literal) and not one.values)]
    known = [one for one in found if one]
    return frozenset().union(*known) if known and len(known) == len(found) else None


def _of_boundary(kinds: Kinds) -> Kinds:
    """The boundaries of whole numbers lie between them; those of a period are moments."""
    if kinds == frozenset({"Period"}):
        return frozenset({"dateTime"})
    return frozenset({"decimal"}) if kinds and kinds <= _INTEGERS else kinds


def _of_binary(tree: Binary, this: Kinds, constants: dict[str, str]) -> Kinds:
    if tree.operator in _BOOLEANS:
        return frozenset({"boolean"})
    if tree.operator == "&":
        return frozenset({"string"})
    if tree.operator == "|":
        return _of_all((tree.left, tree.right), this, constants)
    sides = {family(of_tree(one, this, constants)) for one in (tree.left, tree.right)}
    if tree.operator in {"div", "mod"} and sides == {"integer"}:
        return frozenset({"integer"})
    if tree.operator == "/" or "decimal" in sides:
        return frozenset({"decimal"}) if sides <= {"integer", "decimal"} else None
    return frozenset({"string" if sides == {"text"} else "integer"}) if sides in ({"text"}, {"integer"}) else None


def family(kinds: Kinds) -> str:
    """How values are kept: text, boolean, integer, decimal; `any` for what is mixed, unknown or of parts."""
    found = {_family(one) for one in kinds or ("",)}
    return found.pop() if len(found) == 1 else "any"


def _family(kind: str) -> str:
    if kind in _INTEGERS:
        return "integer"
    if kind in {"boolean", "decimal"}:
        return kind
    return "text" if kind in types.PRIMITIVES else "any"
