"""What codes of one closure table stand below each other. Pure. https://hl7.org/fhir/R4/terminology-service.html#closure"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sosuckhoe.clinical.terminology.members import System
from sosuckhoe.clinical.terminology.system import CodeSystem

SUBSUMES = "subsumes"
EQUAL = "equal"


class Entry(NamedTuple):
    """One line of a closure table: `target` stands above `source` (subsumes), or is the same code (equal)."""

    system: str
    source: str
    target: str
    equivalence: str


def entries(system: System, versions: Mapping[str, int], since: int) -> Iterator[Entry]:
    """The lines of one system that came after a version.

    `versions`: each code of the table and the version with which it came; the system has all of them. That a code is
    itself is not told. Only codes that came since are walked from, up and down.
    """
    written: dict[str, list[str]] = {}
    for code in versions:
        written.setdefault(_canonical(system, code), []).append(code)
    for code in (one for one, version in versions.items() if version > since):
        own = _canonical(system, code)
        same = [one for one in written[own] if (versions[one], one) < (versions[code], code)]
        yield from (Entry(system.about.url, code, one, EQUAL) for one in same)
        for above in sorted((system.above(own) & written.keys()) - {own}):
            yield from (Entry(system.about.url, code, one, SUBSUMES) for one in written[above])
        for below in sorted((system.below(own) & written.keys()) - {own}):
            earlier = [one for one in written[below] if versions[one] <= since]
            yield from (Entry(system.about.url, one, code, SUBSUMES) for one in earlier)


def _canonical(system: System, code: str) -> str:
    """A code as its system writes it."""
    row = system.row(code) if isinstance(system, CodeSystem) else None
    return code if row is None or not isinstance(system, CodeSystem) else system.codes[row]


def groups(found: Sequence[Entry]) -> list[dict[str, object]]:
    """The lines as groups of a ConceptMap: read from source to target, the target subsumes the source."""
    by_system: dict[str, dict[str, list[dict[str, str]]]] = {}
    for entry in found:
        elements = by_system.setdefault(entry.system, {})
        elements.setdefault(entry.source, []).append({"code": entry.target, "equivalence": entry.equivalence})
    return [
        {
            "source": system,
            "target": system,
            "element": [{"code": code, "target": targets} for code, targets in elements.items()],
        }
        for system, elements in by_system.items()
    ]
