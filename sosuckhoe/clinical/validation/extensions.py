"""Extensions: known or not, and where they may stand. https://hl7.org/fhir/R4/extensibility.html"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sosuckhoe.clinical.fhirpath import Node, types
from sosuckhoe.clinical.structure import Issue
from sosuckhoe.clinical.validation import findings, profiles
from sosuckhoe.clinical.validation.scope import Scope, Told


def definition_of(value: Any, told: Told) -> dict[str, Any] | None:
    """The short definition of an extension; None when nobody has one."""
    url = value.get("url") if isinstance(value, dict) else None
    return profiles.definition(url, told) if isinstance(url, str) else None


def is_inner(value: Any) -> bool:
    """Whether it is a part of another extension: its address is a bare name, which only the whole explains."""
    url = value.get("url") if isinstance(value, dict) else None
    return isinstance(url, str) and ":" not in url


def issues(node: Node, place: str, scope: Scope) -> Iterator[Issue]:
    """What is not known, and what stands where its definition does not let it."""
    is_modifier = node.step is not None and node.step.key == "modifierExtension"
    found = definition_of(node.value, scope.told)
    if found is None:
        if is_modifier:
            yield findings.issue(findings.UNKNOWN_MODIFIER, place)
        elif not is_inner(node.value):
            yield findings.issue(findings.UNKNOWN_EXTENSION, place, findings.INFORMATION)
        return
    if found["type"] != "Extension" or bool(found.get("modifier")) != is_modifier:
        yield findings.issue(findings.MISPLACED_EXTENSION, place)


def may_stand(context: list[str], type_name: str, path: str) -> bool:
    """Whether one of the contexts of an extension names the element that holds it."""
    known = {path, *types.bases(type_name)}
    return not context or not known.isdisjoint(context)
