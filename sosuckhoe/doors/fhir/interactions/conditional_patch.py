"""Change parts of what a search finds. https://hl7.org/fhir/R4/http.html#patch"""

from __future__ import annotations

import falcon

from sosuckhoe.clinical import actions
from sosuckhoe.clinical.actions import Answer
from sosuckhoe.doors.fhir import answering, asking, repeating
from sosuckhoe.doors.fhir.interactions.patch import sent


def on_patch(request: falcon.Request, response: falcon.Response, type_name: str) -> None:
    asking.check_accept(request)
    actor = asking.actor_of(request)
    criteria = asking.criteria_of(request, type_name)
    raw, change = sent(request)
    base, at, if_match = asking.base_of(request), asking.now(), asking.if_match(request)

    def patch() -> Answer:
        done = actions.patch_found(actor, criteria, change, at, if_match=if_match, base=base)
        return answering.of_change(done, base, asking.prefers(request).get("return"))

    answering.send_answer(response, repeating.once(request, actor, raw, at, patch))
