"""The systems, value sets and maps that come with the program, each read when it is first asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from sosuckhoe.base import facts
from sosuckhoe.clinical import coding
from sosuckhoe.clinical.terminology import grammar, hl7, icd10, maps, vietnam
from sosuckhoe.clinical.terminology.composing import Entry, compose
from sosuckhoe.clinical.terminology.members import Members, System

_DATA = Path(__file__).parent / "data"
_OURS, _SETS = "urn:sosuckhoe:cs:", "urn:sosuckhoe:vs:"


class BuiltIn:
    """What every installation has. It is shared by all threads and never changes."""

    def system(self, url: str, version: str = "") -> System | None:
        """A code system; its newest edition when no version is named."""
        return _system(url, version)

    def value_set(self, url: str, version: str = "") -> Entry | None:
        """A ValueSet resource."""
        found = _value_set_at(url)
        if found is None or version not in ("", found.get("version", version)):
            return None
        return found

    def members(self, url: str, version: str = "") -> Members | None:
        """The codes of a value set, kept once they were asked for."""
        return _members(url, version)

    def concept_map(self, url: str) -> Entry | None:
        """A ConceptMap resource."""
        return maps.built_in(url)

    def maps_between(self, source: str, target: str) -> Iterator[Entry]:
        """The maps from a value set or system to another; an empty address is any."""
        return maps.between(source, target)


BUILT_IN = BuiltIn()


@lru_cache(maxsize=512)
def _system(url: str, version: str) -> System | None:
    if url == coding.ICD10:
        return icd10.system() if version in {"", icd10.ABOUT.version} else None
    named = vietnam.abouts()
    if key := next((one for one in named if one[0] == url and version in {"", one[1]}), None):
        return _of_vietnam(*key)
    if url in grammar.LISTED:
        return grammar.LISTED[url]()
    if url in grammar.GRAMMARS:
        return grammar.GRAMMARS[url]
    found = hl7.system(url)
    return found if found is None or version in {"", found.about.version} else None


@cache
def _of_vietnam(url: str, version: str) -> System:
    return vietnam.system(url, version)


@lru_cache(maxsize=512)
def _members(url: str, version: str) -> Members | None:
    found = BUILT_IN.value_set(url, version)
    return None if found is None else compose(found, BUILT_IN)


@lru_cache(maxsize=512)
def _value_set_at(url: str) -> Entry | None:
    """Kept, because every write asks for the sets of its codes, and HL7's are read as JSON."""
    return _own_value_sets().get(url) or _whole_system(url) or hl7.line(hl7.VALUE_SETS, url)


@cache
def _own_value_sets() -> Mapping[str, Entry]:
    entries = facts.read_yaml(_DATA / "value_sets.yaml")["value_sets"]
    return {
        one["url"]: _value_set(one["url"], one["name"], f"{one['vi']} / {one['en']}", one["include"]) for one in entries
    }


def _whole_system(url: str) -> Entry | None:
    """The value set of all codes of one of our own systems."""
    system = _OURS + url.removeprefix(_SETS)
    about = next((about for (known, _), (about, _) in vietnam.abouts().items() if known == system), None)
    if about is None or not url.startswith(_SETS):
        return None
    return _value_set(url, about.name, about.title, [{"system": system}])


def _value_set(url: str, name: str, title: str, include: list[Any]) -> dict[str, Any]:
    return {
        "resourceType": "ValueSet",
        "url": url,
        "name": name,
        "title": title,
        "status": "active",
        "compose": {"include": include},
    }


def editions(url: str) -> list[str]:
    """The editions of a list of Vietnam, the newest first; none for others."""
    return [icd10.ABOUT.version] if url == coding.ICD10 else [one for own, one in vietnam.abouts() if own == url]


def system_urls() -> list[str]:
    """The addresses of all systems, those of Vietnam first."""
    own = [coding.ICD10, *dict.fromkeys(url for url, _ in vietnam.abouts())]
    return list(dict.fromkeys([*own, *grammar.GRAMMARS, *grammar.LISTED, *hl7.addresses(hl7.SYSTEMS)]))


def value_set_urls() -> list[str]:
    """The addresses of all value sets, those of Vietnam first."""
    whole = [_SETS + url.removeprefix(_OURS) for url, _ in vietnam.abouts() if url.startswith(_OURS)]
    return list(dict.fromkeys([*_own_value_sets(), *whole, *hl7.addresses(hl7.VALUE_SETS)]))
