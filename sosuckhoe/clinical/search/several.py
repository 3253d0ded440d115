"""Searches of several types at once. https://hl7.org/fhir/R4/http.html#search

Only parameters that every one of the types has can be asked, and only in an order that all of them share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.search.query import Query, parse


def parse_types(
    types: Sequence[str],
    pairs: Iterable[tuple[str, str]],
    *,
    base: str,
    now: datetime,
    lenient: bool = False,
    within: tuple[str, str] | None = None,
) -> list[Query]:
    """One query for each type. Problem SSK-3126 for a parameter or order that not all of them have.

    `within` is a compartment, by type and id.
    """
    parsed = partial(parse, pairs=list(pairs), base=base, now=now, lenient=lenient, within=within)
    queries = [_parse(one, types, parsed) for one in types]
    first = queries[0]
    for other in queries[1:]:
        if _order(other) != _order(first):
            raise Problem("SSK-3126", name="_sort", type=other.type)
    return queries


def _parse(type_name: str, types: Sequence[str], parsed: Callable[[str], Query]) -> Query:
    try:
        return parsed(type_name)
    except Problem as problem:
        if len(types) == 1 or problem.number != "SSK-3001" or problem.places.get("type") != type_name:
            raise
        raise Problem("SSK-3126", name=problem.places["name"], type=type_name) from problem


def _order(query: Query) -> tuple[object, ...]:
    return (query.order, *((key.by, key.descending) for key in query.sort))
