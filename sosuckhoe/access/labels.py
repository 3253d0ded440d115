"""Sensitive labels as bits: which a resource carries, and which a reader may not see."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from sosuckhoe.base import facts


@cache
def bits() -> dict[str, int]:
    """The bit of each label code (`data/sensitivity.yaml`)."""
    labels = facts.read_yaml(Path(__file__).parent / "data" / "sensitivity.yaml")["labels"]
    return {code: entry["bit"] for code, entry in labels.items()}


@cache
def every() -> int:
    """All bits at once: what a reader without any right to sensitive records must not see."""
    return sum(bits().values())


def of(resource: dict[str, Any]) -> int:
    """The bits of a FHIR resource's `meta.security`; an unknown code counts as restricted."""
    codings = (resource.get("meta") or {}).get("security") or ()
    known = bits()
    label = 0
    for coding in codings:
        label |= known.get(coding.get("code", ""), known["R"])
    return label
