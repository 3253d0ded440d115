"""Update a resource. https://hl7.org/fhir/R4/http.html#update"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sosuckhoe.access.actor import Actor
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import structure
from sosuckhoe.clinical.actions import alone, conditional
from sosuckhoe.clinical.actions.attempt import attempt
from sosuckhoe.clinical.actions.conditional import Criteria
from sosuckhoe.clinical.actions.desk import Desk, Done


def update(
    actor: Actor,
    type_name: str,
    name: str,
    body: dict[str, Any],
    at: datetime,
    *,
    if_match: int | None = None,
    only_new: bool = False,
    base: str = "",
) -> Done:
    """Store a new version, or a new resource under this id. The same content again makes no version.

    Raises as `create`, SSK-3412 when `if_match` is not the version that stands, SSK-3143 when there is a resource and
    `only_new` wants none.
    """
    structure.check(body, type_name)
    if not only_new and (done := alone.update(actor, type_name, name, body, at, base, if_match)):
        return done
    with attempt(actor, at) as tried:
        desk = Desk(tried, base)
        done = desk.update(type_name, name, body, if_match, only_new=only_new)
        desk.write()
    return done


def update_found(
    actor: Actor,
    criteria: Criteria,
    body: dict[str, Any],
    at: datetime,
    *,
    if_match: int | None = None,
    only_new: bool = False,
    base: str = "",
) -> Done:
    """Update the one resource that meets the criteria, or create it. https://hl7.org/fhir/R4/http.html#cond-update

    Raises as `update`, and SSK-3413 (more than one), SSK-3141 and SSK-3142 (the id of the body is another's).
    """
    structure.check(body, criteria.type)
    with attempt(actor, at) as tried:
        desk = Desk(tried, base)
        conditional.lock([criteria])
        name = target_of_update(desk, criteria, body.get("id"))
        if name is None:
            done = desk.create(criteria.type, body) if if_match is None else _none_matches()
        else:
            done = desk.update(criteria.type, name, body, if_match, only_new=only_new)
        desk.write()
    return done


def target_of_update(desk: Desk, criteria: Criteria, given: str | None) -> str | None:
    """The id that a conditional update is about: the found one's, or `given` by the body; None: a new one."""
    stored = conditional.one(desk, criteria)
    if stored is None:
        if given is not None:
            desk.check_free(criteria.type, given)
        return given
    name = conditional.name_of(stored)
    if given not in {None, name}:
        raise Problem("SSK-3142")
    return name


def _none_matches() -> Done:
    raise Problem("SSK-3412")
