"""Update a resource. https://hl7.org/fhir/R4/http.html#update"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sosuckhoe.access.actor import Actor
from sosuckhoe.clinical import structure
from sosuckhoe.clinical.actions.attempt import attempt
from sosuckhoe.clinical.actions.desk import Desk, Done


def update(
    actor: Actor,
    type_name: str,
    name: str,
    body: dict[str, Any],
    at: datetime,
    *,
    if_match: int | None = None,
    base: str = "",
) -> Done:
    """Store a new version, or a new resource under this id. The same content again makes no version.

    Raises as `create`, and SSK-3412 when `if_match` is not the version that stands.
    """
    structure.check(body, type_name)
    with attempt(actor, at) as tried:
        desk = Desk(tried, base)
        done = desk.update(type_name, name, body, if_match)
        desk.write()
    return done
