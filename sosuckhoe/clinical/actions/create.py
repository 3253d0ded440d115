"""Create a resource. https://hl7.org/fhir/R4/http.html#create"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sosuckhoe.access.actor import Actor
from sosuckhoe.clinical import structure
from sosuckhoe.clinical.actions import alone, conditional
from sosuckhoe.clinical.actions.attempt import attempt
from sosuckhoe.clinical.actions.desk import Desk, Done


def create(
    actor: Actor,
    type_name: str,
    body: dict[str, Any],
    at: datetime,
    *,
    base: str = "",
    if_none_exist: str | None = None,
) -> Done:
    """Store a new resource; an id in the body is not kept. A Patient whom identity knows is answered as they stand.

    `if_none_exist` is a search: what it finds is the answer, and nothing is made; SSK-3413 when it finds more than one.

    Raises structure.Invalid (422), SSK-1002 or SSK-1003 when policy forbids it, SSK-3140, SSK-3409.
    """
    structure.check(body, type_name)
    criteria = None if if_none_exist is None else conditional.read(type_name, if_none_exist)
    if criteria is None and (done := alone.create(actor, type_name, body, at, base)):
        return done
    with attempt(actor, at) as tried:
        desk = Desk(tried, base)
        stored = None
        if criteria:
            conditional.lock([criteria])
            stored = conditional.one(desk, criteria)
        done = conditional.done_of(stored) if stored else desk.create(type_name, body)
        desk.write()
    return done
