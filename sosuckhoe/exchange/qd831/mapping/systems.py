"""Names of what only this format has: its fields, its lists, and two extensions."""

from __future__ import annotations

_OURS = "urn:sosuckhoe"

FIELD = f"{_OURS}:cs:qd831-field"
ALLERGEN = f"{_OURS}:cs:qd831-allergen"
VACCINE = f"{_OURS}:cs:qd831-vaccine"
RELATION = f"{_OURS}:cs:qd831-relation"
SOURCE = f"{_OURS}:sid:source"
"""With a colon and the id of a source behind it: the numbers that this system gave."""
EXT_PREGNANCY_MONTH = f"{_OURS}:ext:pregnancy-month"


def listed(name: str) -> str:
    """The system of a list of format.yaml: 'habit_level' → 'urn:sosuckhoe:cs:qd831-habit-level'."""
    return f"{_OURS}:cs:qd831-{name.replace('_', '-')}"
