"""Whose rows a search may see, as SQL. At every hop of a chain it is asked anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from sosuckhoe.access import sight
from sosuckhoe.base.keys import NOBODY, bucket_of
from sosuckhoe.clinical.search import within as narrowed
from sosuckhoe.clinical.search.statement import Statement
from sosuckhoe.clinical.search.within import Within


class Seen(NamedTuple):
    """Whose rows may be seen: as `access.policy.Scope` says.

    {NOBODY} stands for the entries of registers, whose keys carry buckets of their own. `within`: of these rows only
    those that an app may see.
    """

    persons: frozenset[int] | None
    holders: tuple[str, ...]
    hidden_labels: int
    open: frozenset[int] = frozenset()
    within: Within | None = None

    def only(self, persons: frozenset[int] | None) -> Seen:
        """The same of some persons alone; None changes nothing."""
        if persons is None:
            return self
        return self._replace(persons=persons if self.persons is None else persons & self.persons)

    @property
    def is_narrow(self) -> bool:
        """Whether the rows of some persons are all that there is to read."""
        return self.persons is not None and self.persons != REGISTERS


REGISTERS = frozenset({NOBODY})


def clauses(made: Statement, seen: Seen, *, by_tie: bool) -> Iterator[str]:
    """Which rows of `clinical_resource r`; the bucket stands in every clause that names persons.

    `by_tie`: the search may start with those to whom a tie leads; otherwise each row is asked.
    """
    holders = made.bind(list(seen.holders)) if seen.holders else ""
    if by_tie or not holders:
        yield _unhidden(made, seen, holders)
    if seen.persons == REGISTERS:
        yield f"r.person = {NOBODY}"
    elif seen.persons is not None:
        yield among(made, "r.person", sorted(seen.persons), bucket_of)
    if holders and by_tie:
        yield f"(r.bucket, r.person) in (select t.bucket, t.person from access_tie t where {sight.live(holders)})"  # noqa: S608 -- values are bound
    elif holders:
        yield f"({sight.tied('r', holders, _shown_by_tie(made, seen), apart=True)}) is true"


def clauses_within(made: Statement, seen: Seen) -> Iterator[str]:
    """Which of these rows an app sees. Asked of a whole row of `clinical_resource r`, also where rights come later."""
    if written := narrowed.clause(made.bind, seen.within):
        yield written


def _shown_by_tie(made: Statement, seen: Seen) -> str:
    """One tie is asked for both: that there is one, and what it shows. Two sub-selects find it twice."""
    return sight.shown_by_tie("r", made.bind(seen.hidden_labels), made.bind(sorted(seen.open)) if seen.open else None)


def _unhidden(made: Statement, seen: Seen, holders: str) -> str:
    hidden = made.bind(seen.hidden_labels)
    if holders or seen.open:
        return sight.unhidden("r", hidden, made.bind(sorted(seen.open)), holders or "'{}'")
    return f"r.label & {hidden} = 0"


def among(made: Statement, column: str, keys: Sequence[Any], bucket: Callable[[Any], int]) -> str:
    """Rows with one of these keys, each with its bucket."""
    if not keys:
        return "false"
    if len(keys) == 1:
        return f"r.bucket = {made.bind(bucket(keys[0]))} and {column} = {made.bind(keys[0])}"
    kind = "uuid" if column == "r.rid" else "int8"
    buckets, marks = made.bind([bucket(key) for key in keys]), made.bind(list(keys))
    return f"(r.bucket, {column}) in (select * from unnest({buckets}::int4[], {marks}::{kind}[]))"  # noqa: S608 -- values are bound
