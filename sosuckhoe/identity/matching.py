"""Whether two claims mean one person. Pure: numbers find candidates elsewhere, these rules decide.

Rules stand in `data/matching.yaml`. They are strict: a doubtful pair stays two books, because a wrong
join shows one person another's illnesses, while a missed one can still be joined.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from sosuckhoe.base import facts
from sosuckhoe.base.text import fold
from sosuckhoe.identity.claim import Claim
from sosuckhoe.identity.compare import paper
from sosuckhoe.identity.compare.levels import GENERATION_YEARS

_MONTH_AND_DAY = slice(5, 10)
_FULL_DATE = 10


class Demand(NamedTuple):
    """What must agree, beside the number, for a number of this kind to join two claims."""

    birth: bool
    name: bool
    slip: bool


@cache
def demands() -> dict[str, Demand]:
    """The demand of each identifier system, most trusted first."""
    return {system: Demand(**entry) for system, entry in _rules()["systems"].items()}


@cache
def single_systems() -> frozenset[str]:
    """Systems in which two different valid numbers are two persons."""
    return frozenset(_rules()["single"])


def same_person(system: str, one: Claim, other: Claim) -> bool:
    """Whether two claims that share a number of `system` mean one person."""
    demand = demands().get(system)
    if demand is None or _contradict(one, other):
        return False
    names = names_agree(one.name, other.name)
    if births_agree(one.birth, other.birth):
        return names or not (demand.name or _is_foreign(system, one, other))
    return demand.slip and names and is_slip(one.birth, other.birth)


def births_agree(one: str, other: str) -> bool:
    """Whether two FHIR dates agree as far as both are known; an unknown date agrees with none."""
    shared = min(len(one), len(other))
    return shared > 0 and one[:shared] == other[:shared]


def is_slip(one: str, other: str) -> bool:
    """Whether two full dates differ as a slip of the hand does: same year, or same day and month.

    Years a generation apart are no slip: a mother may share the day of her child, its name while it stands under hers,
    and her number on its record.
    """
    if len(one) < _FULL_DATE or len(other) < _FULL_DATE:
        return False
    years = abs(int(one[:4]) - int(other[:4]))
    return years == 0 or (one[_MONTH_AND_DAY] == other[_MONTH_AND_DAY] and years < GENERATION_YEARS)


def names_agree(one: str, other: str) -> bool:
    """Whether two names are one but for marks, order and a missing middle name."""
    words, others = sorted(fold(one).split()), sorted(fold(other).split())
    if words == others:
        return bool(words)
    shorter, longer = sorted((words, others), key=len)
    return len(shorter) >= 2 and len(longer) - len(shorter) == 1 and set(shorter) <= set(longer)  # noqa: PLR2004 -- family and given name


def _is_foreign(system: str, one: Claim, other: Claim) -> bool:
    """Whether no CCCD that both carry can be both persons' own: twins with their mother's share it, and the date."""
    if system != "cccd":
        return False
    shared = _numbers("cccd", one) & _numbers("cccd", other)
    if shared:
        return not shared & paper.own_numbers(one) & paper.own_numbers(other)
    return paper.has_foreign_number(one) or paper.has_foreign_number(other)


def _contradict(one: Claim, other: Claim) -> bool:
    """Whether the claims carry two different numbers of a kind of which a person has one, or each a CCCD of its own."""
    told = [(_numbers(single, one), _numbers(single, other)) for single in single_systems()]
    told.append((paper.own_numbers(one), paper.own_numbers(other)))
    return any(mine and theirs and mine.isdisjoint(theirs) for mine, theirs in told)


def _numbers(kind: str, claim: Claim) -> frozenset[str]:
    return frozenset(value for system, value in claim.identifiers if system == kind)


def _rules() -> dict[str, dict[str, dict[str, bool]]]:
    return facts.read_yaml(Path(__file__).parent / "data" / "matching.yaml")
