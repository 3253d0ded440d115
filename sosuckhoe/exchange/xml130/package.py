"""What one hospital file says, as plain values. See docs/architecture.md, "How a hospital's file becomes a book"."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

Row = dict[str, str]
"""Tag → text exactly as written, in document order; an absent tag is absent, an empty one is ''."""


class Finding(NamedTuple):
    """Something about a package that is not as it should be. Never holds a value from the package."""

    level: str  # "refused" or "noted"
    table: str  # "XML1" …, or "" for the package or envelope itself
    row: int  # 1-based; 0 = the table as a whole
    field: str  # tag, or ""
    rule: str  # key of data/rules.yaml
    value_class: str  # what kind of value stood there: "empty", "too long", "not a date" …


@dataclass(slots=True)
class Package:
    """One HOSO: everything one facility sends about one visit (MA_LK)."""

    facility: str
    tables: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def summary(self) -> Row:
        """The one row of XML1; empty when the package has none."""
        rows = self.tables.get("XML1") or [{}]
        return rows[0]

    @property
    def ma_lk(self) -> str:
        """The facility's own code of the visit."""
        return self.summary.get("MA_LK", "")


@dataclass(slots=True)
class Envelope:
    """One GIAMDINHHS: its packages in order, and the findings of each (same index).

    `packages[i]` is None where that HOSO could not be read; `findings[i]` then says why.
    """

    facility: str
    made_on: str
    packages: list[Package | None] = field(default_factory=list)
    findings: list[list[Finding]] = field(default_factory=list)
    signed: bool = False
