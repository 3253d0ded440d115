"""Create a resource, also conditionally. https://hl7.org/fhir/R4/http.html#create"""

from __future__ import annotations

import falcon

from sosuckhoe.clinical import actions
from sosuckhoe.clinical.actions import Answer
from sosuckhoe.doors.fhir import answering, asking, binary, repeating


def on_post(request: falcon.Request, response: falcon.Response, type_name: str) -> None:
    asking.check_accept(request)
    actor = asking.actor_of(request)
    asking.type_of(type_name)
    raw, body = binary.sent(request, type_name)
    base, at = asking.base_of(request), asking.now()
    condition = request.get_header("If-None-Exist")

    def create() -> Answer:
        done = actions.create(actor, type_name, body, at, base=base, if_none_exist=condition)
        return answering.of_change(done, base, asking.prefers(request).get("return"))

    answering.send_answer(response, repeating.once(request, actor, raw, at, create))
