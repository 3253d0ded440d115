"""What others' numbers on a record tell: a parent's card on a child's, the mother's number on a newborn's. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from sosuckhoe.identity.claim import Claim, Identifier
from sosuckhoe.identity.compare.levels import GENERATION_YEARS
from sosuckhoe.identity.compare.names import spelling

_LENT = frozenset({"bhxh"})


def told_of_others(claim: Claim, holders: Mapping[Identifier, Claim]) -> Claim:
    """The claim for comparing: without borrowed numbers, and with the mother's name where her number tells it.

    `holders` are the claims known by number: those of the claim, and the mother's.
    """
    own = without_borrowed(claim, {number: (holder,) for number, holder in holders.items()})
    mother = holders.get(claim.mother) if claim.mother else None
    if mother is None or "mother_name" in claim.extra:
        return own
    return replace(own, extra={**own.extra, "mother_name": mother.name})


def without_borrowed(claim: Claim, holders: Mapping[Identifier, Collection[Claim]]) -> Claim:
    """The claim without the insurance numbers that somebody a generation older carries under another name.

    `bulk/prepare.sql` does the same for records.
    """
    kept = tuple(n for n in claim.identifiers if not _is_borrowed(claim, n, holders.get(n, ())))
    return claim if len(kept) == len(claim.identifiers) else replace(claim, identifiers=kept)


def _is_borrowed(claim: Claim, number: Identifier, holders: Collection[Claim]) -> bool:
    return number.system in _LENT and any(_is_parent(holder, claim) for holder in holders)


def _is_parent(older: Claim, child: Claim) -> bool:
    years = older.birth[:4], child.birth[:4]
    if not all(year.isdigit() for year in years) or int(years[1]) - int(years[0]) < GENERATION_YEARS:
        return False
    return sorted(spelling(older.name).bare) != sorted(spelling(child.name).bare)
