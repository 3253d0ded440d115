"""Which index a search reads: chosen here from how frequent its tokens are, so that no search walks a whole type."""

from __future__ import annotations

import math
from collections.abc import Callable

from sosuckhoe.clinical.search.condition import (
    AllOf,
    AnyOf,
    Condition,
    HasDate,
    HasKey,
    HasNumber,
    HasText,
    HasToken,
    IsNear,
    Linked,
)
from sosuckhoe.clinical.search.query import Query

PERSONS = "persons"
KEYS = "keys"
TOKENS = "tokens"
ORDER = "order"
TIES = "ties"

RARE = 5_000
"""So many rows are sorted in a few milliseconds; a type that has a token more often fills a page soon when walked."""


TIES_PER_PERSON = 13.0
"""A facility's n persons are read in about 15n µs; a page among the rows of all N persons is found in about 200 N/n."""


def choose(query: Query, *, narrowed: bool, rows_with: Callable[[HasToken | HasText | HasNumber], float]) -> str:
    """PERSONS when the search is of named persons, KEYS for ids, TOKENS for a rare token, otherwise ORDER.

    What a condition on `clinical_date` finds is sorted afterwards too. `rows_with` estimates how many rows meet a
    condition.
    """
    if any(isinstance(condition, HasKey) for condition in query.conditions):
        return KEYS
    if narrowed:
        return PERSONS
    if any(isinstance(c, HasDate) and isinstance(c.where, tuple) for c in query.conditions):
        return TOKENS
    return TOKENS if any(rows_of(one, rows_with) <= RARE for one in query.conditions) else ORDER


def rows_of(condition: Condition, rows_with: Callable[[HasToken | HasText | HasNumber], float]) -> float:
    """About how many rows an index finds by a condition; infinite when none does."""
    match condition:
        case HasToken(negated=False) | HasText() | HasNumber():
            return rows_with(condition)
        case Linked(is_rare=True) | IsNear():
            return 0.0
        case HasKey():
            return float(len(condition.any_of))
        case AllOf() if condition.each:
            return min(rows_of(one, rows_with) for one in condition.each)
        case AnyOf() if condition.each:
            return sum(_rows_by_token(one, rows_with) for one in condition.each)
    return math.inf


def _rows_by_token(condition: Condition, rows_with: Callable[[HasToken], float]) -> float:
    """Of alternatives only tokens and keys are read by an index."""
    if isinstance(condition, HasKey):
        return float(len(condition.any_of))
    if isinstance(condition, AllOf):
        return min((_rows_by_token(one, rows_with) for one in condition.each), default=math.inf)
    return rows_with(condition) if isinstance(condition, HasToken) and not condition.negated else math.inf
