"""Pages that start in the tables of texts and numbers, which have the main date of their resource beside each value.

Either those values that match are found by their own index and sorted, or all values of a path are walked in the order
of the answer until the page is full. Of the resources themselves only those are fetched that a page may have. What is
walked past stands in a `case`, of which PostgreSQL expects that it often holds: so it reads in order and stops.
"""

from __future__ import annotations

from collections.abc import Iterator

from sosuckhoe.clinical.search import number_sql, text_sql
from sosuckhoe.clinical.search.condition import Condition, HasNumber, HasText
from sosuckhoe.clinical.search.query import Query
from sosuckhoe.clinical.search.statement import Statement

_WALKED = """
  select distinct on ({row}.moment, {row}.rid) {row}.bucket, {row}.rid, {row}.moment from {table} {row}
  where {path} and case when {matching} then true end{after}
  order by {order} limit {never}
"""
_SORTED = """
  select * from (select distinct * from ({found}) v offset 0) v
  where true{after}
  order by {order} limit {never}
"""
PAGE = """
select {columns}
from ({values}) v,
lateral (
  select * from clinical_resource r where r.bucket = v.bucket and r.rid = v.rid
    and {where} offset 0
) r
where {beside}
order by {order}
limit {limit}
"""


def is_in_order(condition: HasText | HasNumber) -> bool:
    """Whether one range of an index has all values that may match in the order of the answer."""
    return text_sql.is_in_order(condition) if isinstance(condition, HasText) else number_sql.is_in_order(condition)


def is_lettered(condition: HasText | HasNumber) -> bool:
    """Whether that range has only texts of the letters that are asked for."""
    return isinstance(condition, HasText) and text_sql.letters(condition) != ""


def is_beside(condition: Condition) -> bool:
    """Whether a condition is asked of a value's key and date, before the resource is fetched."""
    return isinstance(condition, HasText) and text_sql.is_in_order(condition)


def beside(made: Statement, query: Query) -> Iterator[str]:
    """Those conditions of the row `v`, without the one that the search starts with."""
    for condition in query.conditions:
        if condition is not query.start and isinstance(condition, HasText) and is_beside(condition):
            yield text_sql.beside(made, condition)


def walked(made: Statement, condition: HasText | HasNumber, after: str, order: str, never: int) -> str:
    """The keys of what matches in order, found by walking. `after` and `order` name the row `{row}`."""
    if isinstance(condition, HasText):
        row, table, (path, matching) = "t", "clinical_text", text_sql.in_order(made, condition)
    else:
        row, table, (path, matching) = "n", "clinical_number", number_sql.in_order(made, condition)
    places = {"row": row, "table": table, "path": path, "matching": matching, "never": never}
    return _WALKED.format(after=after.format(row=row), order=order.format(row=row), **places)


def sorted_(made: Statement, condition: HasText | HasNumber, after: str, order: str, never: int) -> str:
    """The same, found by their own index and sorted."""
    found = text_sql.found(made, condition) if isinstance(condition, HasText) else number_sql.found(made, condition)
    return _SORTED.format(found=found, after=after.format(row="v"), order=order.format(row="v"), never=never)
