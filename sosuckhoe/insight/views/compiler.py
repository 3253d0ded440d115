"""What functions and operators need while FHIRPath becomes SQL for DuckDB: elements, items, conditions, names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from sosuckhoe.clinical.fhirpath import types
from sosuckhoe.clinical.fhirpath.moment import Moment
from sosuckhoe.clinical.fhirpath.syntax import Index, Literal, Member, Special, Tree, Variable
from sosuckhoe.insight.views import kinds
from sosuckhoe.insight.views.definition import Constant
from sosuckhoe.insight.views.piece import BeyondSqlError, Branch, Piece, Values, as_list, family, native, one


class Compiler:
    """Compiles the expressions of one view. `index` is SQL of %rowIndex where the expression stands."""

    def __init__(self, ways: Ways, resource: str, constants: dict[str, Constant], values: Values) -> None:
        """`ways` says how each kind of tree is compiled."""
        self.ways = ways
        self.values = values
        self.constants = constants
        self.root: Piece = (Branch("body", resource),)
        self.index = "0"
        self.problem = values.bind("several")
        self.names = 0

    def fresh(self) -> str:
        """A name for a lambda's argument."""
        self.names += 1
        return f"v{self.names}"

    def piece(self, tree: Tree, this: Piece) -> Piece:
        """What a tree yields where $this is this."""
        run = self.ways.get(type(tree))
        if run is None:
            raise BeyondSqlError(type(tree).__name__)
        return run(self, tree, this)

    def literal(self, tree: Literal, _this: Piece) -> Piece:
        if not tree.values:
            return ()
        value = tree.values[0]
        if isinstance(value, Moment):
            if value.kind != "Time" and len(value.parts) > 3 and value.zone is None:  # noqa: PLR2004 -- a clock
                raise BeyondSqlError("@")
            return native(self.values.bind(str(value)), value.kind[0].lower() + value.kind[1:])
        return self.bound(value)

    def bound(self, value: Any, kind: str = "") -> Piece:
        """A value that the statement binds."""
        found = kind or next(iter(kinds.of_tree(Literal((value,)), None, {}) or ("",)))
        if kinds.family(frozenset({found})) == "any":
            raise BeyondSqlError(found or "literal")
        plain = float(value) if isinstance(value, Decimal) else value
        cast = {"decimal": "DOUBLE", "integer": "BIGINT", "boolean": "BOOLEAN"}.get(found, "VARCHAR")
        return native(f"CAST({self.values.bind(plain)} AS {cast})", found)

    def variable(self, tree: Variable, _this: Piece) -> Piece:
        name = tree.name
        if name in self.constants:
            return self.bound(self.constants[name].value, self.constants[name].type)
        if name == kinds.ROW_INDEX:
            return native(f"CAST({self.index} AS BIGINT)", "integer")
        if name in {"resource", "context", "rootResource"}:
            return self.root
        raise BeyondSqlError(f"%{name}")

    def member(self, tree: Member, this: Piece) -> Piece:
        if tree.left is None and tree.name[0].isupper() and types.exists(tree.name):
            found = tuple(branch for branch in this if tree.name in types.bases(branch.type))
            return found or self.children(this, tree.name)
        return self.children(this if tree.left is None else self.piece(tree.left, this), tree.name)

    def children(self, piece: Piece, name: str) -> Piece:
        """The values of an element: a branch for each type that they may have."""
        return tuple(found for branch in piece for found in _children(branch, name))

    def special(self, tree: Special, this: Piece) -> Piece:
        if tree.name != "$this":
            raise BeyondSqlError(tree.name)
        return this

    def of_type(self, left: Tree | None, name: str, this: Piece) -> Piece:
        wanted = name.rpartition(".")[2]
        piece = this if left is None else self.piece(left, this)
        return tuple(branch for branch in piece if wanted in types.bases(branch.type))

    def item(self, tree: Index, this: Piece) -> Piece:
        """One item by its place, a number or a constant."""
        place = tree.place.values[0] if isinstance(tree.place, Literal) and tree.place.values else None
        if isinstance(tree.place, Variable) and tree.place.name in self.constants:
            place = self.constants[tree.place.name].value
        if not isinstance(place, int) or isinstance(place, bool) or place < 0:
            raise BeyondSqlError("[]")
        return self.at(self.piece(tree.left, this), place)

    def at(self, piece: Piece, place: int) -> Piece:
        """The item at a place, from 0."""
        if not any(branch.is_many for branch in piece):
            return piece if place == 0 else ()
        if len(piece) > 1:
            if family(piece) == "any":
                raise BeyondSqlError("[]")
            return native(f"({as_list(piece, family(piece))})[{place + 1}]", piece[0].type)
        branch = piece[0]
        if branch.is_native:
            return native(f"({branch.base})[{place + 1}]", branch.type)
        return (Branch(f"({as_list(piece, 'any')})[{place + 1}]", branch.type),)

    def truth(self, piece: Piece) -> str:
        """A condition of one boolean; any other single item is true, none is null."""
        if family(piece) == "boolean":
            return one(piece, "boolean", self.problem)
        return f"CASE WHEN {one(piece, 'any', self.problem)} IS NOT NULL THEN TRUE END"

    def kept(self, piece: Piece, criterion: Tree) -> Piece:
        """The items for which a criterion is true."""
        return tuple(self._kept(branch, criterion) for branch in piece)

    def _kept(self, branch: Branch, criterion: Tree) -> Branch:
        name = self.fresh()
        inner = branch._replace(base=name, path="", is_many=False, is_list=False)
        condition = f"coalesce({self.truth(self.piece(criterion, (inner,)))}, FALSE)"
        if branch.is_many:
            source = branch.base if branch.is_native else branch.json()
            return branch._replace(
                base=f"list_filter({source}, lambda {name}: {condition})", path="", is_list=True, is_many=True
            )
        value = branch.base if branch.is_native else branch.json()
        filtered = f"list_filter([{value}], lambda {name}: {name} IS NOT NULL AND {condition})[1]"
        return branch._replace(base=filtered, path="")


def _children(branch: Branch, name: str) -> Piece:
    steps = types.steps(branch.type, name) or ()
    if branch.type in types.PRIMITIVES:
        return _of_primitive(branch, name)
    if branch.is_native:
        raise BeyondSqlError(name)
    if branch.type in {"", "Resource", "DomainResource"}:
        raise BeyondSqlError(name)
    return tuple(branch.below(step.key, step.type, is_list=step.is_list) for step in steps)


def _of_primitive(branch: Branch, name: str) -> Piece:
    """Extensions of a primitive stand beside it, under its name with a line before it."""
    parent, _, key = branch.path.rpartition(".")
    if name != "extension" or branch.is_native or not key or key.endswith("[*]"):
        raise BeyondSqlError(name)
    return (branch._replace(path=f"{parent}._{key}.extension[*]", type="Extension", is_many=True),)


Ways: TypeAlias = Mapping[type, Callable[[Compiler, Any, Piece], Piece]]
