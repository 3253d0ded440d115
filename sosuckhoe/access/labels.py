"""Sensitive labels as bits: which a resource carries, and which a reader may not see."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from sosuckhoe.base import facts


@cache
def bits() -> dict[str, int]:
    """The bit of each label code (`data/sensitivity.yaml`)."""
    return {code: entry["bit"] for code, entry in _facts().items()}


HIDDEN = 256
"""The bit of what its owner hides. It stands in the row alone, never in the resource."""

ERASED = 512
"""The bit of what was erased by right: on the mark that is left, so that the same does not come back. Hides nothing."""


@cache
def every() -> int:
    """All bits at once: what a reader without any right to sensitive records must not see."""
    return sensitive() | HIDDEN


@cache
def sensitive() -> int:
    """The bits of every label that needs a consent of its own."""
    return sum(bits().values())


@cache
def names() -> dict[str, tuple[str, str]]:
    """What each label is called, in Vietnamese and in English."""
    return {code: (entry["vi"], entry["en"]) for code, entry in _facts().items()}


def of(resource: dict[str, Any]) -> int:
    """The bits of a FHIR resource's `meta.security`; an unknown code counts as restricted.

    A Bundle has those of all that it holds: a document of records is no less sensitive than they are.
    """
    label = _own(resource)
    if resource.get("resourceType") == "Bundle":
        for entry in resource.get("entry") or ():
            label |= of(entry.get("resource") or {})
    return label


def lost(label: int, resource: dict[str, Any]) -> int:
    """The sensitive bits of a label that a resource does not have any more."""
    return label & sensitive() & ~of(resource)


def with_those_of(before: dict[str, Any], resource: dict[str, Any]) -> dict[str, Any]:
    """A resource with the labels of its own that it had before and has not now."""
    had = (before.get("meta") or {}).get("security") or []
    kept = [coding for coding in had if lost(bits().get(coding.get("code", ""), bits()["R"]), resource)]
    meta = resource.get("meta") or {}
    return {**resource, "meta": {**meta, "security": [*(meta.get("security") or []), *kept]}} if kept else resource


def _own(resource: dict[str, Any]) -> int:
    codings = (resource.get("meta") or {}).get("security") or ()
    known = bits()
    label = 0
    for coding in codings:
        label |= known.get(coding.get("code", ""), known["R"])
    return label


@cache
def _facts() -> dict[str, Any]:
    labels: dict[str, Any] = facts.read_yaml(Path(__file__).parent / "data" / "sensitivity.yaml")["labels"]
    return labels
