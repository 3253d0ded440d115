"""Rules of the review desk: which reasons explain which decision, and which merge wants two people. Pure."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sosuckhoe.base import facts
from sosuckhoe.identity.compare.score import Decision


class Reason(NamedTuple):
    """Why somebody decided, in both languages; `decisions` are those that it may explain."""

    code: str
    vi: str
    en: str
    decisions: frozenset[str]


@cache
def reasons() -> dict[str, Reason]:
    """Every reason by its code, in the order of the file."""
    return {
        code: Reason(code, entry["vi"], entry["en"], frozenset(entry["for"]))
        for code, entry in _rules()["reasons"].items()
    }


def explains(reason: str, decision: str) -> bool:
    """Whether a reason may stand beside a decision: merge, unmerge, apart, later, reopen."""
    return reason in reasons() and decision in reasons()[reason].decisions


def wants_two(decision: Decision, smaller_book: int) -> bool:
    """Whether a merge wants a second reviewer. `smaller_book` is the number of resources of the smaller of both."""
    rule = _rules()["two_reviewers"]
    return decision.total < rule["below"] or decision.rule in rule["rules"] or smaller_book > rule["resources"]


def lease_minutes() -> int:
    """How long a pair stays with who looks at it."""
    return int(_rules()["lease_minutes"])


def later_days() -> int:
    """How long "later" puts a pair off."""
    return int(_rules()["later_days"])


def newborn_days() -> int:
    """How long a record under the mother's name waits for a twin before it is taken for the child that is known."""
    return int(_rules()["newborn_days"])


def ages_days() -> list[int]:
    """By which ages, in days, the list of pairs can be narrowed."""
    return [int(days) for days in _rules()["ages_days"]]


def _rules() -> dict[str, Any]:
    return facts.read_yaml(Path(__file__).parent / "data" / "reviewing.yaml")
