"""Codes and the value sets that they are bound to. https://hl7.org/fhir/R4/terminologies.html#strength"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sosuckhoe.clinical.fhirpath import Node
from sosuckhoe.clinical.structure import Issue
from sosuckhoe.clinical.validation import findings
from sosuckhoe.clinical.validation.scope import Terms


def is_kept(value: Any, kind: str, url: str, terms: Terms) -> bool | None:
    """Whether a value has a code of the set; None when that cannot be said."""
    answers = [terms.has(url, system, code) for system, code in codes_in(value, kind)]
    if any(answers):
        return True
    return None if None in answers else False


def codes_in(value: Any, kind: str) -> list[tuple[str | None, str]]:
    """Systems and codes of a code, Coding, CodeableConcept or Quantity."""
    if kind == "CodeableConcept":
        return [pair for coding in value.get("coding") or () for pair in codes_in(coding, "Coding")]
    if isinstance(value, dict):
        code, system = value.get("code"), value.get("system")
        return [(system, code)] if isinstance(code, str) else []
    return [(None, value)] if isinstance(value, str) else []


def issues(node: Node, place: str, binding: tuple[str, str], terms: Terms) -> Iterator[Issue]:
    """An error where a required set is not kept, a warning where an extensible one is not."""
    strength, url = binding
    if node.value is None or node.shadow is not None:
        return
    found = codes_in(node.value, node.type)
    if not found and (strength != "required" or node.type in {"Quantity", "Coding"}):
        return
    kept = is_kept(node.value, node.type, url, terms)
    if kept is None:
        yield findings.issue(findings.SET_UNKNOWN, place, findings.INFORMATION, set=url)
    elif not kept and strength == "required":
        yield findings.issue(findings.NOT_IN_SET, place, set=url)
    elif not kept:
        yield findings.issue(findings.NOT_IN_SET_SAID, place, findings.WARNING, set=url)
