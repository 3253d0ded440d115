"""Keys that tables are joined by: the id of a resource, and of what a reference names.

https://sql-on-fhir.org/ig/latest/StructureDefinition-ViewDefinition.html#required-additional-functions
"""

from __future__ import annotations

import re
from typing import Any

from sosuckhoe.clinical.fhirpath import types
from sosuckhoe.clinical.fhirpath.node import Node

RELATIVE = re.compile(r"([A-Z][A-Za-z]{1,63})/([A-Za-z0-9.\-]{1,64})(?:/_history/[A-Za-z0-9.\-]{1,64})?")
"""References by other means (absolute, contained, logical) have no key: nothing is guessed."""


def resource_key(items: list[Any]) -> list[Any]:
    """The ids of resources; nothing of what is none."""
    found = [item for item in items if item.__class__ is Node and types.is_resource(item.type)]
    return [item.value["id"] for item in found if item.value.get("id")]


def reference_key(items: list[Any], type_name: str | None = None) -> list[Any]:
    """The ids that relative references name, of one type only when it is told."""
    texts = [item.value.get("reference") for item in items if item.__class__ is Node and isinstance(item.value, dict)]
    matches = [RELATIVE.fullmatch(text) for text in texts if isinstance(text, str)]
    return [match.group(2) for match in matches if match and type_name in {None, match.group(1)}]
