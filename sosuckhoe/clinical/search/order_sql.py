"""A page in an order that no index gives: the keys of everything found are computed, sorted and cut in SQL."""

from __future__ import annotations

from collections.abc import Iterator

from sosuckhoe.clinical.search import sql
from sosuckhoe.clinical.search.condition import MOMENT, UPDATED
from sosuckhoe.clinical.search.cursor import Place
from sosuckhoe.clinical.search.ordering import BODY, DATE, KEPT_LETTERS, KEY, NUMBER, TEXT, Key
from sosuckhoe.clinical.search.query import Query
from sosuckhoe.clinical.search.seen import Seen
from sosuckhoe.clinical.search.statement import Statement

_PAGE = """
with found as materialized (
  select r.bucket, r.rid, {keys} from clinical_resource r
  where {where}
), page as (
  select * from found where {after} order by {order} limit {limit}
)
select {columns}, {names} from page join clinical_resource r on r.bucket = page.bucket and r.rid = page.rid
order by {page_order}
"""
_ALL = "select {columns}, {keys} from clinical_resource r where {where} limit {limit}"
_COLUMNS = {MOMENT: "r.moment", UPDATED: "r.updated", KEY: "r.rid", BODY: "null::text"}
_TABLES = {
    DATE: ("clinical_date", "t.low"),
    TEXT: ("clinical_text", f"left(t.folded, {KEPT_LETTERS})"),
    NUMBER: ("clinical_number", "t.low"),
}


def how_many(query: Query, whose: Seen, chosen: str, at_most: int) -> Statement:
    """How many are to be sorted, counted up to a limit."""
    made = sql.filtered(query, whose, chosen)
    made.text = (
        f"select count(*) from (select from clinical_resource r where {made.where()} limit {made.bind(at_most)}) r"  # noqa: S608 -- values are bound
    )
    return made


def page(query: Query, whose: Seen, chosen: str) -> Statement:
    """One page and one row more; behind the columns of `sql.COLUMNS` stand the keys."""
    made = sql.filtered(query, whose, chosen)
    made.text = _PAGE.format(
        keys=_keys(made, query.sort),
        where=made.where(),
        after=_after(made, query.sort, query.after),
        order=_order(query.sort, "found", backwards=query.goes_back),
        limit=made.bind(query.count + 1),
        columns=sql.COLUMNS,
        names=", ".join(f"page.k{place}" for place in range(len(query.sort))),
        page_order=_order(query.sort, "page", backwards=query.goes_back),
    )
    return made


def everything(query: Query, whose: Seen, chosen: str, at_most: int) -> Statement:
    """All that is found, with the keys that SQL can compute, to be sorted by what only the resources say."""
    made = sql.filtered(query, whose, chosen)
    keys = _keys(made, query.sort)
    made.text = _ALL.format(columns=sql.COLUMNS, keys=keys, where=made.where(), limit=made.bind(at_most))
    return made


def _keys(made: Statement, keys: tuple[Key, ...]) -> str:
    return ", ".join(f"{_value(made, key)} as k{place}" for place, key in enumerate(keys))


def _value(made: Statement, key: Key) -> str:
    if key.by in _COLUMNS:
        return _COLUMNS[key.by]
    table, value = _TABLES[key.by]
    return (
        f"(select {'max' if key.descending else 'min'}({value}) from {table} t where t.bucket = r.bucket"  # noqa: S608 -- values are bound
        f" and t.rid = r.rid and t.path = any ({made.bind(list(key.paths))}::int8[]))"
    )


def _order(keys: tuple[Key, ...], table: str, *, backwards: bool) -> str:
    nulls, direction = ("first", " desc") if backwards else ("last", "")
    sorted_by = [
        f"{table}.k{place} {'desc' if key.descending != backwards else 'asc'} nulls {nulls}"
        for place, key in enumerate(keys)
    ]
    return ", ".join([*sorted_by, f"{table}.rid{direction}"])


def _after(made: Statement, keys: tuple[Key, ...], place: Place | None) -> str:
    """Only what comes after (or, going back, before) a resource: the first key that differs says it."""
    if place is None:
        return "true"
    return " or ".join((_short_of if place.is_end else _beyond)(made, keys, place))


def _beyond(made: Statement, keys: tuple[Key, ...], place: Place) -> Iterator[str]:
    same: list[str] = []
    for number, (key, value) in enumerate(zip(keys, place.values, strict=True)):
        column = f"found.k{number}"
        if value is None:
            same.append(f"{column} is null")
            continue
        mark = made.bind(value)
        beyond = f"({column} {'<' if key.descending else '>'} {mark} or {column} is null)"
        yield " and ".join([*same, beyond])
        same.append(f"{column} = {mark}")
    yield " and ".join([*same, f"found.rid > {made.bind(place.key)}"])


def _short_of(made: Statement, keys: tuple[Key, ...], place: Place) -> Iterator[str]:
    same: list[str] = []
    for number, (key, value) in enumerate(zip(keys, place.values, strict=True)):
        column = f"found.k{number}"
        if value is None:
            yield " and ".join([*same, f"{column} is not null"])
            same.append(f"{column} is null")
            continue
        mark = made.bind(value)
        yield " and ".join([*same, f"{column} {'>' if key.descending else '<'} {mark}"])
        same.append(f"{column} = {mark}")
    yield " and ".join([*same, f"found.rid < {made.bind(place.key)}"])
