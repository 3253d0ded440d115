"""What stands above and below a code, and which codes are in a value set, for :above, :below, :in and :not-in.

https://hl7.org/fhir/R4/search.html#subsumption. Where that is known from is a Source: what comes
with the program, unless another is named.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import terminology

MOST = 20_000
"""So many codes may one value mean; a query with more would take longer than anybody waits."""


class Source(Protocol):
    """Where hierarchies and value sets are known from; None: this system or value set is not known."""

    def descendants(self, system: str, code: str) -> frozenset[str] | None:
        """The codes below a code; the code itself may be among them."""

    def ancestors(self, system: str, code: str) -> frozenset[str] | None:
        """The codes above a code; the code itself may be among them."""

    def codes_in(self, value_set: str) -> Iterable[Any] | None:
        """The codes of a value set: tuples that start with system and code."""


_sources: list[Source] = [terminology]


def use(source: Source) -> Source:
    """Ask this source from now on; the one before it is returned."""
    _sources.append(source)
    return _sources.pop(0)


def below(name: str, system: str, code: str) -> frozenset[str]:
    """A code and those below it. `name` is the parameter's, for SSK-3100: no hierarchy of the system is known here."""
    return _with_itself(name, code, _sources[0].descendants(system, code))


def above(name: str, system: str, code: str) -> frozenset[str]:
    """A code and those above it. Raises as `below`."""
    return _with_itself(name, code, _sources[0].ancestors(system, code))


def members(name: str, value_set: str) -> list[tuple[str, str]]:
    """System and code of everything in a value set.

    Raises Problem SSK-3101 when it is not known here, SSK-3102 when its codes cannot be listed or are too many.
    """
    found = _sources[0].codes_in(value_set)
    if found is None or getattr(found, "unknown", None):
        raise Problem("SSK-3101", name=name)
    if getattr(found, "is_finite", True) is False:
        raise Problem("SSK-3102", name=name, most=MOST)
    listed = []
    for system, code, *_ in found:
        listed.append((system, code))
        if len(listed) > MOST:
            raise Problem("SSK-3102", name=name, most=MOST)
    return listed


def _with_itself(name: str, code: str, found: frozenset[str] | None) -> frozenset[str]:
    if found is None:
        raise Problem("SSK-3100", name=name)
    if len(found) > MOST:
        raise Problem("SSK-3102", name=name, most=MOST)
    return found | {code}
