"""Delete a resource. https://hl7.org/fhir/R4/http.html#delete"""

from __future__ import annotations

from datetime import datetime

from sosuckhoe.access.actor import Actor
from sosuckhoe.clinical.actions.attempt import attempt
from sosuckhoe.clinical.actions.desk import Desk, Done


def delete(actor: Actor, type_name: str, name: str, at: datetime, *, if_match: int | None = None) -> Done:
    """Delete a resource; its versions stay in the history. Raises SSK-1002, SSK-3409, SSK-3412."""
    with attempt(actor, at) as tried:
        desk = Desk(tried, "")
        done = desk.delete(type_name, name, if_match)
        desk.write()
    return done
