"""What references name. https://hl7.org/fhir/R4/references.html"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sosuckhoe.clinical.search.parameters import number_of
from sosuckhoe.clinical.validation.scope import Scope

_TYPED = re.compile(r"(?:https?://.+/)?([A-Z][A-Za-z]+)/[A-Za-z0-9.-]{1,64}(?:/_history/[A-Za-z0-9.-]{1,64})?")
_LOCAL = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})(?:/_history/[A-Za-z0-9.-]{1,64})?")


def type_of(value: dict[str, Any], scope: Scope) -> str | None:
    """The type of the resource that a reference names; None where it does not say."""
    text = value.get("reference")
    if isinstance(text, str) and text.startswith("#"):
        root: str | None = scope.root.value.get("resourceType")
        return root if text == "#" else scope.contained.get(text[1:])
    match = _TYPED.fullmatch(text) if isinstance(text, str) else None
    name = match.group(1) if match else value.get("type")
    return name if name in number_of() else None


def is_allowed(value: dict[str, Any], targets: frozenset[str], scope: Scope) -> bool:
    """Whether a reference names a resource of these types, or does not say of which."""
    found = type_of(value, scope)
    return found is None or found in targets


def local(text: str) -> tuple[str, str] | None:
    """Type and id of a reference to the newest version of a resource of this server."""
    found = _LOCAL.fullmatch(text)
    is_meant = found is not None and found.group(1) in number_of() and "/_history/" not in text
    return (found.group(1), found.group(2)) if found and is_meant else None


def local_in(value: Any, place: str) -> Iterator[tuple[str, str, str]]:
    """Type, id and place of every reference to a resource of this server."""
    if isinstance(value, dict):
        text = value.get("reference")
        if isinstance(text, str) and (found := _LOCAL.fullmatch(text)) and found.group(1) in number_of():
            yield found.group(1), found.group(2), f"{place}.reference"
        for key, inner in value.items():
            yield from local_in(inner, f"{place}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from local_in(inner, f"{place}[{index}]")
