"""Delete a resource. https://hl7.org/fhir/R4/http.html#delete"""

from __future__ import annotations

import falcon

from sosuckhoe.clinical import actions
from sosuckhoe.clinical.actions import Answer
from sosuckhoe.doors.fhir import answering, asking, repeating


def on_delete(request: falcon.Request, response: falcon.Response, type_name: str, name: str) -> None:
    actor = asking.actor_of(request)
    asking.type_of(type_name)
    at, if_match = asking.now(), asking.if_match(request)

    def delete() -> Answer:
        done = actions.delete(actor, type_name, name, at, if_match=if_match)
        return answering.of_change(done, asking.base_of(request), None)

    answering.send_answer(response, repeating.once(request, actor, b"", at, delete))
