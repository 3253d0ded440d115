"""The one choke point: every read and write of a person's record asks here.

Nothing is allowed unless a rule of `data/policy.yaml` says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sosuckhoe.access import labels, queries
from sosuckhoe.access.actor import Actor
from sosuckhoe.access.smart.scopes import Narrowing
from sosuckhoe.base import facts
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY

NO_RIGHT = frozenset({"SSK-1003", "SSK-1200"})
"""Problems of somebody who may not do it at all, whatever there is: by their role, or through their app."""

FULL = "full"
"""The level of those who hold a book as its owner does: guardians of small children, representatives named so."""


class Rule(NamedTuple):
    """One line of `data/policy.yaml`, as sets."""

    role: str
    actions: frozenset[str]
    kinds: frozenset[str]
    whose: frozenset[str]
    purposes: frozenset[str]
    sensitive: bool


class Scope(NamedTuple):
    """Whose records a search may see, to be compiled into its SQL (`sight.py`).

    `persons`: only these (NOBODY: entries of registers); None: not limited by a list. `holders`: only persons to whom
    a living tie of one of them leads (access_tie); empty: not limited so. Neither: anybody. Rows whose label shares a
    bit with `hidden_labels` are seen only of `open` persons, and where a tie shows all those bits. Of all these only
    what `narrowing` lets an app see (`clinical/narrowing.py`).
    """

    persons: frozenset[int] | None
    holders: tuple[str, ...]
    hidden_labels: int
    open: frozenset[int] = frozenset()
    narrowing: Narrowing | None = None


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
    source: str | None = None,
    label: int = 0,
    type_name: str | None = None,
) -> bool:
    """Whether a rule allows it. `person` is whose record it is, `facility` whose package, `source` whose delivery.

    Through an app only what its scopes name: `type_name` is the type of resource, without which no app may do it.
    """
    if actor.narrowing is not None and not actor.narrowing.lets(action, type_name, person, label):
        return False
    return any(
        _is_sender(whose, actor, source) if source else _is(whose, actor, person, facility, _hidden(rule, label))
        for rule in _rules_for(actor.role, actor.purpose, action, kind)
        for whose in rule.whose
    )


def check(
    actor: Actor,
    action: str,
    kind: str,
    *,
    person: int | None = None,
    facility: str | None = None,
    source: str | None = None,
    label: int = 0,
    type_name: str | None = None,
) -> None:
    """Raise unless a rule allows it. Of a person's record a stranger does not learn that it exists (404)."""
    if can(actor, action, kind, person=person, facility=facility, source=source, label=label, type_name=type_name):
        return
    if person is not None or facility is not None or source is not None:
        raise Problem("SSK-1002")
    raise Problem("SSK-1003", action=f"{action} {kind}")


def covers_everybody(actor: Actor, action: str, type_name: str) -> bool:
    """Whether an action may be done to the records of everybody, whoever they are: no tie is asked for."""
    if actor.narrowing is not None and not actor.narrowing.parts(action, type_name):
        return False
    return any("anybody" in rule.whose for rule in _rules_for(actor.role, actor.purpose, action, "record"))


def allowed_of(actor: Actor, action: str, kind: str, persons: Iterable[int]) -> frozenset[int]:
    """Those of the persons for whose records, as far as they have no label, `can` says yes: one query for all ties.

    Nobody, for an app: what it may depends on the type, so each is asked singly.
    """
    if actor.narrowing is not None:
        return frozenset()
    asked = frozenset(persons)
    whose = frozenset[str]().union(*(rule.whose for rule in _rules_for(actor.role, actor.purpose, action, kind)))
    others = whose - {_TREATED}
    found = frozenset(one for one in asked if any(_is(relation, actor, one, None, 0) for relation in others))
    return found | queries.tied(actor.holders, asked - found) if _TREATED in whose else found


def search_scope(actor: Actor, kind: str = "record") -> Scope:
    """Whose rows a search of the actor may touch; raises when it may touch none."""
    return scope(actor, "search", kind)


def scope(actor: Actor, action: str, kind: str) -> Scope:
    """Whose rows an action of the actor may touch; raises when it may touch none."""
    if actor.narrowing is None:
        return _scope(actor, action, kind)
    if not actor.narrowing.parts(action):
        raise Problem("SSK-1200", action=f"{action} {kind}")
    return _narrowed(_scope(actor, action, kind), actor.narrowing, action)


def _narrowed(whole: Scope, narrowing: Narrowing, action: str) -> Scope:
    """What an app sees of what its account sees: of one book where no scope goes further, never the labels left out."""
    hidden, open_ = whole.hidden_labels | narrowing.labels, frozenset[int]() if narrowing.labels else whole.open
    persons = whole.persons
    is_of_one = all(one.level == "patient" for one in narrowing.parts(action))
    if is_of_one and narrowing.person is not None and persons is not None and persons != {NOBODY}:
        persons &= {narrowing.person}
    return Scope(persons, whole.holders, hidden, open_, narrowing)


def _scope(actor: Actor, action: str, kind: str) -> Scope:
    allowed = _rules_for(actor.role, actor.purpose, action, kind)
    whose = frozenset().union(*(rule.whose for rule in allowed))
    hidden = 0 if any(rule.sensitive for rule in allowed) else labels.every()
    if "anybody" in whose:
        return Scope(None, (), hidden)
    if "self" in whose:
        return _of_family(actor, whose, hidden)
    if "treated" in whose and actor.holders:
        return Scope(None, actor.holders, hidden)
    if "nobody" in whose:
        return Scope(frozenset({NOBODY}), (), hidden)
    raise Problem("SSK-1003", action=f"{action} {kind}")


def hidden_labels(actor: Actor, action: str, kind: str, person: int) -> int:
    """The labels of the rows of one person that the actor may not see; SSK-1200 for an app that sees not all kinds."""
    if actor.narrowing is not None and not actor.narrowing.is_whole(person):
        raise Problem("SSK-1200", action=f"{action} {kind}")
    asked = scope(actor, action, kind)
    if person in asked.open or not asked.hidden_labels:
        return 0
    if not asked.holders:
        return asked.hidden_labels
    seen = max(queries.shown(asked.holders, person), key=int.bit_count, default=0)
    return asked.hidden_labels & ~seen


def _of_family(actor: Actor, whose: frozenset[str], hidden: int) -> Scope:
    """The own record and those that one holds; what its owner hides is seen by holders of the full level only."""
    own = frozenset({actor.person}) if actor.person else frozenset[int]()
    held = queries.holdings(actor.person) if "dependant" in whose else {}
    whole = own | {person for person, level in held.items() if level == FULL}
    persons = own.union(held)
    return Scope(persons, (), hidden or (labels.HIDDEN if persons - whole else 0), frozenset() if hidden else whole)


def _hidden(rule: Rule, label: int) -> int:
    """What of a label needs more than the rule: of a sensitive rule only what the owner hides."""
    return label & (labels.HIDDEN if rule.sensitive else labels.every())


def _is(whose: str, actor: Actor, person: int | None, facility: str | None, hidden: int) -> bool:
    """Whether the subject stands in this relation to the actor; `hidden` has the labels that the relation must show."""
    if whose == "nobody":
        return person in {None, NOBODY} and facility is None and not hidden
    if whose == "own":
        return facility is not None and (facility == actor.facility or actor.role == "program") and not hidden
    return person is not None and _holds(whose, actor, person, hidden)


def _is_sender(whose: str, actor: Actor, source: str) -> bool:
    """Whether a delivery is of the system as which the actor sends."""
    return whose == "sender" and (source == actor.source or actor.role == "program")


_TREATED = "treated"
_LEVELS = {
    "dependant": frozenset({"see", "manage", FULL}),
    "manager": frozenset({"manage", FULL}),
    "keeper": frozenset({FULL}),
}


def _holds(whose: str, actor: Actor, person: int, hidden: int) -> bool:
    """Whether the person stands in this relation to the actor; an unknown relation holds for nobody."""
    match whose:
        case "self":
            return person == actor.person and not hidden & labels.sensitive()
        case "dependant" | "manager" | "keeper":
            level = queries.holdings(actor.person).get(person)
            return level in _LEVELS[whose] and (not hidden or (level == FULL and hidden == labels.HIDDEN))
        case "treated":
            return queries.is_tied(actor.holders, person, hidden)
    return whose == "anybody" and not hidden & labels.sensitive()
