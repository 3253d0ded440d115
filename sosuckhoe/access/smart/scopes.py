"""Scopes: `patient/Observation.rs?category=laboratory` as values. They narrow what an account may do. Pure.

https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import parse_qsl, quote

LEVELS = ("patient", "user", "system")
DEEDS = "cruds"
"""Create, read, update, delete, search: in this order, each once."""

NEEDED = {
    "read": "r",
    "search": "s",
    "create": "c",
    "update": "u",
    "delete": "d",
    "export": "rs",
    "everything": "rs",
}
"""What a scope must have for an action of the policy. An action that is not here no scope allows."""

PLAIN = (
    "openid",
    "fhirUser",
    "profile",
    "launch",
    "launch/patient",
    "launch/encounter",
    "offline_access",
    "online_access",
)
"""Scopes that ask for no resource."""

_FORM = re.compile(r"(patient|user|system)/([A-Z][A-Za-z]{1,40}|\*)\.([a-z*]+)(?:\?([^\s?]+))?")
_FIRST_VERSION = {"read": "rs", "write": "cud", "*": DEEDS}
_MOST_CRITERIA = 4
_SYSTEMS = {
    "Observation": {"category": "http://terminology.hl7.org/CodeSystem/observation-category"},
    "Condition": {"category": "http://terminology.hl7.org/CodeSystem/condition-category"},
}


class Allowed(NamedTuple):
    """One scope of resources. `type` may be `*`; `criteria` are search parameters, all of which must hold."""

    level: str
    type: str
    deeds: str
    criteria: tuple[tuple[str, str], ...] = ()

    def covers(self, deeds: str, type_name: str) -> bool:
        """Whether it is about this type, and lets all these be done."""
        return self.type in {"*", type_name} and set(deeds) <= set(self.deeds)


class Narrowing(NamedTuple):
    """What of an account's rights an app has. `person`: whose book is open; None: nobody's.

    `labels`: those that it never sees. `family`: the authorization that its tokens come from.
    """

    app: str
    family: str
    allowed: tuple[Allowed, ...]
    person: int | None
    labels: int

    def parts(self, action: str, type_name: str | None = None) -> tuple[Allowed, ...]:
        """The scopes that let an action be done, to a type or to any."""
        deeds = NEEDED.get(action)
        if deeds is None:
            return ()
        found = (one for one in self.allowed if one.covers(deeds, one.type if type_name is None else type_name))
        return tuple(one for one in found if one.level != "patient" or self.person is not None)

    def lets(self, action: str, type_name: str | None, person: int | None, label: int) -> bool:
        """Whether an action may be done to any resource of a type of this person, whatever is in it."""
        if type_name is None or label & self.labels:
            return False
        own = {None, 0, self.person}
        return any(
            not one.criteria and (one.level != "patient" or person in own) for one in self.parts(action, type_name)
        )

    def is_whole(self, person: int) -> bool:
        """Whether everything of a person may be read: what is made from a whole book is told to nobody else."""
        return all(
            any(
                one.type == "*" and not one.criteria and (one.level != "patient" or person == self.person)
                for one in found
            )
            for found in (self.parts("read"), self.parts("search"))
        )

    def sees_as(self, other: Narrowing | None) -> bool:
        """Whether another of the same app sees the same."""
        return other is not None and self._replace(family="") == other._replace(family="")


def read(text: str) -> Allowed | None:
    """One scope of resources, of either version; None for anything else.

    https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html#scopes-for-requesting-fhir-resources
    """
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    level, type_name, deeds, query = found.groups()
    deeds = _FIRST_VERSION.get(deeds, deeds)
    in_order = "".join(letter for letter in DEEDS if letter in deeds)
    criteria = _criteria(type_name, query) if query else ()
    if deeds != in_order or criteria is None or (criteria and type_name == "*"):
        return None
    # What is written is not searched: of a scope with criteria only reading and searching are left.
    left = "".join(letter for letter in deeds if letter in "rs") if criteria else deeds
    return Allowed(level, type_name, left, criteria) if left else None


def _criteria(type_name: str, query: str) -> tuple[tuple[str, str], ...] | None:
    pairs = parse_qsl(query, keep_blank_values=True)
    is_plain = all(name.replace("-", "").isalpha() and value for name, value in pairs)
    if not pairs or len(pairs) > _MOST_CRITERIA or not is_plain:
        return None
    systems = _SYSTEMS.get(type_name, {})
    full = {
        (name, value if "|" in value or name not in systems else f"{systems[name]}|{value}") for name, value in pairs
    }
    return tuple(sorted(full))


def write(allowed: Allowed) -> str:
    """A scope as it stands in a token."""
    query = "&".join(f"{name}={quote(value, safe='|:/,')}" for name, value in allowed.criteria)
    return f"{allowed.level}/{allowed.type}.{allowed.deeds}{'?' * bool(query)}{query}"


def understood(text: str) -> tuple[str, ...]:
    """The scopes of a request that mean something here, each once, in the second version's form and in order."""
    known: dict[str, None] = {}
    for one in text.split():
        allowed = read(one)
        if one in PLAIN:
            known[one] = None
        elif allowed is not None:
            known[write(allowed)] = None
    return tuple(known)


def resources(scope: str | Iterable[str]) -> tuple[Allowed, ...]:
    """The scopes of resources among all."""
    words = scope.split() if isinstance(scope, str) else scope
    return tuple(found for one in words if (found := read(one)))


def within(asked: Iterable[str], most: str) -> tuple[str, ...]:
    """What of the asked an app may have that is registered for `most`: never more, sometimes fewer letters."""
    registered, plain = resources(most), set(most.split())
    kept: dict[str, None] = {}
    for one in asked:
        wanted = read(one)
        if wanted is None:
            if one in plain:
                kept[one] = None
            continue
        deeds = "".join(letter for letter in wanted.deeds if any(_lets(there, wanted, letter) for there in registered))
        if deeds:
            kept[write(wanted._replace(deeds=deeds))] = None
    return tuple(kept)


def _lets(there: Allowed, wanted: Allowed, letter: str) -> bool:
    """Whether a registered scope has a letter of a wanted one: of the same level, with no criterion more than it."""
    return (
        there.level == wanted.level
        and there.type in {"*", wanted.type}
        and letter in there.deeds
        and set(there.criteria) <= set(wanted.criteria)
    )
