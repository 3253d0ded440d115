"""A CodeSystem resource as a system. https://hl7.org/fhir/R4/codesystem.html"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sosuckhoe.clinical.terminology.system import COMPLETE, About, CodeSystem, Concept, build

_MARKS = {"notSelectable": "a", "abstract": "a", "inactive": "i"}
_OUT_OF_USE = frozenset({"retired", "deprecated", "inactive"})
Entry = Mapping[str, Any]


def code_system(resource: Entry) -> CodeSystem | None:
    """The system of a resource; None when its codes do not stand in it (`not-present`) or add to another's."""
    if resource.get("content") not in {"complete", "fragment", "example"}:
        return None
    flat = list(_flat(resource.get("concept") or (), 0))
    own = str(resource.get("language", "en")).partition("-")[0]
    languages = tuple(dict.fromkeys([own, *(tag for concept, _ in flat for tag in _designations(concept))]))
    about = About(
        str(resource.get("url", "")),
        str(resource.get("version", "")),
        str(resource.get("name", "")),
        str(resource.get("title") or resource.get("name") or ""),
        COMPLETE if resource["content"] == COMPLETE else "fragment",
        languages,
        bool(resource.get("caseSensitive", True)),
    )
    children = _parents_by_child(flat)
    concepts = (_concept(concept, depth, languages, children) for concept, depth in flat)
    return build(about, concepts, _properties(flat))


def _flat(concepts: Any, depth: int) -> Iterator[tuple[Entry, int]]:
    for concept in concepts:
        yield concept, depth
        yield from _flat(concept.get("concept") or (), depth + 1)


def _concept(concept: Entry, depth: int, languages: tuple[str, ...], children: Mapping[str, list[str]]) -> Concept:
    names = {**_designations(concept), languages[0]: str(concept.get("display", ""))}
    given = list(_values(concept))
    marks = "".join(sorted({_mark(name, value) for name, value in given}))
    parents = [str(value) for name, value in given if name == "parent"]
    parents += children.get(concept["code"], [])
    return Concept(concept["code"], tuple(names.get(tag, "") for tag in languages), depth, marks, tuple(parents))


def _designations(concept: Entry) -> dict[str, str]:
    """Language → the first name in it."""
    found: dict[str, str] = {}
    for one in concept.get("designation") or ():
        found.setdefault(str(one.get("language", "")).partition("-")[0].lower(), str(one.get("value", "")))
    found.pop("", None)
    return found


def _mark(name: str, value: Any) -> str:
    if name == "status":
        return "i" if value in _OUT_OF_USE else ""
    return _MARKS.get(name, "") if value is True else ""


def _parents_by_child(flat: list[tuple[Entry, int]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for concept, _ in flat:
        for name, value in _values(concept):
            if name == "child":
                found.setdefault(str(value), []).append(concept["code"])
    return found


def _properties(flat: list[tuple[Entry, int]]) -> dict[str, dict[str, Any]]:
    """Property → code → its values."""
    found: dict[str, dict[str, Any]] = {}
    for concept, _ in flat:
        for name, value in _values(concept):
            if name not in {"parent", "child"}:
                found.setdefault(name, {}).setdefault(concept["code"], []).append(value)
    return found


def _values(concept: Entry) -> Iterator[tuple[str, Any]]:
    for one in concept.get("property") or ():
        yield str(one.get("code", "")), next((value for key, value in one.items() if key.startswith("value")), None)
