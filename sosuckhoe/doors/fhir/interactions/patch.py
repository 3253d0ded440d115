"""Change parts of a resource. https://hl7.org/fhir/R4/http.html#patch

By JSON Patch (application/json-patch+json) or FHIRPath Patch (a Parameters resource).
"""

from __future__ import annotations

import falcon

from sosuckhoe.clinical import actions, jsontext
from sosuckhoe.clinical.actions import Answer
from sosuckhoe.clinical.actions.patch import JSON_PATCH, Change, by_operations, of_resource
from sosuckhoe.doors.fhir import answering, asking, repeating


def on_patch(request: falcon.Request, response: falcon.Response, type_name: str, name: str) -> None:
    asking.check_accept(request)
    actor = asking.actor_of(request)
    asking.type_of(type_name)
    asking.only_format(request)
    raw, change = sent(request)
    base, at, if_match = asking.base_of(request), asking.now(), asking.if_match(request)

    def patch() -> Answer:
        done = actions.patch(actor, type_name, name, change, at, if_match=if_match, base=base)
        return answering.of_change(done, base, asking.prefers(request).get("return"))

    answering.send_answer(response, repeating.once(request, actor, raw, at, patch))


def sent(request: falcon.Request) -> tuple[bytes, Change]:
    """The bytes of the patch, and what it does to a resource."""
    if JSON_PATCH.fullmatch(request.content_type or ""):
        raw = asking.content(request, form=JSON_PATCH)
        return raw, by_operations(jsontext.read_any(raw, asking.MOST_BYTES))
    raw = asking.content(request)
    return raw, of_resource(asking.resource_in(raw, "Parameters"))
