"""The one choke point: every read and write of a person's record asks here.

Nothing is allowed unless a rule of `data/policy.yaml` says so.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from sosuckhoe.access import labels, queries
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import facts
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY


class Rule(NamedTuple):
    """One line of `data/policy.yaml`, as sets."""

    role: str
    actions: frozenset[str]
    kinds: frozenset[str]
    whose: frozenset[str]
    purposes: frozenset[str]
    sensitive: bool


class Scope(NamedTuple):
    """Whose records a search may see, to be compiled into its SQL.

    `persons`: only these (NOBODY: entries of registers); None: not limited by a list. `facility`: only persons tied
    to it (access_tie); None: not limited so. Both None: anybody. Rows whose label shares a bit with
    `hidden_labels` are never seen.
    """

    persons: frozenset[int] | None
    facility: str | None
    hidden_labels: int


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the file."""
    entries = facts.read_yaml(Path(__file__).parent / "data" / "policy.yaml")["rules"]
    return tuple(
        Rule(
            entry["role"],
            frozenset(entry["actions"]),
            frozenset(entry["kinds"]),
            frozenset(entry["whose"]),
            frozenset(entry["purposes"]),
            entry.get("sensitive", False),
        )
        for entry in entries
    )


@cache
def _rules_for(role: str, purpose: str, action: str, kind: str) -> tuple[Rule, ...]:
    return tuple(
        rule
        for rule in rules()
        if rule.role == role and purpose in rule.purposes and action in rule.actions and kind in rule.kinds
    )


def can(
    actor: Actor,
    action: str,
    kind: str,
    *,
    person: int | None = None,
    facility: str | None = None,
    label: int = 0,
) -> bool:
    """Whether a rule allows it. `person` is whose record it is, `facility` whose package it is."""
    return any(
        (not label or rule.sensitive) and any(_is(whose, actor, person, facility) for whose in rule.whose)
        for rule in _rules_for(actor.role, actor.purpose, action, kind)
    )


def check(
    actor: Actor,
    action: str,
    kind: str,
    *,
    person: int | None = None,
    facility: str | None = None,
    label: int = 0,
) -> None:
    """Raise unless a rule allows it. Of a person's record a stranger does not learn that it exists (404)."""
    if can(actor, action, kind, person=person, facility=facility, label=label):
        return
    if person is not None or facility is not None:
        raise Problem("SSK-1002")
    raise Problem("SSK-1003", action=f"{action} {kind}")


def search_scope(actor: Actor, kind: str = "record") -> Scope:
    """Whose rows a search of the actor may touch; raises when it may touch none."""
    return scope(actor, "search", kind)


def scope(actor: Actor, action: str, kind: str) -> Scope:
    """Whose rows an action of the actor may touch; raises when it may touch none."""
    allowed = _rules_for(actor.role, actor.purpose, action, kind)
    whose = frozenset().union(*(rule.whose for rule in allowed))
    hidden = 0 if any(rule.sensitive for rule in allowed) else labels.every()
    if "anybody" in whose:
        return Scope(None, None, hidden)
    if whose & {"self", "dependant"}:
        return Scope(frozenset({actor.person or NOBODY, *queries.dependants(actor.person)}) - {NOBODY}, None, hidden)
    if "treated" in whose and actor.facility:
        return Scope(None, actor.facility, hidden)
    if "nobody" in whose:
        return Scope(frozenset({NOBODY}), None, hidden)
    raise Problem("SSK-1003", action=f"{action} {kind}")


def _is(whose: str, actor: Actor, person: int | None, facility: str | None) -> bool:
    """Whether the subject stands in this relation to the actor."""
    if whose == "nobody":
        return person in {None, NOBODY} and facility is None
    if whose == "own":
        return facility is not None and (facility == actor.facility or actor.role == "program")
    return person is not None and _holds(whose, actor, person)


def _holds(whose: str, actor: Actor, person: int) -> bool:
    """Whether the person stands in this relation to the actor; an unknown relation holds for nobody."""
    match whose:
        case "self":
            return person == actor.person
        case "dependant":
            return person in queries.dependants(actor.person)
        case "treated":
            return queries.is_tied(actor.facility, person)
    return whose == "anybody"
