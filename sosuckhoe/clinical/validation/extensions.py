"""Extensions: known or not, and whether they modify. https://hl7.org/fhir/R4/extensibility.html"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sosuckhoe.clinical.fhirpath import Node
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
    """What is not known, and what modifies and must not, or does not and must (`contexts.py`: on which elements)."""
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
