"""The rows of a view over Python dicts: the plain engine, which the other one must agree with.

https://sql-on-fhir.org/ig/latest/processing_model.html#process-a-resource
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice, product
from typing import Any, TypeAlias

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.body import Number
from sosuckhoe.clinical.fhirpath import Allowance, Environment, Node, Outside, compile_expression, root
from sosuckhoe.clinical.fhirpath.allowance import look
from sosuckhoe.clinical.fhirpath.faults import FhirPathProblem
from sosuckhoe.clinical.fhirpath.node import plain
from sosuckhoe.clinical.fhirpath.quantity import Quantity
from sosuckhoe.insight.views import kinds
from sosuckhoe.insight.views.columns import Placed, of_view
from sosuckhoe.insight.views.definition import Column, Select, View

Row: TypeAlias = tuple[Any, ...]
MOST_REPEATED = 10_000
MOST_ROWS = 20_000
MOST_DEEP = 100
"""So deep no form is nested; a path that leads to itself never ends."""

DECIMALS = 8
"""Computed numbers come out to so many decimals. https://hl7.org/fhirpath/#decimal"""

_LARGE = 1 << 53
_PAST_INTEGERS = 1 << 63


@dataclass(frozen=True)
class Plan:
    """A view whose columns are known and whose expressions are compiled."""

    view: View
    columns: tuple[Placed, ...]

    @property
    def constants(self) -> dict[str, list[Any]]:
        """What `%name` stands for."""
        return {name: [root(one.value, one.type)] for name, one in self.view.constants.items()}


def plan(view: View) -> Plan:
    """A view ready to run. Raises SSK-3291, SSK-3292, SSK-3293."""
    names = {name: one.type for name, one in view.constants.items()}
    for path, place in view.wheres:
        if kinds.family(found := kinds.of_path(path, frozenset({view.resource}), names, place)) != "boolean" and found:
            raise Problem("SSK-3295", place=place)
    return Plan(view, of_view(view.top, view.resource, names))


def rows(
    ready: Plan, resources: Iterable[dict[str, Any]], outside: Outside | None = None, seconds: float = math.inf
) -> Iterator[Row]:
    """The rows of every resource of the view's type, in order. SSK-3294, SSK-3295 where values do not suit a column.

    `outside` answers what paths ask of codes and profiles; without it what comes with the program does.
    `seconds`: of computing, for a view that somebody sent; SSK-3481 when they are over.
    """
    made = _Maker(ready, outside or Outside(), Allowance(seconds))
    for resource in resources:
        if resource.get("resourceType") == ready.view.resource:
            yield from made.of_resource(resource)


class _Maker:
    def __init__(self, ready: Plan, outside: Outside, allowance: Allowance) -> None:
        self.outside = outside
        self.ready = ready
        self.allowance = allowance
        self.constants = ready.constants

    def of_resource(self, resource: dict[str, Any]) -> list[Row]:
        this = root(resource)
        self.root = [this]
        with self.allowance.spent():
            if not all(self.is_true(this, path, place) for path, place in self.ready.view.wheres):
                return []
            found = _bounded(self.process(self.ready.view.top, this, 0))
            return [tuple(map(_cell, row, self.ready.columns)) for row in found]

    def values(self, path: str, this: Node, index: int, place: str) -> list[Any]:
        """What an expression yields of a node."""
        look()
        variables = {**self.constants, kinds.ROW_INDEX: [index]}
        env = Environment(self.root, variables, None, None, *self.outside)
        try:
            return compile_expression(path).values_of(this, env)
        except FhirPathProblem:
            raise Problem("SSK-3295", place=place) from None

    def is_true(self, this: Node, path: str, place: str) -> bool:
        found = [plain(one) for one in self.values(path, this, 0, place)]
        if len(found) > 1 or (found and not isinstance(found[0], bool)):
            raise Problem("SSK-3295", place=place)
        return found == [True]

    def process(self, select: Select, this: Node, index: int) -> Iterator[Row]:
        """The rows of a selection structure at a node."""
        if not select.loop:
            yield from self.at(select, this, index)
            return
        foci = self.foci(select, this, index)
        for at, focus in enumerate(foci):
            yield from self.at(select, focus, at)
        if not foci and select.loop == "forEachOrNull":
            yield self.nothing(select)

    def at(self, select: Select, this: Node, index: int) -> Iterator[Row]:
        """The rows of one focus: columns, nested selects and the union, all with all."""
        parts = [[self.bound(select.columns, this, index)]]
        parts += [_bounded(self.process(one, this, index)) for one in select.selects]
        if select.unions:
            parts.append(_bounded(row for one in select.unions for row in self.process(one, this, index)))
        return (tuple(value for part in found for value in part) for found in product(*parts))

    def bound(self, columns: tuple[Column, ...], this: Node, index: int) -> Row:
        return tuple(self.value(one, this, index) for one in columns)

    def value(self, column: Column, this: Node, index: int) -> Any:
        found = self.values(column.path, this, index, f"{column.place}.path")
        if column.is_collection:
            return found
        if len(found) > 1:
            raise Problem("SSK-3294", place=column.place)
        return found[0] if found else None

    def nothing(self, select: Select) -> Row:
        """The row of nothing: no values, but the first place. https://sql-on-fhir.org/ig/latest/processing_model.html"""
        own = tuple(0 if one.path.strip() == f"%{kinds.ROW_INDEX}" else _none(one) for one in select.columns)
        inner = [self.nothing(one) for one in (*select.selects, *select.unions[:1])]
        return (*own, *(value for row in inner for value in row))

    def foci(self, select: Select, this: Node, index: int) -> list[Node]:
        place = f"{select.place}.{select.loop}"
        if select.loop != "repeat":
            return self.values(select.paths[0], this, index, place)
        found: list[Node] = []
        self.gather(select, this, found, MOST_DEEP)
        return found

    def gather(self, select: Select, this: Node, found: list[Node], left: int) -> None:
        """What the paths lead to, and what they lead to from there: each before what stands below it."""
        for path in select.paths:
            place = f"{select.place}.repeat"
            for one in self.values(path, this, 0, place):
                if len(found) >= MOST_REPEATED or not left or not isinstance(one, Node):
                    raise Problem("SSK-3295", place=place)
                found.append(one)
                self.gather(select, one, found, left - 1)


def _bounded(found: Iterator[Row]) -> list[Row]:
    """All with all grows fast: SSK-3298 for more rows of one resource than anybody reads."""
    kept = list(islice(found, MOST_ROWS + 1))
    if len(kept) > MOST_ROWS:
        raise Problem("SSK-3298", limit=MOST_ROWS)
    return kept


def _none(column: Column) -> Any:
    return [] if column.is_collection else None


def _cell(value: Any, column: Placed) -> Any:
    """A value as it goes out: JSON's own types, of the column's family."""
    if column.is_collection:
        return [_fitted(_bare(one), column.family) for one in value]
    return _fitted(_bare(value), column.family)


def _bare(value: Any) -> Any:
    """JSON of a node or of a computed value."""
    if isinstance(value, Node):
        return _number(value.value)
    if isinstance(value, Decimal):
        return _rounded(value)
    if isinstance(value, Quantity):
        return {"value": float(value.value), "unit": value.unit}
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def _rounded(value: Decimal) -> float | None:
    """A computed number; None for one that no double holds. A large one has no such decimals as a double."""
    found = float(value) if abs(value) >= _LARGE else float(round(value, DECIMALS))
    return found if math.isfinite(found) else None


def _number(value: Any) -> Any:
    return float(value.digits) if isinstance(value, Number) else value


def _fitted(value: Any, family: str) -> Any:
    """The value in its column's family; None for what cannot be that."""
    if value is None or family == "any":
        return value
    if family == "text":
        return _text(value)
    if family == "boolean":
        return value if isinstance(value, bool) else None
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or (family == "integer" and (abs(value) >= _PAST_INTEGERS or value != int(value))):
        return None
    return int(value) if family == "integer" else float(value)


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (str, int, float)) else None
