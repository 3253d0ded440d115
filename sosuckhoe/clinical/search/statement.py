"""A statement as it gathers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Statement:
    """Conditions as they gather, with their values: `ranges` of an index in order, `rights`, other `clauses`."""

    ranges: list[str] = field(default_factory=list)
    rights: list[str] = field(default_factory=list)
    clauses: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    text: str = ""

    def bind(self, value: object) -> str:
        """The mark of a value."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"%({name})s"

    def where(self) -> str:
        """All conditions."""
        return "\n  and ".join([*self.ranges, *self.rights, *self.clauses])
