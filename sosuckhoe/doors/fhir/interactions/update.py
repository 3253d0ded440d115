"""Update a resource, or create it under the client's id. https://hl7.org/fhir/R4/http.html#update"""

from __future__ import annotations

import falcon

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import actions
from sosuckhoe.clinical.actions import Answer
from sosuckhoe.clinical.search import reference
from sosuckhoe.doors.fhir import answering, asking, binary, repeating


def on_put(request: falcon.Request, response: falcon.Response, type_name: str, name: str) -> None:
    asking.check_accept(request)
    actor = asking.actor_of(request)
    asking.type_of(type_name)
    asking.only_format(request)
    raw, body = binary.sent(request, type_name, name)
    if body.get("id") != name or not reference.ID.fullmatch(name):
        raise Problem("SSK-3029")
    base, at, if_match, only_new = asking.base_of(request), asking.now(), asking.if_match(request), only_create(request)

    def update() -> Answer:
        done = actions.update(actor, type_name, name, body, at, if_match=if_match, only_new=only_new, base=base)
        return answering.of_change(done, base, asking.prefers(request).get("return"))

    answering.send_answer(response, repeating.once(request, actor, raw, at, update))


def only_create(request: falcon.Request) -> bool:
    """Whether `If-None-Match: *` allows to create only; SSK-3004 for another value, which would mean nothing here."""
    text = request.get_header("If-None-Match")
    if text is not None and text.strip() != "*":
        raise Problem("SSK-3004", name="If-None-Match", form="*")
    return text is not None
