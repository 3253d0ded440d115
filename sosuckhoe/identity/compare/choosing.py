"""Which of several who are alike is meant, where that is sure. Pure.

Who resembles two that are surely two (two valid citizen numbers, two insurance numbers, twins) is joined to neither by
likeness, unless one is much more alike. `bulk/clusters.py` does the same for records.

A record under the mother's name without a number of the child's own joins nobody as it comes: the child of that day
and home that is known may be a twin, whose brother or sister has not been heard of. `newborn` says who it is once
others have had the time to be told of (`bridging.py`); one run over everything sees them all (`bulk/newborns.sql`).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Generic, NamedTuple, TypeVar

from sosuckhoe.identity.claim import Claim
from sosuckhoe.identity.compare.names import is_placeholder, spelling
from sosuckhoe.identity.compare.score import APART, LINK, Decision, score

_HER_NAME = frozenset({"exact", "unmarked"})
MARGIN = 8.0
"""Bits by which one of two who may be meant must be more alike than the other."""

Whom = TypeVar("Whom")


class Candidate(NamedTuple, Generic[Whom]):
    """Somebody who may be meant: what was found in comparing, what is known of them, and who it is."""

    decision: Decision
    claim: Claim
    whom: Whom


def meant(found: Collection[Candidate[Whom]]) -> Candidate[Whom] | None:
    """The one who is meant; None when nobody is alike enough, or two are. Of equals the first."""
    links = sorted((one for one in found if _is_link(one)), key=lambda one: -one.decision.total)
    if not links:
        return None
    best = links[0]
    rivals = [one for one in links[1:] if best.decision.total - one.decision.total < MARGIN]
    if not best.decision.shares_number and any(_are_two(best.claim, one.claim) for one in rivals):
        return None
    return best


def _is_link(one: Candidate[Whom]) -> bool:
    """Whether one is alike enough; two under one mother's name who share no number may be twins."""
    is_unnamed = is_placeholder(one.claim.name) and not one.decision.shares_number
    return one.decision.verdict == LINK and not is_unnamed


def _are_two(one: Claim, other: Claim) -> bool:
    decision = score(one, other)
    return decision.verdict == APART or decision.rule == "other_card"


def newborn(found: Collection[Candidate[Whom]]) -> Candidate[Whom] | None:
    """Who a newborn under its mother's name is: the only one born that day in that home, of one telephone.

    `found` are those who are near the newborn. Somebody else of that day, commune, sex and family name may be a twin,
    whatever telephone they tell; so may another of that mother, and who bears the mother's name too.
    """
    if any(_may_be_twin(one) for one in found):
        return None
    children = [one for one in found if one.decision.may_be_newborn]
    near = [one for one in children if one.decision.may_be_newborn_of_home]
    families = {spelling(one.claim.name).family for one in near}
    twins = [one for one in children if spelling(one.claim.name).family in families]
    return near[0] if len(near) == len(twins) == 1 else None


def _may_be_twin(one: Candidate[Whom]) -> bool:
    """Whether somebody else of that day is of the same mother: by her number, or because both bear her name."""
    levels = one.decision.levels
    is_unnamed_too = is_placeholder(one.claim.name) and levels["name"] in _HER_NAME
    return levels["birth"] == "exact" and (one.decision.rule == "one_mother" or is_unnamed_too)
