"""Which index a search reads: chosen here from how frequent its tokens are, so that no search walks a whole type."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from sosuckhoe.clinical.search import values_sql
from sosuckhoe.clinical.search.condition import (
    MOMENT,
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

Valued = HasToken | HasText | HasNumber

PERSONS = "persons"
KEYS = "keys"
TOKENS = "tokens"
ORDER = "order"
TIES = "ties"

SORTED_VALUES = "values sorted"
WALKED_VALUES = "values in order"

RARE = 5_000
"""So many rows are sorted in a few milliseconds, whatever else is asked of them."""

TIES_PER_PERSON = 13.0
"""A facility's n persons are read in about 15n µs; a page among the rows of all N persons is found in about 200 N/n."""

_SIFTED = 2.0
"""µs to fetch and sort a row that the index of tokens finds."""

_WALKED = 1.3
_ASKED = 3.0
"""µs to walk past a row of a type, and to look for its text or number."""

_WALKED_PER_SORTED = 0.12
"""What it costs to walk past a value, when to fetch and sort one that matches costs 1."""

_FEWEST = 200


class Facts(NamedTuple):
    """What is known of how much there is. What nobody knows is 0.

    `rows_with` estimates how many rows meet a condition; texts and numbers it counts up to a limit, beyond which they
    are infinitely many. `held` is about how many values stand in the range that a condition walks, `of_type` how many
    resources the type has.
    """

    rows_with: Callable[[Valued, int], float]
    held: Callable[[HasText | HasNumber], float]
    of_type: float


def choose(query: Query, facts: Facts, *, narrowed: bool) -> str:
    """PERSONS when the search is of named persons, KEYS for ids, otherwise what is read soonest.

    That is TOKENS for what is rare, the table of texts or numbers where they are asked for (those that match, sorted,
    or all in the order of the answer), or ORDER: the type in order. By which condition a search starts is noted in the
    query. What a condition on `clinical_date` finds is sorted afterwards.
    """
    if any(isinstance(condition, HasKey) for condition in query.conditions):
        return KEYS
    if narrowed:
        return PERSONS
    if any(isinstance(c, HasDate) and isinstance(c.where, tuple) for c in query.conditions):
        return TOKENS
    is_page = not (query.sort or query.total) and query.order.by == MOMENT
    most = partial(_most_sorted, query, facts) if is_page else lambda _: RARE
    rows, query.start = min(
        ((rows_of(one, partial(_rows, facts, most)), one) for one in query.conditions),
        key=lambda pair: pair[0],
        default=(math.inf, None),
    )
    if is_page and rows <= RARE and isinstance(query.start, HasText | HasNumber):
        return SORTED_VALUES
    if rows <= RARE and _is_sifted_sooner(query, rows, facts):
        return TOKENS
    return _in_order(query, facts) if is_page else ORDER


def ways(query: Query) -> frozenset[str]:
    """The plans by which a search of nobody in particular may be run, whatever there is, from `query.start`."""
    start = query.start
    is_page = not (query.sort or query.total) and query.order.by == MOMENT
    found = {ORDER, TOKENS}
    if is_page and isinstance(start, HasText | HasNumber):
        found |= {SORTED_VALUES, *([WALKED_VALUES] if values_sql.is_in_order(start) else [])}
    return frozenset(found)


def _rows(facts: Facts, most: Callable[[HasText | HasNumber], int], condition: Valued) -> float:
    if isinstance(condition, HasToken):
        return facts.rows_with(condition, RARE)
    limit = most(condition)
    found = facts.rows_with(condition, limit)
    return found if found <= limit else math.inf


def _most_sorted(query: Query, facts: Facts, condition: HasText | HasNumber) -> int:
    """So many values are found, fetched and sorted sooner than a page is found in their order."""
    if not values_sql.is_in_order(condition):
        return RARE
    return min(max(math.isqrt(int(_WALKED_PER_SORTED * (query.count + 1) * facts.held(condition))), _FEWEST), RARE)


def _is_sifted_sooner(query: Query, rows: float, facts: Facts) -> bool:
    """Whether all rows of the rarest condition are sorted before a walk in order has filled the page."""
    if query.sort or query.total or not isinstance(query.start, HasToken) or not facts.of_type:
        return True
    tokens = [one for one in query.conditions if isinstance(one, HasToken) and not one.negated]
    share = math.prod(min(facts.rows_with(one, RARE) / facts.of_type, 1.0) for one in tokens)
    asked = _WALKED + _ASKED * sum(isinstance(one, HasText | HasNumber) for one in query.conditions)
    walked = min((query.count + 1) / share if share else math.inf, facts.of_type)
    return rows * _SIFTED <= walked * asked


def _in_order(query: Query, facts: Facts) -> str:
    """The fewest values in the order of the answer, or all rows of the type."""
    valued = [one for one in query.conditions if isinstance(one, HasText | HasNumber) and values_sql.is_in_order(one)]
    if not valued:
        return ORDER
    query.start = valued[0] if len(valued) == 1 else min(valued, key=partial(_passed, facts))
    return WALKED_VALUES


def _passed(facts: Facts, condition: HasText | HasNumber) -> float:
    """About how many values a walk has to pass over in all: of texts that are told by their letters hardly another."""
    held = facts.held(condition)
    return min(facts.rows_with(condition, RARE), held) if values_sql.is_lettered(condition) else held


def rows_of(condition: Condition, rows_with: Callable[[Valued], float]) -> float:
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


def _rows_by_token(condition: Condition, rows_with: Callable[[Valued], float]) -> float:
    """Of alternatives only tokens and keys are read by an index."""
    if isinstance(condition, HasKey):
        return float(len(condition.any_of))
    if isinstance(condition, AllOf):
        return min((_rows_by_token(one, rows_with) for one in condition.each), default=math.inf)
    return rows_with(condition) if isinstance(condition, HasToken) and not condition.negated else math.inf
