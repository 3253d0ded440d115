"""Searches of several types at once. https://hl7.org/fhir/R4/http.html#search

Only parameters that every one of the types has can be asked, and only in an order that all of them share.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.search.query import Query, parse


def parse_types(
    types: Sequence[str], pairs: Iterable[tuple[str, str]], *, base: str, now: datetime, lenient: bool = False
) -> list[Query]:
    """One query for each type. Problem SSK-3126 for a parameter or order that not all of them have."""
    asked = list(pairs)
    queries = [_parse(one, asked, types, base, now, lenient=lenient) for one in types]
    first = queries[0]
    for other in queries[1:]:
        if _order(other) != _order(first):
            raise Problem("SSK-3126", name="_sort", type=other.type)
    return queries


def _parse(
    type_name: str, pairs: list[tuple[str, str]], types: Sequence[str], base: str, now: datetime, *, lenient: bool
) -> Query:
    try:
        return parse(type_name, pairs, base=base, now=now, lenient=lenient)
    except Problem as problem:
        if len(types) == 1 or problem.number != "SSK-3001" or problem.places.get("type") != type_name:
            raise
        raise Problem("SSK-3126", name=problem.places["name"], type=type_name) from problem


def _order(query: Query) -> tuple[object, ...]:
    return (query.order, *((key.by, key.descending) for key in query.sort))
