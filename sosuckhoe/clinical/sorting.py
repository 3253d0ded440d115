"""Pages in an order that no index gives. How much may be sorted is bounded; more is refused, never cut."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cmp_to_key, partial
from typing import Any

from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import codec
from sosuckhoe.clinical.search import order_sql, ordering, plan
from sosuckhoe.clinical.search.cursor import Place
from sosuckhoe.clinical.search.ordering import BODY, Key
from sosuckhoe.clinical.search.query import Query
from sosuckhoe.clinical.search.seen import Seen
from sosuckhoe.clinical.search.statement import Statement

MOST = 100_000
"""So many resources are sorted by what the tables say, in about two seconds."""

MOST_READ = 10_000
"""So many are read to be sorted by a code or a reference, which stand in the resources only."""

_CODEC, _BODY, _FIXED, _KEY = 5, 6, 8, 1
Row = tuple[Any, ...]


def rows(query: Query, seen: Seen, chosen: str) -> list[Row]:
    """A page and one row more: the columns of `sql.COLUMNS`, then the keys. SSK-3121 when there is too much.

    Going back, the last come first.
    """
    chosen = plan.TIES if chosen == plan.ORDER else chosen
    if any(key.by == BODY for key in query.sort):
        return _read(query, seen, chosen)
    if _run(order_sql.how_many(query, seen, chosen, MOST + 1))[0][0] > MOST:
        raise Problem("SSK-3121", limit=MOST)
    return _run(order_sql.page(query, seen, chosen))


def place_of(row: Row) -> Place:
    """Where a page ends that ends with this row."""
    return Place(None, row[_KEY], row[_FIXED:])


def _read(query: Query, seen: Seen, chosen: str) -> list[Row]:
    found = _run(order_sql.everything(query, seen, chosen, MOST_READ + 1))
    if len(found) > MOST_READ:
        raise Problem("SSK-3121", limit=MOST_READ)
    keyed = [_with_values(query.sort, row) for row in found]
    after = query.after
    if after is not None:
        last = (*(None,) * _KEY, after.key, *(None,) * (_FIXED - _KEY - 1), *after.values)
        sign = -1 if after.is_end else 1
        keyed = [row for row in keyed if row[_KEY] != after.key and _compared(query.sort, row, last) * sign > 0]
    found = in_order(query.sort, keyed)
    return found[: -query.count - 2 : -1] if query.goes_back else found[: query.count + 1]


def in_order(keys: tuple[Key, ...], rows: Iterable[Row]) -> list[Row]:
    """Rows in the order of their keys."""
    return sorted(rows, key=cmp_to_key(partial(_compared, keys)))


def _with_values(keys: tuple[Key, ...], row: Row) -> Row:
    body = codec.unpacked(row[_CODEC], row[_KEY], row[_BODY])
    values = (
        ordering.value_in(key, body) if key.by == BODY else known for key, known in zip(keys, row[_FIXED:], strict=True)
    )
    return (*row[:_FIXED], *values)


def _compared(keys: tuple[Key, ...], one: Row, other: Row) -> int:
    """Below 0 when `one` comes first: a missing value last, then by key."""
    for key, a, b in zip(keys, one[_FIXED:], other[_FIXED:], strict=True):
        if a != b:
            return _first(a, b) if not key.descending or None in {a, b} else _first(b, a)
    return _first(one[_KEY], other[_KEY])


def _first(a: Any, b: Any) -> int:
    if a is None or b is None:
        return (a is None) - (b is None)
    return 1 if a > b else -1


def _run(statement: Statement) -> list[Row]:
    return db.tuples(statement.text, statement.values, binary=True)
