"""Functions that evaluate their argument for every item. https://hl7.org/fhirpath/#filtering-and-projection"""

from __future__ import annotations

from collections.abc import Callable
from functools import cmp_to_key
from typing import Any

from sosuckhoe.clinical.fhirpath import equality, moment, single
from sosuckhoe.clinical.fhirpath.allowance import check_values, look
from sosuckhoe.clinical.fhirpath.environment import Environment, Run
from sosuckhoe.clinical.fhirpath.faults import ExecutionProblem
from sosuckhoe.clinical.fhirpath.node import Node, children, plain, root

MOST_REPEATED = 100_000


def each(items: list[Any], run: Run, env: Environment) -> list[list[Any]]:
    """What the argument yields for every item, `$index` told."""
    outer = env.index
    found = []
    count = 0
    for index, item in enumerate(items):
        look()
        env.index = index
        made = run([item], env)
        found.append(made)
        count += len(made)
        check_values(count, "$this")
    env.index = outer
    return found


def where(left: Run, criterion: Run) -> Run:
    def run(this: list[Any], env: Environment) -> list[Any]:
        items = left(this, env)
        answers = each(items, criterion, env)
        return [item for item, found in zip(items, answers, strict=True) if single.truth(found, "where")]

    return run


def select(left: Run, projection: Run) -> Run:
    return lambda this, env: [one for found in each(left(this, env), projection, env) for one in found]


def every(left: Run, criterion: Run) -> Run:
    return lambda this, env: [all(single.truth(one, "all") for one in each(left(this, env), criterion, env))]


def exists(left: Run, criterion: Run | None = None) -> Run:
    if criterion is None:
        return lambda this, env: [bool(left(this, env))]
    found = where(left, criterion)
    return lambda this, env: [bool(found(this, env))]


def repeat(left: Run, projection: Run) -> Run:
    """Until nothing new comes."""

    def run(this: list[Any], env: Environment) -> list[Any]:
        found: list[Any] = []
        seen: set[int] = set()
        level = left(this, env)
        while level:
            made = [one for part in each(level, projection, env) for one in part]
            level = _new(made, found, seen)
            found.extend(level)
            if len(found) > MOST_REPEATED:
                raise ExecutionProblem("repeat")
        return found

    return run


def _new(made: list[Any], found: list[Any], seen: set[int]) -> list[Any]:
    """Nodes are new by their place, other values by equality."""
    level: list[Any] = []
    for one in made:
        if isinstance(one, Node) and isinstance(one.value, dict):
            if id(one.value) not in seen:
                seen.add(id(one.value))
                level.append(one)
        elif not equality.contains(found, one) and not equality.contains(level, one):
            level.append(one)
    return level


def aggregate(left: Run, aggregator: Run, start: Run | None = None) -> Run:
    def run(this: list[Any], env: Environment) -> list[Any]:
        items = left(this, env)
        outer, env.total = env.total, start(this, env) if start else []
        for index, item in enumerate(items):
            look()
            env.index = index
            env.total = aggregator([item], env)
            check_values(len(env.total), "aggregate")
        env.total, found = outer, env.total
        return found

    return run


def iif(left: Run, criterion: Run, then: Run, otherwise: Run | None = None) -> Run:
    def run(this: list[Any], env: Environment) -> list[Any]:
        items = left(this, env)
        if len(items) > 1:
            raise ExecutionProblem("iif")
        if single.boolean(criterion(items, env), "iif"):
            return then(items, env)
        return otherwise(items, env) if otherwise else []

    return run


def sort(left: Run, keys: list[tuple[Run, int]]) -> Run:
    """By the keys in turn (`-key` descends); what has no value comes before what has, in either direction."""

    def run(this: list[Any], env: Environment) -> list[Any]:
        items = left(this, env)
        rows = [each(items, key, env) for key, _ in keys] if keys else [[[item] for item in items]]
        signs = [sign for _, sign in keys] or [1]

        def order_of(one: int, two: int) -> int:
            return _row_order(rows, signs, one, two)

        order = sorted(range(len(items)), key=cmp_to_key(order_of))
        return [items[at] for at in order]

    return run


def _row_order(rows: list[list[list[Any]]], signs: list[int], one: int, two: int) -> int:
    for row, sign in zip(rows, signs, strict=True):
        left, right = single.value(row[one], "sort"), single.value(row[two], "sort")
        if left is None or right is None:
            found = (left is not None) - (right is not None)
        else:
            found = sign * (equality.order(left, right) or 0)
        if found:
            return found
    return 0


def trace(left: Run, _name: Run, _projection: Run | None = None) -> Run:
    """What stands in a record is not written anywhere: the items go through."""
    return left


def resolve(left: Run) -> Run:
    """The resources that references name: contained ones, and what the caller finds."""

    def run(this: list[Any], env: Environment) -> list[Any]:
        return [found for item in left(this, env) for found in _resolved(item, env)]

    return run


def _resolved(item: Any, env: Environment) -> list[Any]:
    value = plain(item)
    text = value.value.get("reference") if isinstance(value, Node) and isinstance(value.value, dict) else value
    if not isinstance(text, str):
        return []
    if text.startswith("#"):
        return [one for one in children(env.root, "contained") if one.value.get("id") == text[1:]]
    body = env.resolve(text) if env.resolve else None
    return [] if body is None else [root(body)]


def _clock(make: Callable[[Environment], Any]) -> Callable[[Run], Run]:
    return lambda _left: lambda _this, env: [make(env)]


def _time_of_day(env: Environment) -> moment.Moment:
    return moment.Moment("Time", moment.of_datetime(env.moment()).parts[3:])


FUNCTIONS: dict[str, Callable[..., Run]] = {
    "where": where,
    "select": select,
    "all": every,
    "exists": exists,
    "repeat": repeat,
    "aggregate": aggregate,
    "iif": iif,
    "trace": trace,
    "resolve": resolve,
    "now": _clock(lambda env: moment.of_datetime(env.moment())),
    "today": _clock(lambda env: moment.today(env.moment())),
    "timeOfDay": _clock(_time_of_day),
}
