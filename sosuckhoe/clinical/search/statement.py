"""A statement as it gathers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

_KINDS: dict[type, str] = {
    int: "int8", float: "float8", str: "text", bool: "bool", datetime: "timestamptz", UUID: "uuid",
}  # fmt: skip


@dataclass(slots=True)
class Statement:
    """Conditions as they gather, with their values: `ranges` of an index in order, `rights`, other `clauses`.

    `is_settled`: the text alone says how it is to be run. Its values then stand where the planner does not look, so
    that one plan serves all of them and PostgreSQL plans it a few times a connection, not for every search.
    """

    ranges: list[str] = field(default_factory=list)
    rights: list[str] = field(default_factory=list)
    clauses: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    is_settled: bool = False

    def bind(self, value: object) -> str:
        """The mark of a value."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        many = isinstance(value, list)
        kind = _KINDS.get(type(value[0] if many and value else value), "")  # type: ignore[index]  # a list, as asked
        mark = f"%({name})s::{kind}{'[]' if many else ''}" if kind else f"%({name})s"
        return f"(select {mark})" if self.is_settled else mark

    def where(self) -> str:
        """All conditions."""
        return "\n  and ".join([*self.ranges, *self.rights, *self.clauses])
