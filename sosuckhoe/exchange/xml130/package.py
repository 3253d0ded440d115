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
    value_class: str  # what kind of value stood there: "empty", "too long", "not a date" …, a key of data/rules.yaml


class Shape(NamedTuple):
    """The element names of a table that this edition of the program does not know: root, list, row.

    `listing` is '' where the rows stand in the root, `row` is '' where the root is the row.
    """

    root: str
    listing: str
    row: str


@dataclass(slots=True)
class Package:
    """One HOSO: everything one facility sends about one visit (MA_LK); or one row of a check-in file (XML0)."""

    facility: str
    tables: dict[str, list[Row]] = field(default_factory=dict)
    shapes: dict[str, Shape] = field(default_factory=dict)  # only of tables that are not in format.TABLES
    source: str = ""  # id of the system in which a health profile was kept (exchange/data/sources.yaml)
    number: str = ""  # under which a health profile stands, where that is not the number that it tells now

    @property
    def is_profile(self) -> bool:
        """Whether it is a health profile (qd831), and no visit and no check-in."""
        return bool(self.source)

    @property
    def summary(self) -> Row:
        """The one row of XML1, or of a check-in; empty when the package has none."""
        rows = self.tables.get("XML1") or self.tables.get("XML0") or [{}]
        return rows[0]

    @property
    def ma_lk(self) -> str:
        """The facility's own code of the visit, without spaces around it."""
        return self.summary.get("MA_LK", "").strip()


@dataclass(slots=True)
class Envelope:
    """One GIAMDINHHS: its packages in order, and the findings and visit codes of each (same index).

    `packages[i]` is None where that HOSO could not be read whole; `findings[i]` then says why, and `visits[i]` is its
    MA_LK where that much could be read. `remarks` are findings on the envelope itself, all of them noted.
    """

    facility: str
    made_on: str
    packages: list[Package | None] = field(default_factory=list)
    findings: list[list[Finding]] = field(default_factory=list)
    visits: list[str] = field(default_factory=list)
    remarks: list[Finding] = field(default_factory=list)
    signed: bool = False
