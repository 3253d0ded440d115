"""Systems, value sets and maps as one caller sees them: what was stored, else what comes with the program.

What was stored under an address goes before what came along, so that a ministry's newer list counts as soon as it is
there. It is read under the caller's rights, and is not there for who may not read it; what was made of it is kept by
version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sosuckhoe.access import policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import finding, jsontext, reading
from sosuckhoe.clinical.draft import Stored
from sosuckhoe.clinical.search import query, values
from sosuckhoe.clinical.terminology import BUILT_IN, CodeSystem, Members, System, compose, maps, parsed, supplementing

_MOST_KEPT = 64
_NO_SET = frozenset({"SSK-1190", "SSK-3202", "SSK-3203", "SSK-3204"})
_MOST_BYTES = 64 * 1024 * 1024
_bodies: dict[tuple[UUID, int], dict[str, Any]] = {}
_systems: dict[tuple[UUID, int], System | None] = {}
_members: dict[tuple[Any, ...], _Made] = {}
_supplemented: dict[tuple[int, Stamp], tuple[System, System]] = {}
"""By the object of a system, which is kept beside what was made of it."""

Entry = Mapping[str, Any]
Stamp = tuple[tuple[UUID, int], ...]
Need = tuple[str, str, str]
_SUPPLEMENTS = "supplements"


class _Made(NamedTuple):
    """Members, and which stored resources they were made with: (kind, address, version) → keys and versions."""

    members: Members
    needs: dict[Need, Stamp]


@dataclass
class Vocabulary:
    """What one call may use. `editions`: the edition of a system that counts where none is named.

    `supplemented`: systems have what supplements say of their codes.
    """

    actor: Actor
    at: datetime
    editions: Mapping[str, str] = field(default_factory=dict)
    supplemented: bool = False
    _met: dict[Need, tuple[Stored, ...]] = field(default_factory=dict)

    def system(self, url: str, version: str = "") -> System | None:
        """A code system; its newest edition when no version is named."""
        version = version or self.editions.get(url, "")
        stored = self.stored("CodeSystem", url, version)
        made = None if stored is None else system_of(stored)
        found = made or BUILT_IN.system(url, version)
        return found and self.with_supplements(found)

    def with_supplements(self, system: System) -> System:
        """The same with what stored supplements add, where that is wanted; of systems of rules nothing."""
        if not self.supplemented or not isinstance(system, CodeSystem) or system.supplements:
            return system
        used = [one for one in self.supplements(system.about.url) if supplementing.is_for(body_of(one), system)]
        if not used:
            return system
        key = (id(system), _stamp_of(used))
        if key not in _supplemented:
            _keep(_supplemented, key, (system, supplementing.supplemented(system, map(body_of, used))))
        return _supplemented[key][1]

    def supplements(self, url: str) -> tuple[Stored, ...]:
        """The stored supplements of a system, of any edition; of several of one address the one written last."""
        need = (_SUPPLEMENTS, url, "")
        if need not in self._met:
            by_url: dict[str, Stored] = {}
            for one in self._found("CodeSystem", [("supplements", url)]):
                by_url.setdefault(str(body_of(one).get("url", one.key)), one)
            self._met[need] = tuple(by_url.values())
        return self._met[need]

    def value_set(self, url: str, version: str = "") -> Entry | None:
        """A ValueSet resource."""
        stored = self.stored("ValueSet", url, version)
        return body_of(stored) if stored else BUILT_IN.value_set(url, version)

    def concept_maps(self, url: str, version: str = "") -> list[Entry]:
        """The ConceptMap of an address."""
        stored = self.stored("ConceptMap", url, version)
        found = body_of(stored) if stored else BUILT_IN.concept_map(url)
        return [found] if found else []

    def maps_between(self, source: str, target: str) -> Iterator[Entry]:
        """The maps that lead from one system or value set to another; an empty address is any."""
        if source:
            for stored in self._found("ConceptMap", [("source-system", source)]):
                if any(target in ("", one) for _, one in maps.pairs(body_of(stored))):
                    yield body_of(stored)
        yield from BUILT_IN.maps_between(source, target)

    def members(self, url: str, version: str = "") -> Members | None:
        """The codes of a value set by its address."""
        value_set = self.value_set(url, version)
        return None if value_set is None else self._kept_members(value_set, (url, version))

    def members_of(self, stored: Stored) -> Members:
        """The codes of a stored ValueSet."""
        return self._kept_members(body_of(stored), (stored.key, stored.version))

    def _kept_members(self, value_set: Entry, name: tuple[Any, ...]) -> Members:
        key = (*name, *sorted(self.editions.items()), self.supplemented)
        known = _members.get(key)
        if known is not None and all(self._stamp(*need) == stamp for need, stamp in known.needs.items()):
            return known.members
        before, self._met = self._met, {}
        if isinstance(name[0], str):
            self._met[("ValueSet", *name)] = before.get(("ValueSet", *name), ())
        made = compose(value_set, self)
        needs = {need: self._stamp(*need) for need in self._met}
        before |= self._met
        self._met = before
        _keep(_members, key, _Made(made, needs))
        return made

    def _stamp(self, kind: str, url: str, version: str) -> Stamp:
        if kind == _SUPPLEMENTS:
            return _stamp_of(self.supplements(url))
        self.stored(kind, url, version)
        return _stamp_of(self._met[kind, url, version])

    def stored(self, kind: str, url: str, version: str) -> Stored | None:
        """The stored resource of an address and version, the one that was written last."""
        key = (kind, url, version)
        if key not in self._met:
            asked = [("url", url), *([("version", version)] if version else [])]
            self._met[key] = tuple(self._found(kind, asked)[:1])
        return next(iter(self._met[key]), None)

    def _found(self, kind: str, asked: list[tuple[str, str]]) -> list[Stored]:
        pairs = [(name, _written(value)) for name, value in asked]
        wanted = query.parse(kind, [*pairs, ("_sort", "-_lastUpdated"), ("_count", "20")], base="", now=self.at)
        try:
            return finding.search(self.actor, wanted, self.at).found
        except Problem as problem:
            if problem.number not in policy.NO_RIGHT:
                raise
            return []

    def codes_in(self, value_set: str) -> Members | None:
        """The codes of a value set by its address; None also for one whose rules cannot be followed."""
        url, _, version = value_set.partition("|")
        try:
            return self.members(url, version)
        except Problem as problem:
            if problem.number not in _NO_SET:
                raise
            return None

    def descendants(self, system: str, code: str) -> frozenset[str] | None:
        """The codes below a code and the code itself; None for a system that is not here."""
        found = self._system_at(system)
        return None if found is None else found.below(code)

    def ancestors(self, system: str, code: str) -> frozenset[str] | None:
        """The codes above a code and the code itself; None for a system that is not here."""
        found = self._system_at(system)
        return None if found is None else found.above(code)

    def _system_at(self, canonical: str) -> System | None:
        url, _, version = canonical.partition("|")
        return self.system(url, version)

    def read(self, kind: str, name: str) -> Stored:
        """One stored resource by its id; SSK-1002 when there is none to see."""
        return reading.read(self.actor, kind, name, self.at)


def body_of(stored: Stored) -> dict[str, Any]:
    """The JSON of a stored resource, which nobody may change."""
    key = (stored.key, stored.version)
    if key not in _bodies:
        _keep(_bodies, key, jsontext.read(stored.body, _MOST_BYTES))
    return _bodies[key]


def system_of(stored: Stored) -> System | None:
    """The system of a stored CodeSystem; None when its codes do not stand in it."""
    key = (stored.key, stored.version)
    if key not in _systems:
        _keep(_systems, key, parsed.code_system(body_of(stored)))
    return _systems[key]


def _stamp_of(stored: Iterable[Stored]) -> Stamp:
    return tuple((one.key, one.version) for one in stored)


def _keep(known: dict[Any, Any], key: Any, made: Any) -> None:
    if len(known) >= _MOST_KEPT:
        known.clear()
    known[key] = made


def _written(value: str) -> str:
    """A value as search parameters are written."""
    if "\x00" in value:
        raise Problem("SSK-3004", name="url", form="uri")
    return values.escaped(value)
