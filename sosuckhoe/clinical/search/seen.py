"""Whose rows a search may see, as SQL. At every hop of a chain it is asked anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from sosuckhoe.base.keys import NOBODY, bucket_of
from sosuckhoe.clinical.search.statement import Statement


class Seen(NamedTuple):
    """Whose rows may be seen: those of `persons` (None: anybody's), and only of whom `facility` has treated.

    {NOBODY} stands for the entries of registers, whose keys carry buckets of their own.
    """

    persons: frozenset[int] | None
    facility: str | None
    hidden_labels: int

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

    `by_tie`: the search may start with whom the facility has treated; otherwise each row is asked.
    """
    yield f"r.label & {made.bind(seen.hidden_labels)} = 0"
    if seen.persons == REGISTERS:
        yield f"r.person = {NOBODY}"
    elif seen.persons is not None:
        yield among(made, "r.person", sorted(seen.persons), bucket_of)
    if seen.facility is not None and by_tie:
        facility = made.bind(seen.facility)
        yield f"(r.bucket, r.person) in (select t.bucket, t.person from access_tie t where t.facility = {facility})"  # noqa: S608 -- values are bound
    elif seen.facility is not None:
        yield (
            "(exists (select from access_tie t where t.bucket = r.bucket and t.person = r.person"
            f" and t.facility = {made.bind(seen.facility)})) is true"
        )


def among(made: Statement, column: str, keys: Sequence[Any], bucket: Callable[[Any], int]) -> str:
    """Rows with one of these keys, each with its bucket."""
    if not keys:
        return "false"
    if len(keys) == 1:
        return f"r.bucket = {made.bind(bucket(keys[0]))} and {column} = {made.bind(keys[0])}"
    kind = "uuid" if column == "r.rid" else "int8"
    buckets, marks = made.bind([bucket(key) for key in keys]), made.bind(list(keys))
    return f"(r.bucket, {column}) in (select * from unnest({buckets}::int4[], {marks}::{kind}[]))"  # noqa: S608 -- values are bound
