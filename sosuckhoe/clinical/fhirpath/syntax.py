"""The tree of an expression. `left` of a path is None where the path starts."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias


class Literal(NamedTuple):
    """A value, or none for `{}`."""

    values: tuple[Any, ...]


class Member(NamedTuple):
    left: Tree | None
    name: str


class Call(NamedTuple):
    left: Tree | None
    name: str
    arguments: tuple[Tree, ...]


class Index(NamedTuple):
    left: Tree
    place: Tree


class Unary(NamedTuple):
    sign: str
    operand: Tree


class Binary(NamedTuple):
    operator: str
    left: Tree
    right: Tree


class OfType(NamedTuple):
    """`left is type` or `left as type`."""

    operator: str
    left: Tree
    type: str


class Variable(NamedTuple):
    """`%name`."""

    name: str


class Special(NamedTuple):
    """`$this`, `$index`, `$total`."""

    name: str


Tree: TypeAlias = Literal | Member | Call | Index | Unary | Binary | OfType | Variable | Special


def type_name(tree: Tree) -> str | None:
    """The type that a tree names: `Patient`, `FHIR.Patient`."""
    if isinstance(tree, Member) and tree.left is None:
        return tree.name
    if isinstance(tree, Member) and isinstance(tree.left, Member) and tree.left.left is None:
        return f"{tree.left.name}.{tree.name}"
    return None


def type_argument(tree: Call) -> str | None:
    """The type that the first argument of a call names: `getReferenceKey(Patient)`, or `'Patient'` as a text."""
    if not tree.arguments:
        return None
    first = tree.arguments[0]
    if isinstance(first, Literal):
        return first.values[0] if first.values and isinstance(first.values[0], str) else None
    return type_name(first)
