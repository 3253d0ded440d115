"""Two persons whom a later record ties together: they become one where the numbers that both carry allow it.

A person is found by the most trusted number of a record. When another of its numbers is already another person's, the
record says that the two are one, which neither could show alone. The demands are those of joining (data/matching.yaml),
both ways; what they leave open stays with the review desk. So it does not matter which of the three came first.

Two who are alike, now that more is known of them, become one as a new record would (compare/choosing.py): under a
reason of its own, with the levels written down. Where somebody else may be meant as well, the review desk decides; and
where one stands under the mother's name: a brother or sister of that day may have come first, and both have a book.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base.errors import Problem
from sosuckhoe.identity import doubts, likeness, matching, merging, near, queries
from sosuckhoe.identity.compare.choosing import Candidate, meant
from sosuckhoe.identity.compare.score import LINK
from sosuckhoe.identity.likeness import Likeness
from sosuckhoe.identity.queries import Known

REASON = "same_record"
ALIKE = "alike"
MOST_ROUNDS = 8
MOST_ALIKE = 20
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
    for other in _by_number(known):
        if merge := _merge(known, other, REASON, at):
            again.add(min(person, other.ref.person))
            return [merge]
    alike = _alike(known, at)
    merge = _merge(known, alike.whom, ALIKE, at) if alike else None
    if alike is None or merge is None:
        return []
    keep = min(person, alike.whom.ref.person)
    likeness.write([Likeness(keep, "", alike.decision)], at)
    again.add(keep)
    return [merge]


def _merge(one: Known, other: Known, reason: str, at: datetime) -> int | None:
    """The number of the merge; None when somebody has decided that they are two."""
    keep, gone = sorted((one.ref.person, other.ref.person))
    try:
        return merging.merge(PROGRAM, keep, gone, reason, at)
    except Problem as problem:
        if problem.number != _APART:
            raise
        return None


def _by_number(known: Known) -> list[Known]:
    """Persons who are one with this one by a number that both carry; the oldest key first."""
    own = known.ref.person
    found = {
        other.ref.person: other
        for number, other in queries.holders(known.claim.identifiers).items()
        if other.ref.person != own and matching.same_person(number.system, known.claim, other.claim)
    }
    return [found[key] for key in sorted(found)]


def _alike(known: Known, at: datetime) -> Candidate[Known] | None:
    """The person who is surely this one by likeness. Where several may be, each is a doubt for the review desk."""
    own = known.ref.person
    found = [
        Candidate(one.decision, one.person.claim, one.person)
        for one in near.match(known.claim, MOST_ALIKE)
        if one.person.ref.person != own
    ]
    best = meant(found)
    if best is not None and best.decision.verdict == LINK:
        return best
    unsure = [one for one in found if one is best or one.decision.verdict == LINK]
    doubts.write({(own, one.whom.ref.person, doubts.LIKENESS): one.decision.total for one in unsure}, at)
    return None
