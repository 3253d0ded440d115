"""A view as one SQL statement for DuckDB over a relation `resource` with the column `body` (JSON of one resource).

Every resource becomes a list of rows, made of lists within lists as the definition says, and the list is unrolled last.
So the database needs no join of a resource with its own parts, and rows come in the order of the definition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from sosuckhoe.clinical.fhirpath import compile_expression
from sosuckhoe.insight.views import expression, kinds
from sosuckhoe.insight.views.columns import Placed
from sosuckhoe.insight.views.definition import Column, Select
from sosuckhoe.insight.views.operations import DECIMALS
from sosuckhoe.insight.views.piece import SQL_TYPES, BeyondSqlError, Branch, Piece, Values, as_list, one
from sosuckhoe.insight.views.rows import Plan

_SOURCE = "{source}"
_TEXT_OF_BODY = re.compile(r"json_extract_string\(body, '(\$[\w.]+)'\)")
_BOUND = re.compile(r"\$(p[0-9]+)")
MOST_REPEATS = 12
"""How deep `repeat` goes in SQL; a resource that goes deeper is refused, as Plan's own engine would not."""


class Statement(NamedTuple):
    """`values` are bound by name."""

    sql: str
    values: dict[str, Any]


def compiled(ready: Plan) -> Statement:
    """The statement of a view. BeyondSqlError where an expression has no SQL: the plain engine runs it."""
    values = Values()
    return _Maker(ready, values).statement()


class _Maker:
    def __init__(self, ready: Plan, values: Values) -> None:
        self.ready = ready
        self.values = values
        self.compiler = expression.compiler(ready.view.resource, ready.view.constants, values)

    def statement(self) -> Statement:
        root = self.compiler.root
        made = self.rows(self.ready.view.top, root, 0)
        wheres = [self.condition(path, root) for path, _ in self.ready.view.wheres]
        names = ", ".join(f'r.c{at} AS "{one.name}"' for at, one in enumerate(self.ready.columns))
        where = f"\nwhere {' and '.join(wheres)}" if wheres else ""
        sql = f"select {names}\nfrom (select unnest({made}) as r from {_SOURCE}{where})"  # noqa: S608 -- values are bound
        sql = _read_once(sql)
        used = set(_BOUND.findall(sql))
        return Statement(sql, {name: value for name, value in self.values.by_name.items() if name in used})

    def condition(self, path: str, root: Piece) -> str:
        return f"coalesce({self.compiler.truth(self.piece(path, root))}, FALSE)"

    def piece(self, path: str, this: Piece) -> Piece:
        return self.compiler.piece(compile_expression(path).tree, this)

    def rows(self, select: Select, this: Piece, first: int) -> str:
        """A list of structs: the rows of a selection structure; its columns are numbered from `first`."""
        if not select.loop:
            return self.at(select, this, first)
        foci, kind = self.foci(select, this)
        name, number, outer = self.compiler.fresh(), self.compiler.fresh(), self.compiler.index
        self.compiler.index = f"({number} - 1)"
        each = self.at(select, (Branch(name, kind),), first)
        self.compiler.index = outer
        found = f"flatten(list_transform({foci}, lambda {name}, {number}: {each}))"
        if select.loop != "forEachOrNull":
            return found
        return f"CASE WHEN len({foci}) = 0 THEN [{self.nothing(select, first)}] ELSE {found} END"

    def foci(self, select: Select, this: Piece) -> tuple[str, str]:
        """SQL of the list of what a loop goes over, and its type."""
        if select.loop == "repeat":
            return self.repeated(select.paths, this, MOST_REPEATS), self.kind_of(select.paths, this)
        piece = self.piece(select.paths[0], this)
        if len(piece) > 1 or any(branch.is_native for branch in piece):
            raise BeyondSqlError(select.loop)
        return as_list(piece, "any"), piece[0].type if piece else "Element"

    def kind_of(self, paths: tuple[str, ...], this: Piece) -> str:
        """The one type that all of these lead to, also from there on."""
        found = {branch.type for path in paths for branch in self.piece(path, this)}
        if len(found) != 1:
            raise BeyondSqlError("repeat")
        kind = found.pop()
        again = {branch.type for path in paths for branch in self.piece(path, (Branch("x", kind),))}
        if again - {kind}:
            raise BeyondSqlError("repeat")
        return kind

    def repeated(self, paths: tuple[str, ...], this: Piece, depth: int) -> str:
        """What the paths lead to, each followed by what it leads to itself."""
        parts = [as_list(self.piece(path, this), "any") for path in paths]
        level = parts[0] if len(parts) == 1 else f"list_concat({', '.join(parts)})"
        name, kind = self.compiler.fresh(), self.kind_of(paths, this)
        if not depth:
            return f"list_transform({level}, lambda {name}: CAST(error({self.compiler.problem}) AS JSON))"
        below = self.repeated(paths, (Branch(name, kind),), depth - 1)
        return f"flatten(list_transform({level}, lambda {name}: list_concat([{name}], {below})))"

    def at(self, select: Select, this: Piece, first: int) -> str:
        """The rows of one focus: columns, nested selects and the union, all with all."""
        after = first + len(select.columns)
        own = [self.column(column, first + at, this) for at, column in enumerate(select.columns)]
        parts: list[tuple[str, range]] = []
        if own:
            parts.append((f"[{_struct(dict(enumerate(own, first)))}]", range(first, after)))
        for inner in select.selects:
            width = _width(inner)
            parts.append((self.rows(inner, this, after), range(after, after + width)))
            after += width
        if select.unions:
            branches = [self.rows(inner, this, after) for inner in select.unions]
            made = branches[0] if len(branches) == 1 else f"list_concat({', '.join(branches)})"
            parts.append((made, range(after, after + _width(select.unions[0]))))
        return parts[0][0] if len(parts) == 1 else self.product(parts, {})

    def product(self, parts: list[tuple[str, range]], known: dict[int, str]) -> str:
        """All with all: a lambda within a lambda for each part."""
        (rows, numbers), rest = parts[0], parts[1:]
        name = self.compiler.fresh()
        known = known | {number: f"{name}.c{number}" for number in numbers}
        if not rest:
            return f"list_transform({rows}, lambda {name}: {_struct(known)})"
        return f"flatten(list_transform({rows}, lambda {name}: {self.product(rest, known)}))"

    def column(self, column: Column, number: int, this: Piece) -> str:
        placed = self.ready.columns[number]
        piece = self.piece(column.path, this)
        if column.is_collection:
            return f"CAST({as_list(piece, placed.family)} AS {_sql_type(placed)})"
        value = one(piece, placed.family, self.values.bind(f"SSK-3294 {column.place}"))
        if placed.family == "decimal" and any(branch.is_native for branch in piece):
            value = f"round({value}, {DECIMALS})"
        return f"CAST({value} AS {_sql_type(placed)})"

    def nothing(self, select: Select, first: int) -> str:
        """The row of a loop that found nothing."""
        fields = {}
        for number in range(first, first + _width(select)):
            placed = self.ready.columns[number]
            fields[number] = f"CAST({'[]' if placed.is_collection else 'NULL'} AS {_sql_type(placed)})"
        for number, column in enumerate(_columns(select), first):
            if column.path.strip() == f"%{kinds.ROW_INDEX}":
                fields[number] = f"CAST(0 AS {_sql_type(self.ready.columns[number])})"
        return _struct(fields)


def _read_once(sql: str) -> str:
    """The texts at single places of a resource, read together: DuckDB parses a body anew for every function of it."""
    paths = sorted(set(_TEXT_OF_BODY.findall(sql)))
    if len(paths) > 1:
        places = {path: number for number, path in enumerate(paths, 1)}
        sql = _TEXT_OF_BODY.sub(lambda found: f"texts[{places[found[1]]}]", sql)
        listed = ", ".join(f"'{path}'" for path in paths)
        texts = f"json_extract_string(body, [{listed}]) as texts"
        return sql.replace(_SOURCE, f"(select body, {texts} from resource)")  # noqa: S608 -- paths are of elements' names
    return sql.replace(_SOURCE, "resource")


def _struct(fields: dict[int, str]) -> str:
    return f"struct_pack({', '.join(f'c{number} := {sql}' for number, sql in sorted(fields.items()))})"


def _sql_type(placed: Placed) -> str:
    return SQL_TYPES[placed.family] + ("[]" if placed.is_collection else "")


def _columns(select: Select) -> Iterator[Column]:
    """The columns that a structure makes, in order; of a union those of its first branch."""
    yield from select.columns
    for inner in (*select.selects, *select.unions[:1]):
        yield from _columns(inner)


def _width(select: Select) -> int:
    return sum(1 for _ in _columns(select))
