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
    """The lines of one system that came after a version, in the order of its codes as they came.

    `versions`: each code of the table and the version with which it came; the system has all of them. That a code is
    itself is not told.
    """
    written: dict[str, list[str]] = {}
    for code in versions:
        written.setdefault(_canonical(system, code), []).append(code)
    for code, version in versions.items():
        own = _canonical(system, code)
        for above in sorted(system.above(own) & written.keys()):
            for target in written[above]:
                if target == code or max(version, versions[target]) <= since:
                    continue
                if above != own:
                    yield Entry(system.about.url, code, target, SUBSUMES)
                elif _comes_before(versions, target, code):
                    yield Entry(system.about.url, code, target, EQUAL)


def _comes_before(versions: Mapping[str, int], one: str, other: str) -> bool:
    """Of two ways to write a code the later one is told to equal the earlier one, not both."""
    return (versions[one], one) < (versions[other], other)


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
