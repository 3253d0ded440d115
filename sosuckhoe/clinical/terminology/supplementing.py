"""What supplements say of the codes of a system. https://hl7.org/fhir/R4/codesystem.html#supplements

A supplement adds names and properties to codes that are there; it adds no code, and changes nothing that is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sosuckhoe.clinical.terminology import parsed
from sosuckhoe.clinical.terminology.parsed import Entry
from sosuckhoe.clinical.terminology.system import CodeSystem

EXTENSION = "http://hl7.org/fhir/StructureDefinition/valueset-supplement"
_OWN = frozenset({"parent", "child", *parsed.MARKS, "status"})
"""What a code is to others, and whether it is used, its system alone says."""


def is_for(supplement: Entry, system: CodeSystem) -> bool:
    """Whether a resource supplements this edition of a system."""
    url, _, version = str(supplement.get("supplements", "")).partition("|")
    is_meant = supplement.get("content") == "supplement" and url == system.about.url
    return is_meant and version in {"", system.about.version} and supplement.get("status") != "retired"


def supplemented(system: CodeSystem, supplements: Iterable[Entry]) -> CodeSystem:
    """The system with the names and properties of its supplements; of a property that several have the first counts."""
    names: dict[int, list[tuple[str, str]]] = {}
    properties: dict[str, dict[int, Any]] = {name: dict(values) for name, values in system.properties.items()}
    used = list(supplements)
    for row, concept in _concepts(system, used):
        known = {*system.names_of(row), *names.get(row, ())}
        names.setdefault(row, []).extend(one for one in parsed.named(concept) if one not in known)
        for name, values in _properties(concept).items():
            properties.setdefault(name, {}).setdefault(row, values)
    return replace(
        system,
        properties=properties,
        more_names={row: tuple(found) for row, found in names.items()},
        supplements=tuple(parsed.canonical_of(one) for one in used),
    )


def named_by(value_set: Mapping[str, Any]) -> list[str]:
    """The supplements without which a value set should not be used."""
    found = (one for one in value_set.get("extension") or () if one.get("url") == EXTENSION)
    return [str(one.get("valueCanonical", "")) for one in found]


def _concepts(system: CodeSystem, supplements: Iterable[Entry]) -> Iterator[tuple[int, Entry]]:
    for supplement in supplements:
        for concept, _ in parsed.flat(supplement.get("concept") or (), 0):
            row = system.row(str(concept["code"]))
            if row is not None:
                yield row, concept


def _properties(concept: Entry) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for name, value in parsed.values(concept):
        if name not in _OWN:
            found.setdefault(name, []).append(value)
    return found
