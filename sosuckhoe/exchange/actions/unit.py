"""One package on its way from an arrival to the book, and what has become of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from uuid import UUID

from sosuckhoe.clinical.draft import Draft
from sosuckhoe.exchange import queries
from sosuckhoe.exchange.qd831.format import LOOSE
from sosuckhoe.exchange.qd831.mapping.patient import summary_of_profile
from sosuckhoe.exchange.xml130.mapping.values import instant
from sosuckhoe.exchange.xml130.package import Finding, Package, Row

FILED, UNCHANGED, REFUSED = "filed", "unchanged", "refused"


@dataclass(slots=True)
class Unit:
    """A package's place (arrival and 1-based position), its content, and its outcome once it is settled."""

    arrival: int
    position: int
    facility: str
    ma_lk: str
    received: datetime
    package: Package | None
    findings: list[Finding]
    outcome: str = REFUSED
    person: int = 0
    patient: UUID | None = None
    born: datetime | None = None
    version: int = 0
    content: bytes = b""
    digest: bytes = b""
    """Of the package as it came, before anything was left out of it."""
    is_cut: bool = False
    """Whether it tells of something that was erased by right."""
    told: datetime | None = None
    """When the sending system wrote it, where the file says so (health profiles)."""
    drafts: list[Draft] = field(default_factory=list)
    keys: list[UUID] = field(default_factory=list)
    workers: dict[str, str] = field(default_factory=dict)
    """Numbers of practitioners → the licence by which the register keeps them; of those that it knows."""

    @property
    def is_trusted(self) -> bool:
        """Whether the package can be filed: it was read, and nothing in it was refused."""
        return self.package is not None and not any(finding.level == REFUSED for finding in self.findings)

    @property
    def is_profile(self) -> bool:
        return self.package is not None and self.package.is_profile

    @property
    def is_loose(self) -> bool:
        """Whether it is a profile without a number of its system."""
        return self.is_profile and self.ma_lk.startswith(LOOSE)

    def may_be_one_of(self, others: Iterable[Unit]) -> bool:
        """Whether another file's profile among these may be the same person's, under another number."""
        return self.is_profile and any(
            other.facility == self.facility and other.arrival != self.arrival and (self.is_loose or other.is_loose)
            for other in others
        )

    @property
    def is_check_in(self) -> bool:
        return self.package is not None and "XML0" in self.package.tables

    @property
    def summary(self) -> Row:
        """What its episode is told by: the row of the visit, or of a health profile where the person lives."""
        if self.package is None:
            return {}
        return summary_of_profile(self.package) if self.package.is_profile else self.package.summary

    @property
    def began(self) -> datetime | None:
        """When the visit began (NGAY_VAO), if that can be read."""
        written = instant(self.summary.get("NGAY_VAO"))
        return datetime.fromisoformat(written) if written else None

    def seal(self) -> bytes:
        """Fix the content to be kept; its digest tells whether a package says anything new."""
        assert self.package is not None
        self.content = queries.sealed(self.package)
        self.digest = blake2b(self.content, digest_size=16).digest()
        return self.digest
