"""Observation/$stats. https://hl7.org/fhir/R4/observation-operation-stats.html"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import whole
from sosuckhoe.clinical.actions import Answer
from sosuckhoe.clinical.draft import Stored
from sosuckhoe.clinical.measures import MEASURES, Point, measure
from sosuckhoe.clinical.search.extract import main_range
from sosuckhoe.clinical.search.query import parse
from sosuckhoe.clinical.search.values import escaped
from sosuckhoe.doors.fhir.operations.operation import TYPE, Call, Operation

_NAMES = ("subject", "code", "system", "coding", "duration", "period", "statistic", "include", "limit")
_STATISTICS = "http://terminology.hl7.org/CodeSystem/observation-statistics"
_ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
_TOTAL = "total-count"
_WITHDRAWN = frozenset({"entered-in-error", "cancelled"})
_COUNT = re.compile("[1-9][0-9]{0,8}")
MOST_CODES = 50
"""Each code is a search of its own."""


class Wanted(NamedTuple):
    """What is asked: whose numbers of which codes (system or "", code), of which time, and which statistics."""

    subject: str
    codes: Sequence[tuple[str, str]]
    after: datetime | None
    period: Mapping[str, str]
    statistics: Sequence[str]


class Series(NamedTuple):
    """The numbers of one code in one unit, and how many observations had none."""

    code: dict[str, Any]
    unit: dict[str, Any]
    points: list[Point]
    empty: int


def run(call: Call) -> Answer:
    """Statistics of one person's numbers, one Observation for each code and unit, over what the caller may see."""
    given = call.only(*_NAMES)
    wanted = _wanted(given, call.at)
    rows = {code: _rows(call, wanted, code) for code in wanted.codes}
    made = [
        {"name": "statistics", "resource": _observation(series, wanted)}
        for code, found in rows.items()
        for series in _series(found, code)
    ]
    if str(given.get("include", ["false"])[-1]).lower() == "true":
        sources = {row.key: row for found in rows.values() for row, _ in found}
        kept = list(sources.values())[: _limit(given)]
        made += [{"name": "source", "resource": orjson.Fragment(row.body)} for row in kept]
    return Answer(200, {}, orjson.dumps({"resourceType": "Parameters", "parameter": made}))


def _rows(call: Call, wanted: Wanted, code: tuple[str, str]) -> list[tuple[Stored, dict[str, Any]]]:
    """The observations of one code, newest first."""
    pairs = [("subject", wanted.subject), ("combo-code", "|".join(escaped(one) for one in code if one))]
    if wanted.after is not None:
        pairs.append(("date", f"ge{wanted.after.isoformat()}"))
    for name, prefix in (("start", "ge"), ("end", "le")):
        if name in wanted.period:
            pairs.append(("date", f"{prefix}{wanted.period[name]}"))
    query = parse("Observation", pairs, base=call.base, now=call.at)
    told = ((row, orjson.loads(row.body)) for row in whole.found(call.actor, query, call.at))
    return [(row, body) for row, body in told if body.get("status") not in _WITHDRAWN]


def _series(found: list[tuple[Stored, dict[str, Any]]], code: tuple[str, str]) -> list[Series]:
    """The numbers by their units; when there are none at all, one series that says so."""
    by_unit: dict[tuple[str, str], Series] = {}
    concept = {"coding": [{**({"system": code[0]} if code[0] else {}), "code": code[1]}]}
    empty = 0
    for _, body in found:
        for part in _parts(body, code):
            amount = part.get("valueQuantity") or {}
            at = main_range("Observation", body)
            if not isinstance(amount.get("value"), int | float) or at is None or "comparator" in amount:
                empty += 1
                continue
            unit = {key: amount[key] for key in ("unit", "system", "code") if key in amount}
            place = (amount.get("system", ""), amount.get("code") or amount.get("unit", ""))
            series = by_unit.setdefault(place, Series(part["code"], unit, [], 0))
            series.points.append(Point(at.low, float(amount["value"])))
    return [one._replace(empty=empty) for one in by_unit.values()] or [Series(concept, {}, [], empty)]


def _parts(body: dict[str, Any], code: tuple[str, str]) -> Iterator[dict[str, Any]]:
    """The observation or those of its components that have the code."""
    for part in (body, *body.get("component", ())):
        codings = (part.get("code") or {}).get("coding", ())
        if any(code[1] == one.get("code") and code[0] in {"", one.get("system")} for one in codings):
            yield part


def _observation(series: Series, wanted: Wanted) -> dict[str, Any]:
    """The statistics of one series as an Observation."""
    times = [point.at for point in series.points]
    period = {"start": min(times).isoformat(), "end": max(times).isoformat()} if times else dict(wanted.period)
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": series.code,
        "subject": {"reference": wanted.subject if "/" in wanted.subject else f"Patient/{wanted.subject}"},
        **({"effectivePeriod": period} if period else {}),
        "component": [_component(name, series) for name in wanted.statistics],
    }


def _component(name: str, series: Series) -> dict[str, Any]:
    made: dict[str, Any] = {"code": {"coding": [{"system": _STATISTICS, "code": name}]}}
    value = len(series.points) + series.empty if name == _TOTAL else measure(name, series.points)
    if value is None:
        return {**made, "dataAbsentReason": {"coding": [{"system": _ABSENT, "code": "not-applicable"}]}}
    if name in {"count", _TOTAL, "skew", "kurtosis"}:
        return {**made, "valueQuantity": {"value": int(value) if value == int(value) else value}}
    unit = series.unit
    if name in {"variance", "regression"}:
        written = unit.get("unit") or unit.get("code", "1")
        unit = {"unit": f"({written})²" if name == "variance" else f"{written}/d"}
    return {**made, "valueQuantity": {"value": value, **unit}}


def _wanted(given: dict[str, list[Any]], at: datetime) -> Wanted:
    """The parameters, understood. Raises SSK-3181 for one that is missing, 3004 for one that is wrong."""
    if not (given.get("subject") and given.get("statistic") and (given.get("code") or given.get("coding"))):
        raise Problem("SSK-3181", name="$stats", need="subject; code | coding; statistic")
    statistics = [name.strip() for text in given["statistic"] for name in str(text).split(",")]
    if not set(statistics) <= MEASURES.keys() | {_TOTAL}:
        raise Problem("SSK-3004", name="statistic", form=", ".join([*MEASURES, _TOTAL]))
    hours = given.get("duration", [None])[-1]
    codes = list(dict.fromkeys(_codes(given)))
    if len(codes) > MOST_CODES:
        raise Problem("SSK-3480", limit=MOST_CODES)
    return Wanted(
        subject=_subject(given),
        codes=codes,
        after=None if hours is None else _before(at, hours),
        period=_period(given),
        statistics=list(dict.fromkeys(statistics)),
    )


def _subject(given: dict[str, list[Any]]) -> str:
    """Whose numbers: one person's, for a comma would mix those of several."""
    text = str(given["subject"][-1])
    if len(given["subject"]) > 1 or "," in text:
        raise Problem("SSK-3004", name="subject", form="Patient/[id]")
    return text


def _codes(given: dict[str, list[Any]]) -> Iterator[tuple[str, str]]:
    """Codes as texts (`system|code`, or beside `system`) or as Codings."""
    system = str(given.get("system", [""])[-1])
    for text in given.get("code", ()):
        before, bar, code = str(text).rpartition("|")
        yield (before if bar else system), code
    for coding in given.get("coding", ()):
        found = coding if isinstance(coding, dict) else {}
        if not found.get("code"):
            raise Problem("SSK-3004", name="coding", form="Coding")
        yield str(found.get("system", "")), str(found["code"])


def _before(at: datetime, hours: Any) -> datetime:
    """So many hours before a moment."""
    try:
        return at - timedelta(hours=float(hours))
    except (TypeError, ValueError, OverflowError) as error:
        raise Problem("SSK-3004", name="duration", form="24") from error


def _period(given: dict[str, list[Any]]) -> dict[str, str]:
    value = given.get("period", [{}])[-1]
    if not isinstance(value, dict):
        raise Problem("SSK-3004", name="period", form="Period")
    return {name: str(value[name]) for name in ("start", "end") if name in value}


def _limit(given: dict[str, list[Any]]) -> int:
    text = str(given.get("limit", ["100"])[-1])
    if not _COUNT.fullmatch(text):
        raise Problem("SSK-3004", name="limit", form="1 …")
    return int(text)


OBSERVATION = Operation(
    "stats",
    "http://hl7.org/fhir/OperationDefinition/Observation-stats",
    frozenset({TYPE}),
    run,
    types=frozenset({"Observation"}),
)
