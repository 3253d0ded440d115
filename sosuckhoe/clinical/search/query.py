"""A search as it was asked, understood. https://hl7.org/fhir/R4/search.html

Strict: what is not understood is refused and named. With `Prefer: handling=lenient` it is left out and told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.search import (
    chain,
    compartment,
    current,
    cursor,
    custom,
    date,
    filtering,
    include,
    meaning,
    ordering,
    parameters,
    shape,
    values,
)
from sosuckhoe.clinical.search.condition import MOMENT, UPDATED, Chained, Condition, HasId, OfPatients
from sosuckhoe.clinical.search.meaning import Asked
from sosuckhoe.clinical.search.parameters import Parameter

DEFAULT_COUNT = 50
MOST_COUNT = 1000
MOST_SORT_KEYS = 20
_FORMAT = re.compile(r"(application/(fhir[+ ])?|text/)?(json|xml)|application/(json|xml)[+ ]fhir", re.IGNORECASE)
_COUNT = re.compile(r"[0-9]{1,9}")


class Order(NamedTuple):
    """What the answer is sorted by: MOMENT or UPDATED."""

    by: str
    descending: bool


NEWEST_FIRST = Order(MOMENT, descending=True)


@dataclass(slots=True)
class Query:
    """A search of one type. `asked` are the parameters that were understood, as written, for the self link."""

    type: str
    conditions: list[Condition] = field(default_factory=list)
    order: Order = NEWEST_FIRST
    sort: tuple[ordering.Key, ...] = ()
    count: int = DEFAULT_COUNT
    total: bool = False
    estimated: bool = False
    explained: bool = False
    shape: shape.Shape | None = None
    after: cursor.Place | None = None
    start: Condition | None = None
    """By which condition a search of what is rare starts: search/plan.py."""
    base: str = ""
    now: datetime = date.BEGINNING
    current: str = ""
    """The functional list that is asked for."""
    includes: list[include.Include] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    ignored: list[Problem] = field(default_factory=list)

    @property
    def goes_back(self) -> bool:
        """Whether the page is meant that ends before `after`, and not the one that comes behind it."""
        return self.after is not None and self.after.is_end


def parse(
    type_name: str,
    pairs: Iterable[tuple[str, str]],
    *,
    base: str,
    now: datetime,
    lenient: bool = False,
    within: tuple[str, str] | None = None,
) -> Query:
    """The query of a type from its parameters in order. `base` is the server's own address, without a slash at its end.

    `within` is a compartment, by type and id. Raises Problem SSK-3001 (parameter), 3002 (not supported here),
    3003 (modifier), 3004 (value), 3442 (whose list), and as `compartment.condition`.
    """
    query = Query(type_name, base=base, now=now)
    for name, text in sorted(pairs, key=lambda pair: pair[0] == "_elements"):
        if "\x00" in text:  # PostgreSQL holds none
            raise Problem("SSK-3004", name=meaning.shown(name), form="string")
        try:
            _take(query, name, text, base, now)
        except Problem as problem:
            if not lenient:
                raise
            query.ignored.append(problem)
        else:
            if name != "_cursor":
                query.asked.append((name, text))
    if within is not None:
        query.conditions.append(compartment.condition(*within, type_name, base))
    if query.current and not _is_of_one(query, within):
        raise Problem("SSK-3442", name=query.current)
    ordering.check(query.sort, query.after)
    if query.includes and query.shape is not None and query.shape.kind == shape.TEXT:
        raise Problem("SSK-3124")
    return query


def _is_of_one(query: Query, within: tuple[str, str] | None) -> bool:
    """Whether it is a search of one patient's resources."""
    asked = any(isinstance(one, OfPatients) and len(one.any_of) == 1 for one in query.conditions)
    return asked or (within is not None and within[0] == "Patient")


def _take(query: Query, name: str, text: str, base: str, now: datetime) -> None:
    if chain.is_chain(name):
        query.conditions.append(chain.parse(query.type, name, text, base, now))
        return
    code, _, modifier = name.partition(":")
    if code in _RESULT:
        if modifier:
            raise Problem("SSK-3003", name=code, modifier=meaning.shown(modifier))
        _RESULT[code](query, text)
        return
    if code in _REFUSED:
        raise Problem("SSK-3002", name=code, type=query.type)
    if code in include.NAMES:
        query.includes += include.parse(code, modifier, text, query.type, base)
        return
    parameter = custom.parameter_of(query.type, code)
    if parameter is None:
        raise Problem("SSK-3001", name=meaning.shown(code), type=query.type)
    if not _is_answered(parameter):
        raise Problem("SSK-3002", name=code, type=query.type)
    query.conditions += meaning.conditions(Asked(parameter, modifier, text, base, now))


def _is_answered(parameter: Parameter) -> bool:
    """Whether a search by it is answered; of HL7's own that is asked once."""
    if custom.is_custom(parameter):
        return meaning.is_supported(parameter)
    return _is_official_answered(parameter.type, parameter.code)


@lru_cache(maxsize=4096)
def _is_official_answered(type_name: str, code: str) -> bool:
    return meaning.is_supported(parameters.of(type_name)[code])


def _take_count(query: Query, text: str) -> None:
    if not _COUNT.fullmatch(text):
        raise Problem("SSK-3004", name="_count", form=f"0 … {MOST_COUNT}")
    query.count = min(int(text), MOST_COUNT)
    query.total = query.total or query.count == 0


def _take_sort(query: Query, text: str) -> None:
    each = dict.fromkeys(text.split(","))
    if len(each) > MOST_SORT_KEYS:
        raise Problem("SSK-3004", name="_sort", form=f"1 … {MOST_SORT_KEYS}")
    keys = [key for one in each if (key := _sort_key(query, one))]
    if len(keys) == 1 and keys[0].by in {MOMENT, UPDATED}:
        query.order, query.sort = Order(keys[0].by, keys[0].descending), ()
    else:
        query.sort = tuple(keys)


def _sort_key(query: Query, one: str) -> ordering.Key | None:
    """A key; none for `_score`: all that is found by conditions has the same."""
    if one.removeprefix("-") == "_score":
        query.ignored.append(Problem("SSK-3122"))
        return None
    return ordering.parse(query.type, one, query.base)


def _take_total(query: Query, text: str) -> None:
    if text not in {"none", "estimate", "accurate"}:
        raise Problem("SSK-3004", name="_total", form="none, estimate, accurate")
    query.total = query.total or text != "none"
    query.estimated = text == "estimate"


def _take_summary(query: Query, text: str) -> None:
    if text == "count":
        query.count, query.total = 0, True
    else:
        query.shape = shape.summary(text)


def _take_elements(query: Query, text: str) -> None:
    types = {query.type, *(type_name for one in query.includes for type_name in one.types)}
    query.shape = shape.elements(types, text)


def _take_filter(query: Query, text: str) -> None:
    query.conditions.append(filtering.parse(query.type, text, query.base, query.now))


def _take_list(query: Query, text: str) -> None:
    """https://hl7.org/fhir/R4/search.html#list"""
    if text.startswith("$"):
        _take_current(query, text)
        return
    members = chain.reference_of("List", "item")
    ids = tuple(values.unescaped(one).removeprefix("List/") for one in values.alternatives(text))
    query.conditions.append(Chained(members, "List", is_reverse=True, inner=(HasId(ids),), base=query.base))


def _take_current(query: Query, text: str) -> None:
    """https://hl7.org/fhir/R4/lists.html"""
    known = current.lists().get(text)
    pairs = known.pairs(query.type) if known else None
    if pairs is None:
        raise Problem("SSK-3002", name=f"_list={meaning.shown(text)}", type=query.type)
    for name, value in pairs:
        _take(query, name, value, query.base, query.now)
    query.current = text


def _take_contained(query: Query, text: str) -> None:
    if text != "false":
        raise Problem("SSK-3002", name="_contained", type=query.type)


def _take_explain(query: Query, text: str) -> None:
    if text not in {"true", "false"}:
        raise Problem("SSK-3004", name="_explain", form="true, false")
    query.explained = text == "true"


def _take_format(query: Query, text: str) -> None:
    if not _FORMAT.fullmatch(text.partition(";")[0]):
        raise Problem("SSK-3406", form=f"{query.type}: application/fhir+json, application/fhir+xml")


def _take_cursor(query: Query, text: str) -> None:
    query.after = cursor.read(text)


_RESULT = {
    "_count": _take_count,
    "_sort": _take_sort,
    "_total": _take_total,
    "_summary": _take_summary,
    "_elements": _take_elements,
    "_filter": _take_filter,
    "_list": _take_list,
    "_contained": _take_contained,
    "_explain": _take_explain,
    "_format": _take_format,
    "_cursor": _take_cursor,
}
_REFUSED = frozenset({"_query", "_containedType"})
