"""A person's stored resources, parsed once, and by which visit and facility each was told. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

import orjson

from sosuckhoe.access import labels
from sosuckhoe.base import clock
from sosuckhoe.book.words import NOTHING, Words, extension, target
from sosuckhoe.clinical.draft import Stored
from sosuckhoe.exchange import sources
from sosuckhoe.exchange.feeds import rewriting
from sosuckhoe.exchange.xml130.mapping import systems

_WHOLE_DAY = 10
_PROVIDERS = ("serviceProvider", "custodian", "provider", "supplier", "requester", "providedBy")


class Other(NamedTuple):
    """A system that told the same fact, by its names in both languages."""

    vi: str
    en: str


class Source(NamedTuple):
    """From whom a fact is and how fresh. `name` is '' for a facility that the register does not know.

    `system` is another system whose book it came from ('' for the files of hospitals), `written` when that system
    wrote it; `also` are those that told the same.
    """

    facility: str
    name: str
    told: str
    updated: datetime
    visit: str = ""
    system: str = ""
    system_en: str = ""
    written: str = ""
    also: tuple[Other, ...] = ()


class Entry(NamedTuple):
    """One resource, parsed. `label` has the bits of sensitivity (access.labels)."""

    type: str
    key: str
    version: int
    updated: datetime
    body: dict[str, Any]

    @property
    def place(self) -> str:
        """Type and id: clients may give one id to resources of several types."""
        return f"{self.type}/{self.key}"

    @property
    def label(self) -> int:
        return labels.of(self.body) if "meta" in self.body else 0

    @property
    def visit(self) -> str:
        """The id of the Encounter that it belongs to; '' when it belongs to none."""
        return visit_of(self.body)


@dataclass
class Record:
    """What was read of one person.

    `names`: MA_CSKCB → name, for the facilities that the register knows; `organizations`: id of an Organization
    → its MA_CSKCB; `also`: place of an entry → those of other sources that say the same.
    """

    entries: list[Entry]
    names: Mapping[str, str] = field(default_factory=dict)
    organizations: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)

    @cached_property
    def by_type(self) -> dict[str, list[Entry]]:
        grouped: dict[str, list[Entry]] = {}
        for entry in self.entries:
            grouped.setdefault(entry.type, []).append(entry)
        return grouped

    @cached_property
    def by_place(self) -> dict[str, Entry]:
        return {entry.place: entry for entry in self.entries}

    @cached_property
    def by_visit(self) -> dict[str, list[Entry]]:
        grouped: dict[str, list[Entry]] = {}
        for entry in self.entries:
            grouped.setdefault(entry.visit, []).append(entry)
        return grouped

    def of(self, *types: str) -> list[Entry]:
        """The resources of these types, newest first within each."""
        return [entry for name in types for entry in self.by_type.get(name, ())]

    def source(self, entry: Entry, told: str = "") -> Source:
        """From whom and how fresh; `told` is the fact's own date when it has one."""
        visit = entry.key if entry.type == "Encounter" else entry.visit
        encounter = self.by_place.get(f"Encounter/{visit}")
        code = self._facility(encounter or entry)
        told = told or (start_of(encounter.body) if encounter else "")
        system = _system(entry)
        return Source(
            code,
            self.names.get(code, ""),
            told,
            entry.updated,
            visit if encounter else "",
            system.vi,
            system.en,
            written_of(entry.body),
            self._others(entry),
        )

    def _others(self, entry: Entry) -> tuple[Other, ...]:
        own, found = _system(entry), set()
        for other in self.also.get(entry.place, ()):
            system, code = _system(other), self._facility(other)
            if system != own:
                found.add(Other(system.vi or self.names.get(code, code), system.en))
        return tuple(sorted(found))

    def _facility(self, entry: Entry) -> str:
        """The MA_CSKCB that told an entry, by its numbers or by the Organization that it names."""
        if code := facility_of(entry.body):
            return code
        named = (self.organizations.get(target(reference)) for reference in organizations_of(entry.body))
        return next((code for code in named if code), "")


def parsed(stored: Iterable[Stored]) -> list[Entry]:
    """Stored resources as entries, in the same order. Their keys are the ids by which references name them."""
    bodies = ((kept, orjson.loads(kept.body)) for kept in stored)
    return [Entry(kept.type, body["id"], kept.version, kept.updated, body) for kept, body in bodies]


def _system(entry: Entry) -> Words:
    """The system whose book a fact came from, in both languages; nothing for the files of hospitals."""
    uri = str((entry.body.get("meta") or {}).get("source", ""))
    known = sources.of_uri(uri) if uri else None
    return Words(known.vi, known.en) if known else NOTHING


def written_of(body: Mapping[str, Any]) -> str:
    """When the system that told a fact wrote it, as an ISO moment in UTC; '' where it is not known."""
    meta = body.get("meta")
    return str(extension(meta, rewriting.WRITTEN) or "") if meta else ""


def facility_of(body: Mapping[str, Any]) -> str:
    """The MA_CSKCB that a resource names as its own: who numbered it, or who told it; '' when it names none."""
    for entry in _identifiers(body):
        assigner = (entry.get("assigner") or {}).get("identifier") or {}
        if assigner.get("system") == systems.FACILITY:
            return str(assigner.get("value", ""))
    return ""


def organizations_of(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """References to the facilities that stand behind a resource, then behind the services that it holds."""
    named = [one[name] for one in (body, *body.get("contained", ())) for name in _PROVIDERS if name in one]
    return [one for one in named if isinstance(one, dict) and "Organization/" in one.get("reference", "")]


def visit_of(body: Mapping[str, Any]) -> str:
    """The id of the Encounter of a resource: its `encounter`, `context`, our extension, or a billed item's."""
    if "encounter" in body:
        return target(body["encounter"])
    if reference := extension(body, systems.EXT_ENCOUNTER):
        return target(reference)
    context = body.get("context")
    if isinstance(context, dict):
        nested = context.get("encounter")
        return target(nested[0] if isinstance(nested, list) and nested else context)
    for item in body.get("item", ()):
        if isinstance(item, dict) and item.get("encounter"):
            return target(item["encounter"][0])
    return ""


def start_of(encounter: Mapping[str, Any]) -> str:
    """When a visit began, as FHIR text; '' when it is not known."""
    return str((encounter.get("period") or {}).get("start", ""))


def day_of(text: str) -> date | None:
    """The Vietnamese day of a FHIR date or moment; None when it is no whole date."""
    try:
        if len(text) <= _WHOLE_DAY:
            return date.fromisoformat(text)
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return clock.day_of(at) if at.tzinfo else at.date()


def _identifiers(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = body.get("identifier") or []
    return found if isinstance(found, list) else [found]
