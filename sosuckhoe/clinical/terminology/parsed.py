"""A CodeSystem resource as a system. https://hl7.org/fhir/R4/codesystem.html"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sosuckhoe.clinical.terminology.system import COMPLETE, About, CodeSystem, Concept, build

MARKS = {"notSelectable": "a", "abstract": "a", "inactive": "i"}
_OUT_OF_USE = frozenset({"retired", "deprecated", "inactive"})
Entry = Mapping[str, Any]


def code_system(resource: Entry) -> CodeSystem | None:
    """The system of a resource; None when its codes do not stand in it (`not-present`) or add to another's."""
    if resource.get("content") not in {"complete", "fragment", "example"}:
        return None
    listed = list(flat(resource.get("concept") or (), 0))
    own = str(resource.get("language", "en")).partition("-")[0]
    languages = tuple(dict.fromkeys([own, *(tag for concept, _ in listed for tag in _designations(concept))]))
    about = About(
        str(resource.get("url", "")),
        str(resource.get("version", "")),
        str(resource.get("name", "")),
        str(resource.get("title") or resource.get("name") or ""),
        COMPLETE if resource["content"] == COMPLETE else "fragment",
        languages,
        bool(resource.get("caseSensitive", True)),
    )
    children = _parents_by_child(listed)
    concepts = (_concept(concept, depth, languages, children) for concept, depth in listed)
    return build(about, concepts, _properties(listed))


def canonical_of(resource: Entry) -> str:
    """The address of a resource, with its version where it has one."""
    return "|".join(str(resource[key]) for key in ("url", "version") if key in resource)


def flat(concepts: Any, depth: int) -> Iterator[tuple[Entry, int]]:
    """Concepts in the order of the tree, each with its depth."""
    for concept in concepts:
        yield concept, depth
        yield from flat(concept.get("concept") or (), depth + 1)


def _concept(concept: Entry, depth: int, languages: tuple[str, ...], children: Mapping[str, list[str]]) -> Concept:
    names = {**_designations(concept), languages[0]: str(concept.get("display", ""))}
    given = list(values(concept))
    marks = "".join(sorted({_mark(name, value) for name, value in given}))
    parents = [str(value) for name, value in given if name == "parent"]
    parents += children.get(concept["code"], [])
    return Concept(concept["code"], tuple(names.get(tag, "") for tag in languages), depth, marks, tuple(parents))


def _designations(concept: Entry) -> dict[str, str]:
    """Language → the first name in it."""
    found: dict[str, str] = {}
    for language, text in named(concept):
        found.setdefault(language, text)
    return found


def named(concept: Entry) -> list[tuple[str, str]]:
    """Languages and names of the designations that say their language."""
    found = (
        (str(one.get("language", "")).partition("-")[0].lower(), str(one.get("value", "")))
        for one in concept.get("designation") or ()
    )
    return [one for one in found if one[0]]


def _mark(name: str, value: Any) -> str:
    if name == "status":
        return "i" if value in _OUT_OF_USE else ""
    return MARKS.get(name, "") if value is True else ""


def _parents_by_child(listed: list[tuple[Entry, int]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for concept, _ in listed:
        for name, value in values(concept):
            if name == "child":
                found.setdefault(str(value), []).append(concept["code"])
    return found


def _properties(listed: list[tuple[Entry, int]]) -> dict[str, dict[str, Any]]:
    """Property → code → its values."""
    found: dict[str, dict[str, Any]] = {}
    for concept, _ in listed:
        for name, value in values(concept):
            if name not in {"parent", "child"}:
                found.setdefault(name, {}).setdefault(concept["code"], []).append(value)
    return found


def values(concept: Entry) -> Iterator[tuple[str, Any]]:
    """Names and values of the properties of a concept."""
    for one in concept.get("property") or ():
        yield str(one.get("code", "")), next((value for key, value in one.items() if key.startswith("value")), None)
