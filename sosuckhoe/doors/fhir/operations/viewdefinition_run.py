"""$viewdefinition-run. https://sql-on-fhir.org/ig/latest/OperationDefinition-ViewDefinitionRun.html

The rows of a view over resources that come along, or over what the caller may find here: rights and trace are those of
a search. Views over everything run over the analytical copy instead (`sosuckhoe insight run`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import admission, finding, jsontext, reading, structure
from sosuckhoe.clinical.search import date, parameters, reference
from sosuckhoe.clinical.search.query import MOST_COUNT, Query, parse
from sosuckhoe.doors.fhir import asking
from sosuckhoe.doors.fhir.operations import views
from sosuckhoe.doors.fhir.operations.asked import Asked
from sosuckhoe.doors.fhir.operations.operation import SYSTEM, Call, Operation
from sosuckhoe.insight.copied import engine
from sosuckhoe.insight.views import definition, formats, rows
from sosuckhoe.insight.views.rows import Plan, Row

MOST = 20_000
"""Resources of one answer; over more a view runs on the analytical copy."""

MOST_SECONDS = 30.0
"""Of computing for one answer."""

MOST_MEMBERS = 200
_OF_VIEW = ("viewReference", "viewResource", "_format", "header")
_OF_DATA = ("patient", "group", "_since", "_limit", "resource", views.SOURCE)


def run(call: Call) -> None:
    """Answer with the rows as they are made. Raises SSK-3290 … SSK-3299 before the first of them goes out."""
    asked = Asked(call, *_OF_VIEW, *_OF_DATA)
    views.check_source(asked)
    form = _form(call, asked)
    header = asked.flag("header", otherwise=True)
    ready = rows.plan(definition.read(_view(call, asked)))
    outside = admission.outside(admission.told_of(call.actor, call.at, MOST_SECONDS))
    made = rows.rows(ready, _resources(call, asked, ready), outside, MOST_SECONDS)
    found = islice(made, asked.number("_limit"))
    call.response.content_type = formats.MEDIA[form]
    if form == "parquet":
        call.response.data = _parquet(ready, found)
        return
    more = {"header": header} if form == "csv" else {}
    content = formats.WRITERS[form](ready.columns, found, **more)
    call.response.stream = chain(list(islice(content, 1)), content)


def _parquet(ready: Plan, found: Iterable[Row]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return engine.write_parquet(ready.columns, found, Path(folder)).read_bytes()


def _form(call: Call, asked: Asked) -> str:
    """`_format`, else what the client accepts, else JSON. SSK-3296 for a form that there is not."""
    wished = [text for name, text in asking.pairs_of(call.request.query_string) if name == "_format"]
    if text := asked.text("_format") or next(iter(wished), ""):
        wanted = [text.replace(" ", "+")]
    else:
        wanted = [part.partition(";")[0].strip().lower() for part in call.request.accept.split(",")]
        wanted = ["json" if one.endswith("/*") else one for one in wanted]
    return views.form_of(wanted)


def _view(call: Call, asked: Asked) -> Any:
    """The definition: of the address, that came along, or that is referred to. SSK-3207, SSK-3297."""
    if call.id:
        for name in ("viewReference", "viewResource"):
            if name in asked:
                raise Problem("SSK-3299", name=name)
        return views.shipped_as(call.id)
    if asked.one_of("viewReference", "viewResource") == "viewResource":
        return asked.value("viewResource")
    return views.referred_to(call, asked.value("viewReference"))


def _resources(call: Call, asked: Asked, ready: Plan) -> Iterator[dict[str, Any]]:
    """What the rows are made of: what came along, or what is found here."""
    given = asked.values("resource")
    if not given:
        return _stored(call, _query(call, asked, ready.view.resource))
    for name in ("patient", "group", "_since"):
        if name in asked:
            raise Problem("SSK-3299", name=name)
    for one in given:
        type_name = one.get("resourceType") if isinstance(one, dict) else None
        if not isinstance(type_name, str) or type_name not in parameters.number_of():
            raise Problem("SSK-3004", name="resource", form="{…}")
        structure.check(one, type_name)
    return iter(given)


def _stored(call: Call, query: Query | None) -> Iterator[dict[str, Any]]:
    """Page after page. SSK-3298 before the first when there are too many."""
    if query is None:
        return iter(())
    first = finding.search(call.actor, replace(query, total=True), call.at)
    if (first.total or 0) > MOST:
        raise Problem("SSK-3298", limit=MOST)
    return _pages(call, query, first)


def _pages(call: Call, query: Query, page: finding.Page) -> Iterator[dict[str, Any]]:
    while True:
        for row in page.found:
            yield jsontext.read_own(row.body)
        if page.after is None:
            return
        page = finding.search(call.actor, replace(query, after=page.after), call.at)


def _query(call: Call, asked: Asked, type_name: str) -> Query | None:
    """The search of a type; None when nobody is meant."""
    asking.type_of(type_name)
    people = [one for one in (_patient(call, asked), _members(call, asked)) if one is not None]
    pairs = [("_count", str(MOST_COUNT)), *(_of_people(type_name, one) for one in people)]
    if "_since" in asked:
        since = asked.text("_since")
        if date.range_of(since) is None:
            raise Problem("SSK-3004", name="_since", form="YYYY-MM-DDThh:mm:ssZ")
        pairs.append(("_lastUpdated", f"gt{since}"))
    if any(text == "" for _, text in pairs):
        return None
    return parse(type_name, pairs, base=call.base, now=call.at)


def _patient(call: Call, asked: Asked) -> list[str] | None:
    """The id of the patient that is asked for, whom the caller must be able to see. SSK-1002 otherwise."""
    if "patient" not in asked:
        return None
    name = views.reference_in(asked.value("patient"), "patient").rpartition("/")[2]
    reading.read(call.actor, "Patient", name, call.at)
    return [name]


def _members(call: Call, asked: Asked) -> list[str] | None:
    """The patients of the groups that are asked for."""
    if "group" not in asked:
        return None
    found: dict[str, None] = {}
    if len(asked.values("group")) > MOST_MEMBERS:
        raise Problem("SSK-3298", limit=MOST_MEMBERS)
    for named in asked.values("group"):
        name = views.reference_in(named, "group").rpartition("/")[2]
        group = jsontext.read_own(reading.read(call.actor, "Group", name, call.at).body)
        members = [
            member["entity"].get("reference", "") for member in group.get("member", ()) if not member.get("inactive")
        ]
        matches = [reference.RELATIVE.fullmatch(text) for text in members]
        found |= dict.fromkeys(match[2] for match in matches if match and match[1] == "Patient")
    if len(found) > MOST_MEMBERS:
        raise Problem("SSK-3298", limit=MOST_MEMBERS)
    return list(found)


def _of_people(type_name: str, people: list[str]) -> tuple[str, str]:
    """The search parameter that leads to people. SSK-3299 for a type that is no patient's."""
    if type_name == "Patient":
        return "_id", ",".join(people)
    known = parameters.of(type_name)
    if "patient" not in known:
        raise Problem("SSK-3299", name="patient")
    return "patient", ",".join(f"Patient/{one}" for one in people)


VIEW = Operation(
    "viewdefinition-run",
    "http://sql-on-fhir.org/OperationDefinition/$viewdefinition-run",
    frozenset({SYSTEM}),
    run,
    has_own_form=True,
    documentation=views.ABOUT_RUN,
)
