"""Change parts of a resource. https://hl7.org/fhir/R4/http.html#patch

The patch is applied to the version that stands and stored as an update of exactly this version: who comes later is told
so (SSK-3409) and applies it anew.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sosuckhoe.access.actor import Actor
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import jsontext
from sosuckhoe.clinical.actions import conditional
from sosuckhoe.clinical.actions.attempt import attempt
from sosuckhoe.clinical.actions.conditional import Criteria
from sosuckhoe.clinical.actions.desk import Desk, Done
from sosuckhoe.clinical.fhirpath import Outside
from sosuckhoe.clinical.patch import fhirpath_patch, json_patch

JSON_PATCH = re.compile(r"application/json-patch\+json\s*(;.*)?")
MOST_BYTES = 8 * 1024 * 1024
Change = Callable[[dict[str, Any], Outside], Any]
"""From what stands to what shall stand; Outside answers what its paths ask of codes and profiles."""


def patch(
    actor: Actor,
    type_name: str,
    name: str,
    change: Change,
    at: datetime,
    *,
    if_match: int | None = None,
    base: str = "",
) -> Done:
    """Apply a change to a resource that the actor may read and update.

    Raises SSK-1002, SSK-3410, SSK-3412, SSK-3409, what the patch raises, and structure.Invalid.
    """
    with attempt(actor, at) as tried:
        desk = Desk(tried, base)
        done = desk.patch(type_name, name, change, if_match)
        desk.write()
    return done


def patch_found(
    actor: Actor, criteria: Criteria, change: Change, at: datetime, *, if_match: int | None = None, base: str = ""
) -> Done:
    """Apply a change to the one resource that meets the criteria. Raises as `patch`, and SSK-3413."""
    with attempt(actor, at) as tried:
        desk = Desk(tried, base)
        conditional.lock([criteria])
        done = desk.patch(criteria.type, target_of_patch(desk, criteria), change, if_match)
        desk.write()
    return done


def target_of_patch(desk: Desk, criteria: Criteria) -> str:
    """The id that a conditional patch is about; SSK-1002 when nothing meets the criteria."""
    stored = conditional.one(desk, criteria)
    if stored is None:
        raise Problem("SSK-1002")
    return conditional.name_of(stored)


def by_operations(operations: Any) -> Change:
    """A JSON Patch as a change; SSK-3043 when it is no list."""
    if not isinstance(operations, list):
        raise Problem("SSK-3043", operation=0)
    return lambda body, _outside: json_patch.apply(body, operations)


def of_resource(resource: dict[str, Any]) -> Change:
    """The change that an entry's resource says: Parameters, or a Binary that holds a JSON Patch.

    Raises SSK-3415 for anything else.
    """
    if resource.get("resourceType") == "Parameters":
        return lambda body, outside: fhirpath_patch.apply(body, resource, outside)
    if resource.get("resourceType") != "Binary" or not JSON_PATCH.fullmatch(resource.get("contentType") or ""):
        raise Problem("SSK-3415")
    try:
        raw = b64decode(resource.get("data") or "", validate=True)
    except binascii.Error as error:
        raise Problem("SSK-3043", operation=0) from error
    return by_operations(jsontext.read_any(raw, MOST_BYTES))
