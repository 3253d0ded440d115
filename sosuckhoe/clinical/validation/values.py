"""Comparison of values with what a profile fixes. https://hl7.org/fhir/R4/elementdefinition-definitions.html"""

from __future__ import annotations

from typing import Any


def is_same(value: Any, fixed: Any) -> bool:
    """Whether a value is exactly the fixed one; true is not 1."""
    if isinstance(value, dict) and isinstance(fixed, dict):
        return value.keys() == fixed.keys() and all(is_same(value[key], fixed[key]) for key in fixed)
    if isinstance(value, list) and isinstance(fixed, list):
        return len(value) == len(fixed) and all(map(is_same, value, fixed))
    return isinstance(value, bool) == isinstance(fixed, bool) and bool(value == fixed)


def has_pattern(value: Any, pattern: Any) -> bool:
    """Whether a value has everything of a pattern; a list has an item for each item of the pattern's."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(
            key in value and has_pattern(value[key], inner) for key, inner in pattern.items()
        )
    if isinstance(pattern, list):
        return isinstance(value, list) and all(any(has_pattern(one, inner) for one in value) for inner in pattern)
    return is_same(value, pattern)


def dug(value: Any, names: list[str]) -> list[Any]:
    """The values under a path of names."""
    found = [value]
    for name in names:
        inner = [one.get(name) for one in found if isinstance(one, dict)]
        found = [one for part in inner for one in (part if isinstance(part, list) else [part]) if one is not None]
    return found
