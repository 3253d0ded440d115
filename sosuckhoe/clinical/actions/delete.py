"""Delete a resource. https://hl7.org/fhir/R4/http.html#delete"""

from __future__ import annotations

from datetime import datetime

from sosuckhoe.access.actor import Actor
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.actions import alone, conditional
from sosuckhoe.clinical.actions.attempt import attempt
from sosuckhoe.clinical.actions.conditional import Criteria
from sosuckhoe.clinical.actions.desk import Desk, Done


def delete(actor: Actor, type_name: str, name: str, at: datetime, *, if_match: int | None = None) -> Done:
    """Delete a resource; its versions stay in the history. Raises SSK-1002, SSK-3409, SSK-3412."""
    if done := alone.delete(actor, type_name, name, at, if_match):
        return done
    with attempt(actor, at) as tried:
        desk = Desk(tried, "")
        done = desk.delete(type_name, name, if_match)
        desk.write()
    return done


def check_delete(actor: Actor, type_name: str, name: str, at: datetime) -> None:
    """Raise what `delete` would raise; nothing is written."""
    with attempt(actor, at) as tried:
        Desk(tried, "").delete(type_name, name, None)


def delete_found(
    actor: Actor, criteria: Criteria, at: datetime, *, most: int = 1, if_match: int | None = None, base: str = ""
) -> list[Done]:
    """Delete what meets the criteria, all or nothing; nothing found is nothing to do.

    https://hl7.org/fhir/R4/http.html#3.1.0.7.1. Raises SSK-3144 when there are more than `most`, and as `delete`.
    """
    with attempt(actor, at) as tried:
        desk = Desk(tried, base)
        conditional.lock([criteria])
        names = targets_of_delete(desk, criteria, most)
        if if_match is not None and not names:
            raise Problem("SSK-3412")
        done = [desk.delete(criteria.type, name, if_match) for name in names]
        desk.write()
    return done


def targets_of_delete(desk: Desk, criteria: Criteria, most: int) -> list[str]:
    """The ids of what a conditional delete is about."""
    met = conditional.found(desk, criteria, most)
    if len(met) > most:
        raise Problem("SSK-3144", most=most)
    return [conditional.name_of(stored) for stored in met]
