"""Change parts of a resource. https://hl7.org/fhir/R4/http.html#patch

By JSON Patch (application/json-patch+json) or FHIRPath Patch (a Parameters resource). The patch is applied to the
version that its sender may read, and stored as an update of exactly this version.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import falcon

from sosuckhoe.access.actor import Actor
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import actions, jsontext, reading
from sosuckhoe.clinical.actions import Answer, Done
from sosuckhoe.clinical.patch import fhirpath_patch, json_patch
from sosuckhoe.doors.fhir import answering, asking, repeating

_JSON_PATCH = re.compile(r"application/json-patch\+json\s*(;.*)?")
_TRIES = 3
"""So often a patch without If-Match is applied anew when another writer was quicker."""


def on_patch(request: falcon.Request, response: falcon.Response, type_name: str, name: str) -> None:
    asking.check_accept(request)
    actor = asking.actor_of(request)
    asking.type_of(type_name)
    raw, change = _sent(request)
    base, at, if_match = asking.base_of(request), asking.now(), asking.if_match(request)

    def patch() -> Answer:
        done = _patched(actor, type_name, name, change, at, if_match, base)
        return answering.of_change(done, base, asking.prefers(request).get("return"))

    answering.send_answer(response, repeating.once(request, actor, raw, at, patch))


def _sent(request: falcon.Request) -> tuple[bytes, Callable[[dict[str, Any]], Any]]:
    """The bytes of the patch, and what it does to a resource."""
    if _JSON_PATCH.fullmatch(request.content_type or ""):
        raw = asking.content(request, form=_JSON_PATCH)
        operations = jsontext.read_any(raw, asking.MOST_BYTES)
        if not isinstance(operations, list):
            raise Problem("SSK-3043", operation=0)
        return raw, lambda body: json_patch.apply(body, operations)
    raw = asking.content(request)
    parameters = asking.resource_in(raw, "Parameters")
    return raw, lambda body: fhirpath_patch.apply(body, parameters)


def _patched(
    actor: Actor,
    type_name: str,
    name: str,
    change: Callable[[dict[str, Any]], Any],
    at: datetime,
    if_match: int | None,
    base: str,
) -> Done:
    """SSK-3412 when the version is not the client's; SSK-3409 when other writers are quicker again and again."""
    for _ in range(_TRIES):
        stored = reading.read(actor, type_name, name, at)
        if if_match not in {None, stored.version}:
            raise Problem("SSK-3412")
        body = change(jsontext.read(stored.body, len(stored.body)))
        _check(body, type_name, name)
        try:
            return actions.update(actor, type_name, name, body, at, if_match=stored.version, base=base)
        except Problem as problem:
            if problem.number != "SSK-3412" or if_match is not None:
                raise
    raise Problem("SSK-3409")


def _check(body: Any, type_name: str, name: str) -> None:
    """A patch changes neither type nor id."""
    if not isinstance(body, dict) or body.get("resourceType") != type_name:
        raise Problem("SSK-3028", type=type_name)
    if body.get("id") != name:
        raise Problem("SSK-3029")
