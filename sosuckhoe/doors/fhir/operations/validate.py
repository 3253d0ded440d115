"""$validate. https://hl7.org/fhir/R4/resource-operation-validate.html

The resource stands in the content itself or in the parameter `resource`; at an instance without either, it is the
stored one. The answer is always an OperationOutcome, with every issue that was found.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import actions, admission, jsontext, reading
from sosuckhoe.clinical.actions import Answer
from sosuckhoe.clinical.structure import Issue
from sosuckhoe.clinical.validation import check, findings
from sosuckhoe.doors.fhir import asking, outcome
from sosuckhoe.doors.fhir.operations.operation import ANY, INSTANCE, TYPE, Call, Input, Operation, parts_in

_MODES = frozenset({"", "create", "update", "delete", "profile"})
_NAMES = frozenset({"resource", "mode", "profile"})


class _Asked(NamedTuple):
    resource: dict[str, Any] | None
    mode: str
    profiles: list[str]


def run(call: Call) -> Answer:
    """Every issue of a resource, and of what is meant to be done with it."""
    asked = _asked(call)
    if asked.mode == "delete":
        return _told(_of_delete(call))
    resource = asked.resource if asked.resource is not None else _stored(call)
    if resource.get("resourceType") != call.type:
        raise Problem("SSK-3028", type=call.type)
    return _told([*_of_id(call, asked.mode, resource), *_of_content(call, resource, asked.profiles)])


def _asked(call: Call) -> _Asked:
    given = [Input(name, text) for name, text in asking.pairs_of(call.request.query_string) if name != "_format"]
    resource = None
    if call.request.method == "POST" and call.request.content_length:
        body = jsontext.read(asking.content(call.request), asking.MOST_BYTES)
        if body.get("resourceType") == "Parameters" and (call.type != "Parameters" or _is_wrapped(body)):
            given += parts_in(body.get("parameter"))
        else:
            resource = body
    for name, _ in given:
        if name not in _NAMES:
            raise Problem("SSK-3001", name=asking.shown(name), type="operation")
    wrapped = [value for name, value in given if name == "resource"]
    return _Asked(_one_resource(resource, wrapped), _mode(call, given), _profiles(given))


def _is_wrapped(body: dict[str, Any]) -> bool:
    """Whether Parameters are those of the call, and not the resource that is to be checked."""
    return any(part.name == "resource" for part in parts_in(body.get("parameter")))


def _one_resource(body: dict[str, Any] | None, wrapped: list[Any]) -> dict[str, Any] | None:
    found = wrapped if body is None else [body, *wrapped]
    if len(found) > 1 or not all(isinstance(one, dict) for one in found):
        raise Problem("SSK-3262")
    return found[0] if found else None


def _mode(call: Call, given: list[Input]) -> str:
    found = [value for name, value in given if name == "mode"] or [""]
    mode = found[0]
    if len(found) > 1 or not isinstance(mode, str) or mode not in _MODES or (mode == "delete" and not call.id):
        raise Problem("SSK-3263")
    return mode


def _profiles(given: list[Input]) -> list[str]:
    found = [value for name, value in given if name == "profile"]
    if not all(isinstance(one, str) and one for one in found):
        raise Problem("SSK-3004", name="profile", form="uri")
    return found


def _stored(call: Call) -> dict[str, Any]:
    if not call.id:
        raise Problem("SSK-3262")
    stored = reading.read(call.actor, call.type, call.id, call.at)
    return jsontext.read(stored.body, len(stored.body))


def _of_delete(call: Call) -> list[Issue]:
    """Raise what a deletion by this actor would raise: nobody learns of a resource that they may not see."""
    reading.read(call.actor, call.type, call.id, call.at)
    actions.check_delete(call.actor, call.type, call.id, call.at)
    return []


def _of_id(call: Call, mode: str, resource: dict[str, Any]) -> list[Issue]:
    """An update bears the id of its address."""
    is_other = mode in {"", "update"} and bool(call.id) and resource.get("id") != call.id
    return [findings.issue("SSK-3265", f"{call.type}.id")] if is_other else []


def _of_content(call: Call, resource: dict[str, Any], profiles: list[str]) -> list[Issue]:
    told = admission.resolving(admission.told_of(call.actor, call.at), call.actor, call.at)
    found = check.issues(resource, told, profiles)
    if any(one.number.startswith("SSK-302") for one in found):
        return found
    severity = findings.ERROR if admission.strictness_of(call.type).references else findings.WARNING
    links = list(admission.all_links(resource))
    return [*found, *admission.leading_nowhere(call.actor, links, call.at, severity)]


def _told(issues: list[Issue]) -> Answer:
    return Answer(200, {}, orjson.dumps(outcome.of_issues(issues)))


RESOURCE = Operation(
    "validate",
    "http://hl7.org/fhir/OperationDefinition/Resource-validate",
    frozenset({TYPE, INSTANCE}),
    run,
    types=ANY,
)
