"""Two persons whom a later record ties together: they become one where the numbers that both carry allow it.

A person is found by the most trusted number of a record. When another of its numbers is already another person's, the
record says that the two are one, which neither could show alone. The demands are those of joining (data/matching.yaml),
both ways; what they leave open stays with the review desk. So it does not matter which of the three came first.

Two who are alike, now that more is known of them, become one as a new record would (compare/choosing.py): under a
reason of its own, with the levels written down. Where somebody else may be meant as well, the review desk decides.

What somebody has taken back is not done again by itself: it becomes a doubt for the review desk.

Who stands under the mother's name waits (`data/reviewing.yaml`): a brother or sister of that day may have come first.
Whoever is then still the only child of that day and home is meant; until then, and of several, the desk may decide.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base.errors import Problem
from sosuckhoe.identity import deciding, doubts, likeness, matching, merging, near, queries, unsettled
from sosuckhoe.identity.claim import Claim, Identifier
from sosuckhoe.identity.compare.borrowed import told_of_others
from sosuckhoe.identity.compare.choosing import Candidate, meant, newborn
from sosuckhoe.identity.compare.levels import is_unnamed
from sosuckhoe.identity.compare.score import LINK, score
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
    for system, other in _by_number(known):
        if merge := _merge(known, other, system, at):
            again.add(min(person, other.ref.person))
            return [merge]
    alike = _alike(known, at)
    merge = _merge(known, alike.whom, doubts.LIKENESS, at) if alike else None
    if alike is None or merge is None:
        return []
    keep = min(person, alike.whom.ref.person)
    likeness.write([Likeness(keep, "", alike.decision)], at)
    again.add(keep)
    return [merge]


def _merge(one: Known, other: Known, shared: str, at: datetime) -> int | None:
    """The number of the merge; None when somebody has decided that they are two, or has taken a merge of them back."""
    keep, gone = sorted((one.ref.person, other.ref.person))
    if merging.was_undone(keep, gone):
        doubts.write({(keep, gone, shared): score(one.claim, other.claim).total}, at)
        return None
    try:
        return merging.merge(PROGRAM, keep, gone, ALIKE if shared == doubts.LIKENESS else REASON, at)
    except Problem as problem:
        if problem.number != _APART:
            raise
        return None


def _by_number(known: Known) -> list[tuple[str, Known]]:
    """Persons who are one with this one by a number that both carry, each with its system; the oldest key first."""
    own, holders = known.ref.person, queries.holders(known.claim.identifiers)
    found = {
        other.ref.person: (number.system, other)
        for number, other in sorted(holders.items(), key=lambda held: held[0].system)
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
    if best is not None:
        return best
    unsure = [one for one in found if one.decision.verdict == LINK or one.decision.may_be_newborn_of_home]
    doubts.write({(own, one.whom.ref.person, doubts.LIKENESS): one.decision.total for one in unsure}, at)
    return _newborn(known, found, at)


def _newborn(known: Known, found: list[Candidate[Known]], at: datetime) -> Candidate[Known] | None:
    """Who a newborn under its mother's name is, when the pair has waited long enough; who has not is looked at then."""
    near = [one for one in found if one.decision.may_be_newborn_of_home]
    if not near:
        return None
    own, is_newborn = known.ref.person, _is_unnamed(known)
    others = [one.whom.ref.person for one in near]
    since = doubts.since(own, others)
    due = {other: since[other] + timedelta(days=deciding.newborn_days()) for other in others}
    for other in others:
        if due[other] > at:
            unsettled.write([own if is_newborn else other], due[other])
    only = newborn(found) if is_newborn and max(due.values()) <= at else None
    return only if only and not _has_been_a_newborn(only.whom.ref.person) else None


def _is_unnamed(known: Known) -> bool:
    mother = known.claim.mother
    return is_unnamed(told_of_others(known.claim, _claims_of([mother] if mother else [])))


def _claims_of(numbers: list[Identifier]) -> dict[Identifier, Claim]:
    return {number: holder.claim for number, holder in queries.holders(numbers).items()}


def _has_been_a_newborn(person: int) -> bool:
    """Whether another record under the mother's name was taken for this child: of twins each has been one."""
    return any(joined.decision.may_be_newborn for joined in likeness.of_person(person))
