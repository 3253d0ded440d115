"""Update a resource, or create it under the client's id. https://hl7.org/fhir/R4/http.html#update"""

from __future__ import annotations

import falcon

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import actions
from sosuckhoe.clinical.actions import Answer
from sosuckhoe.clinical.search import reference
from sosuckhoe.doors.fhir import answering, asking, repeating


def on_put(request: falcon.Request, response: falcon.Response, type_name: str, name: str) -> None:
    asking.check_accept(request)
    actor = asking.actor_of(request)
    asking.type_of(type_name)
    raw = asking.content(request)
    body = asking.resource_in(raw, type_name)
    if body.get("id") != name or not reference.ID.fullmatch(name):
        raise Problem("SSK-3029")
    base, at, if_match = asking.base_of(request), asking.now(), asking.if_match(request)

    def update() -> Answer:
        done = actions.update(actor, type_name, name, body, at, if_match=if_match, base=base)
        return answering.of_change(done, base, asking.prefers(request).get("return"))

    answering.send_answer(response, repeating.once(request, actor, raw, at, update))
