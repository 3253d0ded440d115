"""Delete what a search finds. https://hl7.org/fhir/R4/http.html#3.1.0.7.1

One resource, unless the house allows more (SOSUCKHOE_CONDITIONAL_DELETE); `_count` says how many the client expects at
most. When there are more than that, nothing is deleted.
"""

from __future__ import annotations

import re

import falcon
import orjson
from django.conf import settings

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import actions
from sosuckhoe.clinical.actions import Answer, conditional
from sosuckhoe.doors.fhir import answering, asking, outcome, repeating

_COUNT = re.compile(r"[1-9][0-9]{0,8}")


def on_delete(request: falcon.Request, response: falcon.Response, type_name: str) -> None:
    asking.check_accept(request)
    actor = asking.actor_of(request)
    pairs = asking.pairs_of(request.query_string)
    most = _most([text for name, text in pairs if name == "_count"])
    criteria = conditional.of_pairs(asking.type_of(type_name), [pair for pair in pairs if pair[0] != "_count"])
    base, at, if_match = asking.base_of(request), asking.now(), asking.if_match(request)

    def delete() -> Answer:
        done = actions.delete_found(actor, criteria, at, most=most, if_match=if_match, base=base)
        if asking.prefers(request).get("return") == "OperationOutcome":
            return Answer(200, {}, orjson.dumps(outcome.deleted(len(done))))
        return answering.of_change(done[0], base, None) if len(done) == 1 else Answer(204, {}, b"")

    answering.send_answer(response, repeating.once(request, actor, b"", at, delete))


def _most(counts: list[str]) -> int:
    """How many may be deleted: the house's limit, or fewer when the client says so."""
    limit: int = settings.FHIR_CONDITIONAL_DELETE
    for text in counts:
        if not _COUNT.fullmatch(text):
            raise Problem("SSK-3004", name="_count", form=f"1 … {limit}")
        limit = min(limit, int(text))
    return limit
