"""Which index a search reads: chosen here from how frequent its tokens are, so that no search walks a whole type."""

from __future__ import annotations

from collections.abc import Callable

from sosuckhoe.clinical.search.condition import HasDate, HasId, HasNumber, HasText, HasToken
from sosuckhoe.clinical.search.query import Query

PERSONS = "persons"
KEYS = "keys"
TOKENS = "tokens"
ORDER = "order"

RARE = 5_000
"""So many rows are sorted in a few milliseconds; a type that has a token more often fills a page soon when walked."""


def choose(query: Query, *, narrowed: bool, rows_with: Callable[[HasToken | HasText | HasNumber], float]) -> str:
    """PERSONS when the search is of named persons, KEYS for ids, TOKENS for a rare token, otherwise ORDER.

    What a condition on `clinical_date` finds is sorted afterwards too. `rows_with` estimates how many rows meet a
    condition.
    """
    if any(isinstance(condition, HasId) for condition in query.conditions):
        return KEYS
    if narrowed:
        return PERSONS
    if any(isinstance(c, HasDate) and isinstance(c.where, tuple) for c in query.conditions):
        return TOKENS
    countable = (
        one
        for one in query.conditions
        if isinstance(one, HasText | HasNumber) or (isinstance(one, HasToken) and not one.negated)
    )
    return TOKENS if any(rows_with(one) <= RARE for one in countable) else ORDER
