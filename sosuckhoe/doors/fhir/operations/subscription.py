"""Subscription/$status and Subscription/$events. https://hl7.org/fhir/uv/subscriptions-backport/operations.html

$get-ws-binding-token does not exist here: there is no channel by websocket.
"""

from __future__ import annotations

import orjson

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.actions import Answer
from sosuckhoe.clinical.subscribing import delivering, kept, notifying
from sosuckhoe.clinical.subscribing.kept import Subscription
from sosuckhoe.doors.fhir import answering
from sosuckhoe.doors.fhir.operations.operation import INSTANCE, TYPE, Call, Operation
from sosuckhoe.doors.fhir.subscriptions import key_of

_CONTENTS = ("empty", "id-only", "full-resource")
_MOST = 100


def status(call: Call) -> Answer:
    """How one's own subscriptions stand: one by id, or all, or those of some `id`s or `status`es."""
    given = call.only() if call.id else call.only("id", "status")
    found = [kept.read(call.actor, key_of(call.id))] if call.id else kept.listed(call.actor)
    for name, values in given.items():
        wanted = {part for value in values for part in str(value).split(",")}
        found = [one for one in found if (str(one.id) if name == "id" else one.status) in wanted]
    entries = [orjson.dumps({"resource": _stand(one, call)}) for one in found]
    return Answer(200, {}, answering.bundle("searchset", {}, entries, len(entries)))


def events(call: Call) -> Answer:
    """Events that were told before, as far as the subscriber may see them now; 100 at once."""
    given = call.only("eventsSinceNumber", "eventsUntilNumber", "content")
    one = kept.read(call.actor, key_of(call.id))
    after = _number(given.get("eventsSinceNumber"), "eventsSinceNumber", 1) - 1
    until = _number(given.get("eventsUntilNumber"), "eventsUntilNumber", one.told)
    content = str(given.get("content", [one.content])[-1])
    if content not in _CONTENTS:
        if "content" in given:
            raise Problem("SSK-3004", name="content", form=" | ".join(_CONTENTS))
        content = "id-only"
    told = delivering.visible(one, delivering.notices(one, after, until, _MOST), call.at)
    stand = delivering.stand_of(one, "query-event")
    return Answer(200, {}, notifying.bundle(stand, told, content, call.base, call.at))


def _stand(one: Subscription, call: Call) -> dict[str, object]:
    return notifying.parameters(delivering.stand_of(one, "query-status"), [], call.base)


def _number(values: list[object] | None, name: str, default: int) -> int:
    text = str(values[-1]) if values else str(default)
    if not text.isdecimal():
        raise Problem("SSK-3004", name=name, form="1 …")
    return int(text[:18])


STATUS = Operation(
    "status",
    "http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-status",
    frozenset({INSTANCE, TYPE}),
    status,
    types=frozenset({"Subscription"}),
)
EVENTS = Operation(
    "events",
    "http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-events",
    frozenset({INSTANCE}),
    events,
    types=frozenset({"Subscription"}),
)
