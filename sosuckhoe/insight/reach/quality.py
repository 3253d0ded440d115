"""Whether the data of a book are right, complete, clean and alive: the rules of `data/book_quality.yaml`. Pure.

What is known of the person (a claim) is judged here; what changes without them (tickets, doubts, the passing of days)
comes as states, which the nightly SQL knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sosuckhoe.base import facts
from sosuckhoe.identity.claim import Claim
from sosuckhoe.identity.compare import paper

PILLARS = ("right", "complete", "clean", "alive")
STATES = ("reconciled", "undoubted", "unticketed", "not_told_dead")
"""What the nightly SQL can tell of a book; their places are the bits of `insight_reached.states`."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Rule(NamedTuple):
    """One rule of a pillar: the name of its check, what it asks for, and its sentences."""

    pillar: str
    check: str
    asks: dict[str, Any]
    names: dict[str, str]


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the file. BadFact: a pillar, check or state that nobody knows."""
    path = Path(__file__).parent.parent / "data" / "book_quality.yaml"
    return tuple(
        _read(path, pillar, entry) for pillar, entries in facts.read_yaml(path)["rules"].items() for entry in entries
    )


def keeps(claim: Claim, pillar: str) -> bool:
    """Whether what is known of a person keeps every rule of a pillar that asks about it alone."""
    return all(
        _CHECKS[rule.check](claim, **rule.asks) for rule in rules() if rule.pillar == pillar and rule.check in _CHECKS
    )


def virtues(claim: Claim) -> int:
    """The pillars that the claim keeps, as the bits of `insight_reached.virtues`."""
    return sum(1 << place for place, pillar in enumerate(PILLARS) if keeps(claim, pillar))


def states_of(pillar: str) -> int:
    """The states that a pillar asks for besides, as bits."""
    asked = {rule.asks["state"] for rule in rules() if rule.pillar == pillar and rule.check == "state"}
    return sum(1 << place for place, state in enumerate(STATES) if state in asked)


def newest_days(pillar: str) -> int | None:
    """How old the newest data may be for a pillar; None when it does not ask."""
    asked = [int(rule.asks["days"]) for rule in rules() if rule.pillar == pillar and rule.check == "newest"]
    return min(asked, default=None)


def has_number(claim: Claim, system: str) -> bool:
    """Whether the person has a number of this kind, of the right form; of an identity number also its province."""
    return any(system != "cccd" or paper.owner(value) is not None for value in _numbers(claim, system))


def agrees(claim: Claim) -> bool:
    """Whether sex and year of birth are those that an identity number tells; without one there is nothing to agree."""
    told = [owner for value in _numbers(claim, "cccd") if (owner := paper.owner(value))]
    return bool(told) and all(owner.sex == claim.sex and str(owner.year) == claim.birth[:4] for owner in told)


def _present(claim: Claim, fields: Collection[str]) -> bool:
    return all(getattr(claim, field).strip() for field in fields)


def _whole_birth(claim: Claim) -> bool:
    return bool(_DAY.fullmatch(claim.birth))


def _any_of(claim: Claim, systems: Collection[str]) -> bool:
    return any(number.system in systems for number in claim.identifiers)


def _at_most(claim: Claim, system: str, count: int) -> bool:
    return len(set(_numbers(claim, system))) <= count


def _numbers(claim: Claim, system: str) -> list[str]:
    return [number.value for number in claim.identifiers if number.system == system]


_CHECKS: dict[str, Callable[..., bool]] = {
    "number": has_number,
    "agrees": agrees,
    "present": _present,
    "whole_birth": _whole_birth,
    "any_of": _any_of,
    "at_most": _at_most,
}
_ELSEWHERE = frozenset({"state", "newest"})


def _read(path: Path, pillar: str, entry: dict[str, Any]) -> Rule:
    asks = {key: value for key, value in entry.items() if key not in {"check", "vi", "en"}}
    if pillar not in PILLARS or entry["check"] not in {*_CHECKS, *_ELSEWHERE}:
        raise facts.BadFact(f"{path}: {pillar}: {entry['check']}")
    if entry["check"] == "state" and asks["state"] not in STATES:
        raise facts.BadFact(f"{path}: {pillar}: state {asks['state']}")
    return Rule(pillar, entry["check"], asks, {"vi": entry["vi"], "en": entry["en"]})
