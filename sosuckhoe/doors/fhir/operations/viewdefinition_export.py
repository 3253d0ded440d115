"""$viewdefinition-export. https://build.fhir.org/ig/FHIR/sql-on-fhir-v2/OperationDefinition-ViewDefinitionExport.html

The rows of views over everything that the account may export, as files that are written behind the request. What ends
the job leads on to its result by 303, as the asynchronous pattern of FHIR's next version has it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import body as bodies
from sosuckhoe.clinical.actions import Answer
from sosuckhoe.clinical.bulk import choosing
from sosuckhoe.clinical.bulk.background import WAITING, Job
from sosuckhoe.clinical.search import parameters
from sosuckhoe.doors.fhir import asking
from sosuckhoe.doors.fhir.operations import export, views
from sosuckhoe.doors.fhir.operations.asked import Asked
from sosuckhoe.doors.fhir.operations.operation import SYSTEM, Call, Input, Operation
from sosuckhoe.insight import exporting
from sosuckhoe.insight.exporting import Wanted

MOST_VIEWS = 20
MOST_GROUPS = 20
MOST_NAME = 100
_OF_VIEW = frozenset({"name", "viewReference", "viewResource"})
_NAMES = ("view", "clientTrackingId", "_format", "patient", "group", "_since", views.SOURCE)


def run(call: Call) -> Answer:
    """The job is written down, its address answered. Raises SSK-3221, SSK-3290 …, SSK-3350 to SSK-3352, SSK-1003."""
    export.check_background(call)
    asked = Asked(call, *_NAMES)
    views.check_source(asked)
    wanted = Wanted(
        _views(call, asked),
        views.form_of([asked.text("_format", "ndjson")]),
        export.since_in(asked.values("_since")),
        _persons(call, asked),
        _short(asked.text("clientTrackingId"), "clientTrackingId"),
    )
    _check(call, wanted)
    job = export.begun(call, exporting.KIND, wanted)
    answer = export.accepted(call, job.id)
    return answer._replace(body=orjson.dumps(told(job, f"{call.base}/_async/{job.id}")))


def _check(call: Call, wanted: Wanted) -> None:
    """Every view must be one that can run here, of what the account may export, before anything is begun."""
    for number, name in enumerate(wanted.views):
        try:
            _check_type(call, wanted, wanted.plan(name).view.resource)
        except Problem as problem:
            problem.where = f"Parameters.parameter.where(name = 'view')[{number}]"
            raise


def _check_type(call: Call, wanted: Wanted, type_name: str) -> None:
    """SSK-1003 for who may export nothing; SSK-3299 for persons beside a type that is nobody's."""
    asking.type_of(type_name)
    choosing.chosen(call.actor, wanted.of(type_name), call.at)
    if wanted.persons is not None and not parameters.is_personal(type_name):
        raise Problem("SSK-3299", name="patient, group")


def _views(call: Call, asked: Asked) -> dict[str, str]:
    """The JSON of the definitions by the names under which their rows go out."""
    if call.id:
        if "view" in asked:
            raise Problem("SSK-3299", name="view")
        return _added({}, call, [Input("viewReference", call.id)])
    given = asked.values("view")
    if not given:
        raise Problem("SSK-3207", names="view")
    if len(given) > MOST_VIEWS:
        raise Problem("SSK-3351", limit=MOST_VIEWS)
    found: dict[str, str] = {}
    for one in given:
        found = _added(found, call, one)
    return found


def _added(found: dict[str, str], call: Call, given: Any) -> dict[str, str]:
    """The same and one more. SSK-3352 for a name that another one has."""
    parts = _parts(given)
    reference, resource = parts.get("viewReference"), parts.get("viewResource")
    if (reference is None) == (resource is None):
        raise Problem("SSK-3207", names="viewReference, viewResource")
    body = resource if reference is None else views.referred_to(call, reference)
    own = body.get("name") if isinstance(body, dict) else None
    name = parts.get("name") or (own if isinstance(own, str) else "") or f"view-{len(found) + 1}"
    if _short(name, "view.name") in found:
        raise Problem("SSK-3352")
    return {**found, name: bodies.dumps(body).decode()}


def _parts(given: Any) -> dict[str, Any]:
    """The parts of one `view`, each once at most. SSK-3004, SSK-3001."""
    if not isinstance(given, list) or not all(isinstance(one, Input) for one in given):
        raise Problem("SSK-3004", name="view", form="part: name, viewReference | viewResource")
    parts = {one.name: one.value for one in given}
    for name in parts:
        if name not in _OF_VIEW:
            raise Problem("SSK-3001", name=asking.shown(name), type="view")
    if len(parts) < len(given):
        raise Problem("SSK-3207", names="name, viewReference, viewResource")
    return parts


def _short(text: Any, name: str) -> str:
    if not isinstance(text, str) or len(text) > MOST_NAME or not text.isprintable():
        raise Problem("SSK-3004", name=name, form=f"string, ≤ {MOST_NAME}")
    return text


def _persons(call: Call, asked: Asked) -> tuple[int, ...] | None:
    """Who is meant: those who are named and, where groups are named too, members of one of these. None: everybody."""
    if len(asked.values("group")) > MOST_GROUPS:
        raise Problem("SSK-3351", limit=MOST_GROUPS)
    named = set(export.named_in(call, asked.values("patient")))
    members: set[int] = set()
    for one in asked.values("group"):
        members |= set(export.members_of(call, views.reference_in(one, "group").rpartition("/")[2]))
    if "group" not in asked:
        return tuple(sorted(named)) if "patient" in asked else None
    return tuple(sorted(named & members if "patient" in asked else members))


def told(job: Job, address: str) -> dict[str, Any]:
    """How far a job is, and its files when it has ended, as Parameters. `address` is where it is asked for."""
    wanted, made = job.asked["wanted"], job.manifest
    pairs: list[tuple[str, str, Any]] = [("exportId", "valueString", str(job.id))]
    if wanted["tracking"]:
        pairs.append(("clientTrackingId", "valueString", wanted["tracking"]))
    state = "completed" if made else "accepted" if job.state == WAITING else "in-progress"
    pairs += [("status", "valueCode", state), ("location", "valueUri", address), ("cancelUrl", "valueUri", address)]
    pairs += [("_format", "valueCode", wanted["form"]), ("exportStartTime", "valueInstant", _instant(job.created))]
    if made:
        seconds = (datetime.fromisoformat(made["ended"]) - job.created).total_seconds()
        pairs += [("exportEndTime", "valueInstant", made["ended"]), ("exportDuration", "valueInteger", round(seconds))]
    outputs = [_output(one, address) for one in made["output"]] if made else []
    return {
        "resourceType": "Parameters",
        "parameter": [*({"name": name, kind: value} for name, kind, value in pairs), *outputs],
    }


def _instant(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def _output(one: dict[str, Any], address: str) -> dict[str, Any]:
    files = [{"name": "location", "valueUri": f"{address}/{file}"} for file in one["files"]]
    return {"name": "output", "part": [{"name": "name", "valueString": one["name"]}, *files]}


VIEWS = Operation(
    exporting.KIND,
    "http://sql-on-fhir.org/OperationDefinition/$viewdefinition-export",
    frozenset({SYSTEM}),
    run,
    affects_state=True,
    has_own_form=True,
    documentation=views.ABOUT_EXPORT,
)
