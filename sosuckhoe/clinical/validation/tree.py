"""A profile as a tree of elements, its bases merged into it. https://hl7.org/fhir/R4/profiling.html#snapshot

Each profile is read from what its differential says, laid over what its base says, down to R4's own type, whose
elements the check of structure knows. So a profile that a client stores needs no snapshot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sosuckhoe.clinical.validation import facts, profiles
from sosuckhoe.clinical.validation.facts import Rule
from sosuckhoe.clinical.validation.profiles import CORE
from sosuckhoe.clinical.validation.scope import Told

MOST_BASES = 16
_UNSLICED = re.compile(r":[^.]*")
Short = dict[str, Any]


@dataclass
class Branch:
    """One element of a profile: what it demands, its slices by name, the elements below it by name."""

    name: str
    told: Short = field(default_factory=dict)
    slices: dict[str, Branch] = field(default_factory=dict)
    below: dict[str, Branch] = field(default_factory=dict)

    @property
    def rules(self) -> tuple[Rule, ...]:
        return tuple(Rule(*one) for one in self.told.get("rules", ()))


@dataclass
class Profile:
    """A profile with everything that its bases demand."""

    url: str
    type: str
    root: Branch


def profile_of(canonical: str, told: Told) -> Profile | None:
    """The profile of a canonical address; None when it, or one of its bases, is not known."""
    chain = list(_chain(canonical, told))
    if not chain or not chain[-1]:
        return None
    return _merged(tuple(_Told(one) for one in chain))


def _chain(canonical: str, told: Told) -> Iterator[Short]:
    """A definition and its bases, down to R4's own type; an empty one in the place of what is not known."""
    for _ in range(MOST_BASES):
        found = profiles.definition(canonical, told)
        if found is None:
            yield {}
            return
        yield found
        canonical = found["base"]
        if canonical == CORE + found["type"]:
            return
    yield {}


class _Told:
    """A definition as a key of the memory: equal while it is the same object, as HL7's are."""

    __slots__ = ("definition",)

    def __init__(self, definition: Short) -> None:
        self.definition = definition

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Told) and self.definition is other.definition

    def __hash__(self) -> int:
        return id(self.definition)


@lru_cache(maxsize=512)
def _merged(chain: tuple[_Told, ...]) -> Profile:
    first = chain[0].definition
    root = Branch(first["type"])
    for one in reversed(chain):
        for element in one.definition["elements"]:
            _lay(root, element)
    return Profile(first["url"], first["type"], root)


def _lay(root: Branch, element: Short) -> None:
    """Lay what a differential says of an element over what is known of it."""
    here = root
    for step in str(element["id"]).split(".")[1:]:
        name, *slices = step.split(":")
        here = here.below.setdefault(name, Branch(name))
        for part in slices[0].split("/") if slices else ():
            here = here.slices.setdefault(part, Branch(name))
    rules = {one[0]: one for one in (*here.told.get("rules", ()), *element.get("rules", ()))}
    here.told |= element
    if tuple(here.told.get("binding", ())) == facts.binding_at(_UNSLICED.sub("", element["id"])):
        del here.told["binding"]  # R4's own, which is asked of every resource
    if rules:
        here.told["rules"] = list(rules.values())
