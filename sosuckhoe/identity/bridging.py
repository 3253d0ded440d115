"""Two persons whom a later record ties together: they become one where the numbers that both carry allow it.

A person is found by the most trusted number of a record. When another of its numbers is already another person's, the
record says that the two are one, which neither could show alone. The demands are those of joining (data/matching.yaml),
both ways; what they leave open stays with the review desk. So it does not matter which of the three came first.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base.errors import Problem
from sosuckhoe.identity import matching, merging, near, queries
from sosuckhoe.identity.compare.score import LINK
from sosuckhoe.identity.queries import Known

REASON = "same_record"
MOST_ROUNDS = 8
_APART = "SSK-4512"


def settle(persons: Iterable[int], at: datetime) -> list[int]:
    """Merge whomever these persons' words show to be one with another; the numbers of the merges, oldest first.

    Inside the caller's transaction. The longer known is kept. Raises SSK-3409 when it met another change.
    """
    merges: list[int] = []
    left = sorted(set(persons))
    for _ in range(MOST_ROUNDS):
        again: set[int] = set()
        for person in left:
            merges += _settle_one(person, again, at)
        left = sorted(again)
        if not left:
            break
    return merges


def _settle_one(person: int, again: set[int], at: datetime) -> list[int]:
    known = queries.known(person)
    if known is None or not queries.are_living([person]):
        return []
    merges = []
    for other in _others(known):
        keep, gone = sorted((person, other.ref.person))
        try:
            merges.append(merging.merge(PROGRAM, keep, gone, REASON, at))
        except Problem as problem:
            if problem.number != _APART:
                raise
            continue
        again.add(keep)
        break
    return merges


def _others(known: Known) -> list[Known]:
    """Persons who are one with this one, by a number that both carry or by likeness; the oldest key first."""
    own = known.ref.person
    holders = queries.holders(known.claim.identifiers)
    by_number = [
        other
        for number, other in holders.items()
        if other.ref.person != own and matching.same_person(number.system, known.claim, other.claim)
    ]
    alike = [one.person for one in near.match(known.claim) if one.decision.verdict == LINK]
    found = {other.ref.person: other for other in (*by_number, *alike) if other.ref.person != own}
    return [found[key] for key in sorted(found)]
