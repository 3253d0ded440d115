"""What is stored of code systems, value sets, maps and profiles, believed until one of them is written.

Every write asks for the value sets of its codes, two dozen searches, and a search by `:in` for one or two more. What
they found goes on as long as it is right, which one statement a second asks.
"""

from __future__ import annotations

import time
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sosuckhoe.access.actor import Actor
from sosuckhoe.access.smart.scopes import Narrowing
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY
from sosuckhoe.clinical import narrowing, queries
from sosuckhoe.clinical.draft import Stored
from sosuckhoe.clinical.terminology import Members
from sosuckhoe.clinical.vocabulary import Need, Vocabulary

_BELIEVED_SECONDS, _FORGOTTEN_SECONDS = 1.0, 60.0
_BELIEVED = ("CodeSystem", "ConceptMap", "StructureDefinition", "ValueSet")


def vocabulary_of(actor: Actor, at: datetime) -> Vocabulary:
    """What the actor may use at this moment, without asking again for what was met lately."""
    now = time.monotonic()
    state = _state(int(now / _BELIEVED_SECONDS))
    seen = None if actor.narrowing is None else _seen_through(actor.narrowing)
    return Vocabulary(
        actor, at, _met=_met_lately(actor.role, actor.purpose, seen, int(now / _FORGOTTEN_SECONDS), state)
    )


@dataclass(frozen=True)
class Later:
    """What the actor may use; nothing is looked up before something is asked of it."""

    actor: Actor
    at: datetime

    def descendants(self, system: str, code: str) -> frozenset[str] | None:
        """The codes below a code and the code itself; None for a system that is not here."""
        return vocabulary_of(self.actor, self.at).descendants(system, code)

    def ancestors(self, system: str, code: str) -> frozenset[str] | None:
        """The codes above a code and the code itself; None for a system that is not here."""
        return vocabulary_of(self.actor, self.at).ancestors(system, code)

    def codes_in(self, value_set: str) -> Members | None:
        """The codes of a value set by its address; None for one that is not here."""
        return vocabulary_of(self.actor, self.at).codes_in(value_set)


def note_write(type_name: str) -> None:
    """What this process stores counts for its next question; others learn of it within a second."""
    if type_name in _BELIEVED:
        forget()


def forget() -> None:
    """Look anew for what is stored."""
    _state.cache_clear()
    _met_lately.cache_clear()


@lru_cache(maxsize=1)
def _state(_period: int) -> str:
    return queries.state_of_types(_BELIEVED)


@lru_cache(maxsize=1024)
def _seen_through(apps: Narrowing) -> Hashable:
    """What an app's scopes leave of these registers: the same for all apps that see the same of them."""
    found: list[Hashable] = []
    for type_name in _BELIEVED:
        try:
            found.append(narrowing.of_type(apps, "search", type_name, frozenset({NOBODY})))
        except Problem:
            found.append(False)
    return tuple(found) if any(one is not None for one in found) else None


@lru_cache(maxsize=32)
def _met_lately(
    _role: str, _purpose: str, _seen: Hashable, _period: int, _state: str
) -> dict[Need, tuple[Stored, ...]]:
    """What those who may see the same registers have met while nothing of it was written, for a minute at most."""
    return {}
