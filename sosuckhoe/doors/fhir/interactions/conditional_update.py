"""Update what a search finds, or create it. https://hl7.org/fhir/R4/http.html#cond-update"""

from __future__ import annotations

import falcon

from sosuckhoe.clinical import actions
from sosuckhoe.clinical.actions import Answer
from sosuckhoe.doors.fhir import answering, asking, repeating
from sosuckhoe.doors.fhir.interactions.update import only_create


def on_put(request: falcon.Request, response: falcon.Response, type_name: str) -> None:
    asking.check_accept(request)
    actor = asking.actor_of(request)
    criteria = asking.criteria_of(request, type_name)
    raw = asking.content(request)
    body = asking.resource_in(raw, type_name)
    base, at, if_match, only_new = asking.base_of(request), asking.now(), asking.if_match(request), only_create(request)

    def update() -> Answer:
        done = actions.update_found(actor, criteria, body, at, if_match=if_match, only_new=only_new, base=base)
        return answering.of_change(done, base, asking.prefers(request).get("return"))

    answering.send_answer(response, repeating.once(request, actor, raw, at, update))
