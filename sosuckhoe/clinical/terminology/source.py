"""What others ask of systems and value sets by their addresses, whoever keeps them."""

from __future__ import annotations

from typing import Protocol

from sosuckhoe.clinical.terminology.members import Members


class Source(Protocol):
    """Where hierarchies and value sets are known from; None: this system or value set is not known.

    An address may name its version: 'urn:sosuckhoe:cs:commune|2024-06-11'.
    """

    def descendants(self, system: str, code: str) -> frozenset[str] | None:
        """The codes below a code and the code itself; empty when the system lacks the code."""

    def ancestors(self, system: str, code: str) -> frozenset[str] | None:
        """The codes above a code and the code itself; empty when the system lacks the code."""

    def codes_in(self, value_set: str) -> Members | None:
        """The codes of a value set."""
