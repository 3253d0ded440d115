"""A search as it was asked, understood. https://hl7.org/fhir/R4/search.html

Strict: what is not understood is refused and named. With `Prefer: handling=lenient` it is left out and told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import elements
from sosuckhoe.clinical.search import cursor, date, digest, extract, parameters, reference, string, token, uri, values
from sosuckhoe.clinical.search.condition import (
    MOMENT,
    UPDATED,
    Condition,
    HasDate,
    HasId,
    HasToken,
    IsMissing,
    OfPatients,
)
from sosuckhoe.clinical.search.parameters import Parameter

DEFAULT_COUNT = 50
MOST_COUNT = 1000
FORMATS = frozenset({"json", "application/json", "application/fhir+json", "text/json"})
_SHOWN = 64
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
    count: int = DEFAULT_COUNT
    total: bool = False
    after: cursor.Place | None = None
    asked: list[tuple[str, str]] = field(default_factory=list)
    ignored: list[Problem] = field(default_factory=list)


def parse(
    type_name: str, pairs: Iterable[tuple[str, str]], *, base: str, now: datetime, lenient: bool = False
) -> Query:
    """The query of a type from its parameters in order. `base` is the server's own address, without a slash at its end.

    Raises Problem SSK-3001 (parameter), 3002 (not supported here), 3003 (modifier), 3004 (value).
    """
    query = Query(type_name)
    for name, text in pairs:
        try:
            _take(query, name, text, base, now)
        except Problem as problem:
            if not lenient:
                raise
            query.ignored.append(problem)
        else:
            if name != "_cursor":
                query.asked.append((name, text))
    return query


def is_supported(parameter: Parameter) -> bool:
    """Whether a search by it is answered."""
    if parameter.kind in {"token", "reference", "uri"}:
        return bool(extract.indexed(parameter)) or parameter.code == "_id"
    if parameter.kind == "string":
        return string.is_answered(parameter)
    return parameter.kind == "date" and bool(extract.dated(parameter))


def is_sole_owner(parameter: Parameter) -> bool:
    """Whether a resource has at most one value here, the patient whom it belongs to (`subject`, not `participant`)."""
    owner = parameters.of(parameter.type).get("patient")
    if owner is None or {p.steps for p in owner.paths} != {p.steps for p in parameter.paths} or len(owner.paths) != 1:
        return False
    element = elements.of(parameter.type).get(owner.paths[0].steps)
    return element is not None and not element.is_list


def _take(query: Query, name: str, text: str, base: str, now: datetime) -> None:
    code, _, modifier = name.partition(":")
    if code in _RESULT:
        if modifier:
            raise Problem("SSK-3003", name=code, modifier=_shown(modifier))
        _RESULT[code](query, text)
        return
    parameter = parameters.of(query.type).get(code)
    if parameter is None:
        raise Problem("SSK-3001", name=_shown(code), type=query.type)
    if not is_supported(parameter):
        raise Problem("SSK-3002", name=code, type=query.type)
    query.conditions += _conditions(parameter, modifier, text, base, now)


def _conditions(parameter: Parameter, modifier: str, text: str, base: str, now: datetime) -> Sequence[Condition]:
    if not text:
        raise Problem("SSK-3004", name=parameter.code, form="a value")
    _check_modifier(parameter, modifier, text)
    if parameter.code == "_id":
        return [HasId(tuple(values.unescaped(one) for one in values.alternatives(text)))]
    if parameter.kind == "date":
        return [_dates(parameter, modifier, text, now)]
    if parameter.kind == "token":
        return [token.condition(parameter, modifier, text)]
    if parameter.kind == "string":
        return [string.condition(parameter, modifier, text)]
    if parameter.kind == "uri":
        return [uri.condition(parameter, text)]
    return _references(parameter, modifier, text, base)


def _check_modifier(parameter: Parameter, modifier: str, text: str) -> None:
    if not modifier:
        return
    known = (
        (parameter.kind == "token" and parameter.code != "_id" and modifier in token.MODIFIERS)
        or (parameter.kind == "reference" and modifier in parameters.number_of())
        or (parameter.kind == "string" and modifier in string.MODIFIERS)
        or (parameter.kind == "date" and modifier == "missing" and extract.is_main(parameter))
    )
    if not known:
        raise Problem("SSK-3003", name=parameter.code, modifier=_shown(modifier))
    if modifier == "missing" and text not in {"true", "false"}:
        raise Problem("SSK-3004", name=parameter.code, form="true, false")


def _dates(parameter: Parameter, modifier: str, text: str, now: datetime) -> Condition:
    if modifier == "missing":
        return IsMissing(text == "true")
    asked = date.comparisons(parameter.code, text, now)
    if parameter.code == "_lastUpdated":
        return HasDate(UPDATED, asked)
    if extract.is_main(parameter):
        return HasDate(MOMENT, asked)
    paths = (digest.path_number(parameter.type, path.steps) for path in extract.dated(parameter))
    return HasDate(tuple(paths), asked)


def _references(parameter: Parameter, modifier: str, text: str, base: str) -> Sequence[Condition]:
    found: HasToken = reference.condition(parameter, modifier, text, base)
    patients = reference.ids_of(parameter, modifier, text, base, "Patient") if is_sole_owner(parameter) else None
    return [found] if patients is None else [found, OfPatients(tuple(patients))]


def _take_count(query: Query, text: str) -> None:
    if not _COUNT.fullmatch(text):
        raise Problem("SSK-3004", name="_count", form=f"0 … {MOST_COUNT}")
    query.count = min(int(text), MOST_COUNT)
    query.total = query.total or query.count == 0


def _take_sort(query: Query, text: str) -> None:
    descending, code = text.startswith("-"), text.removeprefix("-")
    parameter = parameters.of(query.type).get(code)
    if code == "_lastUpdated":
        query.order = Order(UPDATED, descending)
    elif parameter is not None and parameter.kind == "date" and extract.is_main(parameter):
        query.order = Order(MOMENT, descending)
    else:
        known = parameter is not None or "," in code
        raise Problem("SSK-3002" if known else "SSK-3001", name=f"_sort={_shown(code)}", type=query.type)


def _take_total(query: Query, text: str) -> None:
    if text not in {"none", "estimate", "accurate"}:
        raise Problem("SSK-3004", name="_total", form="none, estimate, accurate")
    query.total = query.total or text != "none"


def _take_summary(query: Query, text: str) -> None:
    if text == "count":
        query.count, query.total = 0, True
    elif text != "false":
        raise Problem("SSK-3004", name="_summary", form="count, false")


def _take_format(query: Query, text: str) -> None:
    if text not in FORMATS:
        raise Problem("SSK-3406", form=f"{query.type}: application/fhir+json")


def _take_cursor(query: Query, text: str) -> None:
    query.after = cursor.read(text)


_RESULT = {
    "_count": _take_count,
    "_sort": _take_sort,
    "_total": _take_total,
    "_summary": _take_summary,
    "_format": _take_format,
    "_cursor": _take_cursor,
}


def _shown(text: str) -> str:
    """A word of the request as an error may repeat it."""
    return "".join(c for c in text[:_SHOWN] if c.isprintable())
