"""A ValueSet resource as Members. https://hl7.org/fhir/R4/valueset.html#compositions"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import Any, Protocol

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.terminology import filters
from sosuckhoe.clinical.terminology.members import Members, Part, System
from sosuckhoe.clinical.terminology.system import CodeSystem

_MOST_DEEP = 20
MOST_PARTS = 200
"""So many includes, excludes and sets to take from has a value set in all: each may be a whole system."""

Entry = Mapping[str, Any]


class Library(Protocol):
    """Where systems and value sets are looked up by address."""

    def system(self, url: str, version: str = "") -> System | None:
        """A code system; its newest edition when no version is named."""

    def value_set(self, url: str, version: str = "") -> Entry | None:
        """A ValueSet resource."""


def compose(value_set: Entry, library: Library) -> Members:
    """The codes that a value set names.

    Codes of systems, of value sets and by properties that are not here are `unknown`. SSK-3202 and SSK-3203 for filters
    that cannot be, SSK-3204 for a value set that takes from itself, SSK-1190 for more than MOST_PARTS.
    """
    return _composed(value_set, library, 0, count(1))


def _composed(value_set: Entry, library: Library, deep: int, parts_met: Iterator[int]) -> Members:
    if deep > _MOST_DEEP:
        raise Problem("SSK-3204")
    inside = value_set.get("compose") or _as_compose(value_set.get("expansion") or {})
    parts = {
        key: tuple(_part(one, library, deep, parts_met) for one in inside.get(key) or ())
        for key in ("include", "exclude")
    }
    return Members(
        str(value_set.get("url", "")),
        parts["include"],
        parts["exclude"],
        str(value_set.get("title") or value_set.get("name") or ""),
        str(value_set.get("version", "")),
    )


def _as_compose(expansion: Entry) -> Entry:
    """An expansion that came without its rules, as a list."""
    found: dict[str, list[Entry]] = {}
    left = list(expansion.get("contains") or ())
    for one in left:
        left += one.get("contains") or ()
        if not one.get("abstract") and "code" in one:
            found.setdefault(str(one.get("system", "")), []).append(one)
    return {"include": [{"system": system, "concept": concepts} for system, concepts in found.items()]}


def _part(part: Entry, library: Library, deep: int, parts_met: Iterator[int]) -> Part:
    _meet(parts_met)
    url, _, version = str(part.get("system", "")).partition("|")
    version = str(part.get("version", version))
    system = library.system(url, version) if url else None
    sets = tuple(_imported(str(canonical), library, deep, parts_met) for canonical in part.get("valueSet") or ())
    if part.get("concept"):
        codes = {str(one["code"]): str(one.get("display", "")) for one in part["concept"]}
        return Part(url, version, system, codes, sets)
    if not part.get("filter"):
        return Part(url, version, system, None, sets)
    return _filtered(Part(url, version, system, None, sets), part["filter"])


def _filtered(part: Part, given: list[Entry]) -> Part:
    """The part with the codes that pass; one of unknown codes where the system cannot tell."""
    system = part.system
    if isinstance(system, CodeSystem) and all(filters.is_known(system, str(one["property"])) for one in given):
        passes = [filters.chosen(system, str(one["property"]), str(one["op"]), str(one["value"])) for one in given]
        return replace(part, codes={code: "" for code in system.codes if all(holds(code) for holds in passes)})
    return replace(part, system=None)


def _imported(canonical: str, library: Library, deep: int, parts_met: Iterator[int]) -> Members:
    """The codes of another value set; unknown ones when it is not here."""
    _meet(parts_met)
    url, _, version = canonical.partition("|")
    found = library.value_set(url, version)
    return Members(url, (Part(canonical),)) if found is None else _composed(found, library, deep + 1, parts_met)


def _meet(parts_met: Iterator[int]) -> None:
    if next(parts_met) > MOST_PARTS:
        raise Problem("SSK-1190", limit=MOST_PARTS)
