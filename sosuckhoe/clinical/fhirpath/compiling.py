"""From tree to closures: an expression is compiled once and evaluated many times."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

from sosuckhoe.clinical.fhirpath import (
    codes,
    collections,
    conforming,
    convert,
    keys,
    loops,
    numbers,
    operators,
    syntax,
    texts,
    types,
)
from sosuckhoe.clinical.fhirpath.environment import Environment, Run
from sosuckhoe.clinical.fhirpath.faults import ExecutionProblem, SemanticProblem
from sosuckhoe.clinical.fhirpath.node import Node, children, system_type
from sosuckhoe.clinical.fhirpath.syntax import Binary, Call, Index, Literal, Member, OfType, Special, Tree, Unary

EAGER: dict[str, Callable[..., list[Any]]] = {
    **collections.FUNCTIONS,
    **convert.FUNCTIONS,
    **numbers.FUNCTIONS,
    **texts.FUNCTIONS,
    "abs": numbers.absolute,
    "round": numbers.round_to,
    "precision": numbers.precision,
    "getResourceKey": keys.resource_key,
    "substring": texts.substring,
    "join": texts.join,
}
"""Functions whose arguments are evaluated before they are called."""

RUNS: dict[str, Callable[..., Run]] = {**codes.FUNCTIONS, **conforming.FUNCTIONS, **loops.FUNCTIONS}
"""Functions that are told how to run their arguments, and what the evaluation knows."""

_TEXTS = {"indexOf": 1, "lastIndexOf": 1, "startsWith": 1, "endsWith": 1, "contains": 1, "replace": 2, "matches": 1}
_MORE_TEXTS = {"matchesFull": 1, "replaceMatches": 2, "split": 1, "encode": 1, "decode": 1, "escape": 1, "unescape": 1}
_COUNTS = {**_TEXTS, **_MORE_TEXTS, "log": 1, "power": 1}
"""How many arguments the functions take whose Python signature does not tell."""

_TYPED = {"is", "as", "ofType"}


def compiled(tree: Tree) -> Run:
    """The closure of a tree. SemanticProblem for functions and types that do not exist."""
    return _COMPILERS[type(tree)](tree)


def _this(this: list[Any], _env: Environment) -> list[Any]:
    return this


def _literal(tree: Literal) -> Run:
    values = list(tree.values)
    return lambda _this, _env: values


def _member(tree: Member) -> Run:
    name = tree.name
    if tree.left is None:
        return _type_or_member(name) if types.exists(name) and name[0].isupper() else _first(name)
    if isinstance(tree.left, Member) and tree.left.left is None and not types.exists(tree.left.name):
        return _second(tree.left.name, name)
    left = compiled(tree.left)
    return lambda this, env: children(left(this, env), name)


def _first(name: str) -> Run:
    return lambda this, _env: children(this, name)


def _second(first: str, second: str) -> Run:
    return lambda this, _env: children(children(this, first), second)


def _type_or_member(name: str) -> Run:
    """A type's name at the start keeps the items of this type."""

    def run(this: list[Any], _env: Environment) -> list[Any]:
        found = [item for item in this if item.__class__ is Node and name in types.bases(item.type)]
        return found or children(this, name)

    return run


def _call(tree: Call) -> Run:
    left = _this if tree.left is None else compiled(tree.left)
    name = tree.name
    if name in _TYPED:
        return _typed_call(left, tree)
    if name == "getReferenceKey":
        return _reference_key(left, tree)
    if name == "sort":
        return loops.sort(left, [_sort_key(one) for one in tree.arguments])
    if name == "toQuantity" and tree.arguments:
        return _eager(convert.to_unit, left, tree, name)
    if name in RUNS:
        _check_count(tree, *_counts(RUNS[name]))
        return RUNS[name](left, *(compiled(one) for one in tree.arguments))
    if name not in EAGER:
        raise SemanticProblem(f"{name}()")
    return _eager(EAGER[name], left, tree, name)


def _eager(function: Callable[..., list[Any]], left: Run, tree: Call, name: str) -> Run:
    least, most = (_COUNTS[name],) * 2 if name in _COUNTS else _counts(function)
    _check_count(tree, least, most)
    arguments = [compiled(one) for one in tree.arguments]
    if not arguments:
        return lambda this, env: function(left(this, env))
    if len(arguments) == 1:
        only = arguments[0]
        return lambda this, env: function(left(this, env), only(this, env))
    return lambda this, env: function(left(this, env), *[one(this, env) for one in arguments])


@cache
def _counts(function: Callable[..., Any]) -> tuple[int, int]:
    """How many arguments a function takes, at least and at most."""
    parameters = list(inspect.signature(function).parameters.values())[1:]
    named = [one for one in parameters if one.kind is not inspect.Parameter.VAR_POSITIONAL]
    return sum(one.default is inspect.Parameter.empty for one in named), len(named)


def _check_count(tree: Call, least: int, most: int) -> None:
    if not least <= len(tree.arguments) <= most:
        raise SemanticProblem(f"{tree.name}()")


def _sort_key(tree: Tree) -> tuple[Run, int]:
    if isinstance(tree, Unary) and tree.sign == "-":
        return compiled(tree.operand), -1
    return compiled(tree), 1


def _typed_call(left: Run, tree: Call) -> Run:
    name = syntax.type_name(tree.arguments[0]) if len(tree.arguments) == 1 else None
    if name is None:
        raise SemanticProblem(f"{tree.name}()")
    return _typed(left, tree.name, name)


def _reference_key(left: Run, tree: Call) -> Run:
    """Its argument is a type, by its name or as a text."""
    _check_count(tree, 0, 1)
    wanted = syntax.type_argument(tree)
    if tree.arguments and (wanted is None or not types.exists(wanted)):
        raise SemanticProblem(f"{tree.name}()")
    return lambda this, env: keys.reference_key(left(this, env), wanted)


def _typed(left: Run, operator: str, name: str) -> Run:
    fits = type_test(name)
    if operator == "ofType":
        return lambda this, env: [item for item in left(this, env) if fits(item)]

    def run(this: list[Any], env: Environment) -> list[Any]:
        items = left(this, env)
        if len(items) > 1:
            raise ExecutionProblem(operator)
        if operator == "as":
            return [item for item in items if fits(item)]
        return [fits(item) for item in items]

    return run


def type_test(name: str) -> Callable[[Any], bool]:
    """Whether an item is of a type or of one derived from it. SemanticProblem for a type that does not exist."""
    space, _, plain_name = name.rpartition(".")
    if space not in {"", "FHIR", "System"}:
        raise SemanticProblem(name)
    if not space and plain_name not in types.SYSTEM and not types.exists(plain_name):
        raise SemanticProblem(name)

    def fits(item: Any) -> bool:
        if item.__class__ is Node:
            return space != "System" and plain_name in types.bases(item.type)
        return space != "FHIR" and system_type(item) == plain_name

    return fits


def _index(tree: Index) -> Run:
    left, index = compiled(tree.left), compiled(tree.place)
    return lambda this, env: collections.at(left(this, env), index(this, env))


def _unary(tree: Unary) -> Run:
    operand = compiled(tree.operand)
    function = operators.negative if tree.sign == "-" else operators.positive
    return lambda this, env: function(operand(this, env))


def _binary(tree: Binary) -> Run:
    left, right = compiled(tree.left), compiled(tree.right)
    function = operators.OPERATORS[tree.operator]
    return lambda this, env: function(left(this, env), right(this, env))


def _special(tree: Special) -> Run:
    return {
        "$this": _this,
        "$index": lambda _this, env: [env.index],
        "$total": lambda _this, env: env.total,
    }[tree.name]


def _variable(tree: syntax.Variable) -> Run:
    name = tree.name
    return lambda _this, env: env.variable(name)


_COMPILERS: dict[type, Callable[[Any], Run]] = {
    Literal: _literal,
    Member: _member,
    Call: _call,
    Index: _index,
    Unary: _unary,
    Binary: _binary,
    OfType: lambda tree: _typed(compiled(tree.left), tree.operator, tree.type),
    syntax.Variable: _variable,
    Special: _special,
}
