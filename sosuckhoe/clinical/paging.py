"""The rows of one page of one type: the plan is chosen, what is asked is counted, the page read."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import cmp_to_key, lru_cache, partial
from typing import Any, NamedTuple

import orjson

from sosuckhoe.base import db, settled
from sosuckhoe.clinical import newest, sampled, sorting, traced
from sosuckhoe.clinical.search import number_sql, plan, sql, text_sql
from sosuckhoe.clinical.search.condition import MOMENT, HasKey, HasNumber, HasText, HasToken
from sosuckhoe.clinical.search.cursor import Place
from sosuckhoe.clinical.search.query import Query
from sosuckhoe.clinical.search.seen import Seen
from sosuckhoe.clinical.search.statement import Statement
from sosuckhoe.clinical.traced import Trace

Row = tuple[Any, ...]
"""The columns of `sql.COLUMNS`, then the keys of the order."""

_TIES_KEPT = 300.0
"""Seconds that the ties of facilities are believed."""

_KEY, _UPDATED, _MOMENT = 1, 4, 7


class Found(NamedTuple):
    """A page and one row more, and how many there are in all when it was asked.

    `is_traced`: the trace has its lines already.
    """

    rows: list[Row]
    total: int | None
    is_traced: bool = False


def found(query: Query, seen: Seen, trace: Trace | None = None) -> Found:
    """What a grounded query finds of what may be seen. The trace is written where one statement can do both."""
    if finds_nothing(query, seen):
        return Found([], 0 if query.total else None)
    chosen = chosen_plan(query, seen)
    is_traced = trace is not None and query.count > 0 and _is_one_statement(query, chosen)
    if is_traced and trace is not None:
        rows = traced.tuples(sql.page(query, seen, chosen, more=sql.BUCKET), query.count, trace)
    else:
        rows = read(query, seen, chosen) if query.count else []
    if not query.total:
        return Found(rows, None, is_traced)
    is_whole = query.after is None and query.count > 0 and len(rows) <= query.count
    return Found(rows, len(rows) if is_whole else _total(query, seen, chosen), is_traced)


def _is_one_statement(query: Query, chosen: str) -> bool:
    """Whether the page is read by one statement whose plan is the same for all values."""
    is_walked_once = query.order.by != MOMENT or (query.after is None and query.order.descending)
    return not query.goes_back and is_walked_once and not query.sort and sql.is_settled(query, chosen)


def chosen_plan(query: Query, seen: Seen) -> str:
    """The plan of a grounded query."""
    facts = plan.Facts(_rows_with, _held, sampled.of_type(query.type))
    chosen = plan.choose(query, facts, narrowed=seen.is_narrow)
    if chosen == plan.ORDER and seen.holders and _has_few_ties(seen.holders):
        return plan.TIES
    return chosen


def read(query: Query, seen: Seen, chosen: str) -> list[Row]:
    """A page and one row more. Of a page that ends before a place the row more is the first."""
    if not query.goes_back:
        return (sorting.rows if query.sort else _rows)(query, seen, chosen)
    return (sorting.rows if query.sort else _rows_back)(query, seen, chosen)[::-1]


def place(query: Query, row: Row) -> Place:
    """Where a page ends that ends with this row."""
    if query.sort:
        return sorting.place_of(row)
    return Place(row[_MOMENT] if query.order.by == MOMENT else row[_UPDATED], row[_KEY])


def merged(query: Query, rows: Sequence[Row]) -> list[Row]:
    """Rows of several types in the order of the query."""
    if query.sort:
        return sorting.in_order(query.sort, rows)
    return sorted(rows, key=cmp_to_key(partial(_compared, query)))


def _compared(query: Query, one: Row, other: Row) -> int:
    """The order of the indexes: by the main date equal ones stand by key when it falls, against it when it rises."""
    by, descending = query.order
    column = _MOMENT if by == MOMENT else _UPDATED
    a, b = one[column], other[column]
    if a == b:
        forwards = descending == (by == MOMENT) or one[column] is None
        return (1 if one[_KEY] > other[_KEY] else -1) * (1 if forwards else -1)
    if a is None or b is None:
        return 1 if a is None else -1
    return (1 if a > b else -1) * (-1 if descending else 1)


def finds_nothing(query: Query, seen: Seen) -> bool:
    """Whether some condition cannot hold for anything."""
    impossible = any(
        (isinstance(c, HasToken) and not (c.any_of or c.negated)) or (isinstance(c, HasKey) and not c.any_of)
        for c in query.conditions
    )
    return impossible or seen.persons == frozenset()


def _total(query: Query, seen: Seen, chosen: str) -> int:
    """How many there are; an estimate is PostgreSQL's, which reads nothing."""
    if not query.estimated:
        return int(_run(sql.total(query, seen, chosen))[0][0])
    return int(explained(sql.every(query, seen))["Plan Rows"])


def explained(statement: Statement) -> dict[str, Any]:
    """PostgreSQL's plan of a statement, which is not run. It holds values: nothing but names and numbers may go out."""
    told = db.value("explain (format json) " + statement.text, statement.values)
    tree: dict[str, Any] = (orjson.loads(told) if isinstance(told, str | bytes) else told)[0]["Plan"]
    return tree


def _has_few_ties(holders: tuple[str, ...]) -> bool:
    """Whether a facility has treated so few that their rows are read sooner than a page is found among everybody's."""
    ties, persons = _ties(holders, int(time.monotonic() / _TIES_KEPT))
    return ties * ties <= plan.TIES_PER_PERSON * max(persons, 1)


@lru_cache(maxsize=4096)
def _ties(holders: tuple[str, ...], _period: int) -> tuple[int, float]:
    """How many a facility has treated, counted up to a limit, and about how many persons there are."""
    persons = db.value("select greatest(reltuples, 0) from pg_class where oid = 'access_tie'::regclass") or 0.0
    most = math.isqrt(int(plan.TIES_PER_PERSON * max(persons, 1))) + 1
    counting = "select count(*) from (select from access_tie where facility = any (%s) limit %s) t"
    return int(db.value(counting, (list(holders), most))), persons


def _rows(query: Query, seen: Seen, chosen: str) -> list[Row]:
    """A page and one row more. By the main date, those without one come last."""
    if query.order.by != MOMENT:
        return _run(sql.page(query, seen, chosen))
    if query.after is None and query.order.descending:
        return _run(sql.page(query, seen, chosen))
    is_past_dated = query.after is not None and query.after.at is None
    rows = [] if is_past_dated else _run(sql.page(query, seen, chosen, dated=True))
    if len(rows) <= query.count:
        rest = replace(query, count=query.count - len(rows), after=query.after if is_past_dated else None)
        rows += _run(sql.page(rest, seen, chosen, dated=False))
    return rows


def _rows_back(query: Query, seen: Seen, chosen: str) -> list[Row]:
    """The last rows before a place and one row more, the last first: the other order of the same index."""
    turned = replace(query, order=query.order._replace(descending=not query.order.descending))
    if query.order.by != MOMENT:
        return _run(sql.page(turned, seen, chosen))
    is_undated = query.after is not None and query.after.at is None
    rows = _run(sql.page(query, seen, chosen, dated=False)) if is_undated else []
    if len(rows) <= query.count:
        rest = replace(turned, count=query.count - len(rows), after=None if is_undated else query.after)
        rows += _run(sql.page(rest, seen, chosen, dated=True))
    return rows


def _run(statement: Statement) -> list[Row]:
    if statement.is_settled:
        return settled.tuples(statement.text, statement.values)
    return db.tuples(statement.text, statement.values, binary=True)


def _rows_with(condition: plan.Valued, most: int) -> float:
    """About how many rows have a token: PostgreSQL's own sample, or less than the rarest of it.

    Of texts and numbers the newest say what is frequent; others are counted until there are more than `most`, and so is
    what few of the newest meet where all of it would be sorted. What no index finds is infinitely many.
    """
    if isinstance(condition, HasToken):
        return sum(map(sampled.with_token, condition.any_of))
    share = newest.share(condition)
    if share and (rows := share * _held(condition)) and (share >= newest.SURE or rows > most):
        return rows
    if isinstance(condition, HasText):
        counting = None if condition.how in {"contains", "ends"} else text_sql.how_many(condition, most + 1)
    else:
        counting = number_sql.how_many(condition, most + 1)
    return float(_run(counting)[0][0]) if counting else math.inf


def _held(condition: HasText | HasNumber) -> float:
    """About how many values stand in the range of an index that is walked for a condition."""
    if isinstance(condition, HasText):
        return sampled.with_value("clinical_text", "path", condition.paths[0])
    if pair := number_sql.pair_of(condition):
        return sampled.with_value("clinical_number", "pair", pair)
    return sampled.with_value("clinical_number", "path", condition.paths[0])
