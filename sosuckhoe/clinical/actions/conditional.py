"""Targets that are a search. https://hl7.org/fhir/R4/http.html#cond-update

A search that finds nothing does not keep others from making what it looks for, so whoever acts on one holds a lock of
its words until the transaction ends. All locks of a transaction are taken at once and in one order.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import body as bodies
from sosuckhoe.clinical import finding
from sosuckhoe.clinical.actions.desk import Desk, Done
from sosuckhoe.clinical.draft import Stored
from sosuckhoe.clinical.search.query import parse

MOST_PAIRS = 50
_OF_ANSWERS = frozenset({"_format", "_pretty"})
_NOT_CONDITIONS = frozenset(
    {
        "_count", "_cursor", "_sort", "_total", "_summary", "_elements", "_contained", "_containedType", "_include",
        "_revinclude", "_score",
    }
)  # fmt: skip


class Criteria(NamedTuple):
    """A type and the parameters of a search of it, in an order that does not depend on how they were sent."""

    type: str
    pairs: tuple[tuple[str, str], ...]

    @property
    def words(self) -> str:
        """The search as one text, the same for everybody who asks the same."""
        return f"{self.type}?{urlencode(self.pairs)}"


def read(type_name: str, text: str) -> Criteria:
    """The criteria in a query string or `If-None-Exist`.

    Raises SSK-3140 when there are none, SSK-3001 for a parameter that shapes an answer and chooses nothing, SSK-3004.
    """
    query = text.removeprefix(f"{type_name}?").removeprefix("?")
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=MOST_PAIRS)
    except ValueError as error:
        raise Problem("SSK-3004", name="?", form="name=value&…") from error
    return of_pairs(type_name, pairs)


def of_pairs(type_name: str, pairs: Iterable[tuple[str, str]]) -> Criteria:
    """The criteria in the parameters of an address. Raises as `read`."""
    chosen = tuple(sorted(pair for pair in pairs if pair[0] not in _OF_ANSWERS))
    for name, _ in chosen:
        if name.partition(":")[0] in _NOT_CONDITIONS:
            raise Problem("SSK-3001", name=name, type=type_name)
    if not chosen:
        raise Problem("SSK-3140")
    return Criteria(type_name, chosen)


def lock(wanted: Iterable[Criteria]) -> None:
    """Wait for everybody who acts on the same criteria, and make others wait until this transaction ends."""
    numbers = sorted({_number(one.words) for one in wanted})
    if numbers:
        db.execute("select pg_advisory_xact_lock(number) from unnest(%s::int8[]) as wanted (number)", (numbers,))


def found(desk: Desk, criteria: Criteria, most: int = 1) -> list[Stored]:
    """What the actor may see of it: `most` resources and one more at most. Its criteria are locked by the caller.

    Raises SSK-3140 when no parameter chooses anything, and what a search raises.
    """
    pairs = [*criteria.pairs, ("_count", str(most + 1))]
    query = parse(criteria.type, pairs, base=desk.base, now=desk.at)
    if not query.conditions:
        raise Problem("SSK-3140")
    return finding.search(desk.attempt.actor, query, desk.at).found


def one(desk: Desk, criteria: Criteria) -> Stored | None:
    """The one resource that meets the criteria, or None; SSK-3413 when there are more."""
    met = found(desk, criteria)
    if len(met) > 1:
        raise Problem("SSK-3413")
    return met[0] if met else None


def name_of(stored: Stored) -> str:
    """The id of a resource that was found."""
    return bodies.name_in(stored.type, stored.body)


def done_of(stored: Stored) -> Done:
    """A resource that is there already, as the answer to a create."""
    return Done(200, stored.type, name_of(stored), stored.version, stored.updated, stored.body)


def _number(words: str) -> int:
    return int.from_bytes(blake2b(words.encode(), digest_size=8).digest(), "big", signed=True)
