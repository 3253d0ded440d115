"""Whether the elements that an expression names exist, before any resource is seen.

https://hl7.org/fhirpath/#type-safety-and-strict-evaluation: types are followed as far as they are known.
"""

from __future__ import annotations

from typing import NamedTuple

from sosuckhoe.clinical.fhirpath import types
from sosuckhoe.clinical.fhirpath.faults import SemanticProblem
from sosuckhoe.clinical.fhirpath.syntax import (
    Binary,
    Call,
    Index,
    Literal,
    Member,
    OfType,
    Special,
    Tree,
    Unary,
    type_name,
)

_KEEP = frozenset(
    {"where", "first", "last", "tail", "skip", "take", "single", "distinct", "exclude", "intersect", "trace", "sort"}
)
_EACH = frozenset({"where", "all", "exists", "sort", "select", "trace"})
_OPEN = frozenset({"aggregate", "iif", "repeat"})
_BY_PLACE = frozenset({"first", "last", "tail", "skip", "take"})
_UNORDERED = frozenset({"children", "descendants"})


class _Kind(NamedTuple):
    """The types that a collection may hold, None when not known; whether its order means something."""

    types: frozenset[str] | None
    is_ordered: bool = True


_ANY = _Kind(None)


def check(tree: Tree, type_name_: str, *, ordered: bool) -> frozenset[str] | None:
    """The types that a tree may yield, None when not known.

    Raise SemanticProblem for an element that its type cannot have, or a place in an unordered collection.
    """
    return _Checker(ordered=ordered).kind(tree, _Kind(frozenset({type_name_}))).types


def kinds(tree: Tree, this: frozenset[str] | None) -> frozenset[str] | None:
    """Of which types is what a tree yields, where $this is of these; None: not known. SemanticProblem as `check`."""
    return _Checker(ordered=False).kind(tree, _Kind(this)).types


class _Checker:
    def __init__(self, *, ordered: bool) -> None:
        self.ordered = ordered

    def kind(self, tree: Tree, this: _Kind) -> _Kind:
        """What a tree may yield where $this is of this kind."""
        if isinstance(tree, Member):
            return self.member(tree, this)
        if isinstance(tree, Call):
            return self.call(tree, this)
        if isinstance(tree, Index):
            left = self.kind(tree.left, this)
            self.kind(tree.place, this)
            self.place(left, "[]")
            return left
        if isinstance(tree, OfType):
            self.kind(tree.left, this)
            return _ANY if tree.operator == "is" else _named(tree.type)
        return self.operation(tree, this)

    def operation(self, tree: Tree, this: _Kind) -> _Kind:
        if isinstance(tree, Binary):
            left, right = self.kind(tree.left, this), self.kind(tree.right, this)
            known = tree.operator == "|" and left.types is not None and right.types is not None
            return _Kind((left.types or frozenset()) | (right.types or frozenset())) if known else _ANY
        if isinstance(tree, Unary):
            self.kind(tree.operand, this)
        return this if isinstance(tree, Special) and tree.name == "$this" else _ANY

    def member(self, tree: Member, this: _Kind) -> _Kind:
        if tree.left is None:
            if this.types is not None and types.exists(tree.name) and tree.name[0].isupper():
                return self.start(tree.name, this.types)
            return self.below(this, tree.name)
        return self.below(self.kind(tree.left, this), tree.name)

    def start(self, name: str, known: frozenset[str]) -> _Kind:
        if any(name in types.bases(one) or one in types.bases(name) for one in known):
            return _Kind(frozenset({name}) if name not in {"Resource", "DomainResource"} else known)
        raise SemanticProblem(name)

    def below(self, kind: _Kind, name: str) -> _Kind:
        if kind.types is None or "Resource" in kind.types:
            return _Kind(None, kind.is_ordered)
        found = [types.steps(one, name) for one in kind.types]
        if all(steps is None for steps in found):
            raise SemanticProblem(name)
        return _Kind(frozenset(step.type for steps in found for step in steps or ()), kind.is_ordered)

    def place(self, kind: _Kind, name: str) -> None:
        if self.ordered and not kind.is_ordered:
            raise SemanticProblem(name)

    def call(self, tree: Call, this: _Kind) -> _Kind:
        left = this if tree.left is None else self.kind(tree.left, this)
        name = tree.name
        if name in {"as", "ofType", "is"}:
            return _ANY if name == "is" else _named(type_name(tree.arguments[0]) or "")
        if name in {"getResourceKey", "getReferenceKey"}:
            return _named("string")
        if name in _BY_PLACE:
            self.place(left, name)
        found = self.arguments(tree, left, this)
        if name == "select" and found:
            return found[0]
        if name == "iif":
            self.criterion(tree)
        if name == "extension":
            return _Kind(frozenset({"Extension"}))
        return left if name in _KEEP else _Kind(None, name not in _UNORDERED)

    def arguments(self, tree: Call, left: _Kind, this: _Kind) -> list[_Kind]:
        """Loops look at each item, other functions at what stands outside; `repeat` also at what it made."""
        inner = left if tree.name in _EACH else _ANY if tree.name in _OPEN else this
        return [self.kind(one, inner) for one in tree.arguments]

    def criterion(self, tree: Call) -> None:
        if tree.arguments and isinstance(tree.arguments[0], Literal):
            values = tree.arguments[0].values
            if values and not isinstance(values[0], bool):
                raise SemanticProblem("iif()")


def _named(name: str) -> _Kind:
    plain = name.rpartition(".")[2]
    return _Kind(frozenset({plain})) if types.exists(plain) else _ANY
