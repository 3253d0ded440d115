"""Joins by likeness, written down as they were decided: each field's level and its bits, no value of a record.

A join by number explains itself by the number; one by likeness only by these rows (table identity_likeness).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import orjson

from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_of, new_key
from sosuckhoe.identity.compare.score import Decision, Part


class Likeness(NamedTuple):
    """Who was meant, by a record of which facility ('' when two persons were made one), and why."""

    person: int
    facility: str
    decision: Decision


class Joined(NamedTuple):
    """A join by likeness that stands."""

    at: datetime
    facility: str
    decision: Decision


def write(found: Sequence[Likeness], at: datetime) -> None:
    """Write joins down, inside the caller's transaction. One statement."""
    if not found:
        return
    buckets = [bucket_of(one.person) for one in found]
    db.execute(
        """
        insert into identity_likeness (bucket, likeness, person, facility, at, total, verdict, rule, levels)
        select bucket, likeness, person, facility, %s, total, verdict, rule, levels::jsonb
        from unnest(%s::int4[], %s::uuid[], %s::int8[], %s::text[], %s::float8[], %s::text[], %s::text[], %s::text[])
          as new (bucket, likeness, person, facility, total, verdict, rule, levels)
        """,
        (
            at,
            buckets,
            [new_key(bucket, at) for bucket in buckets],
            [one.person for one in found],
            [one.facility for one in found],
            [one.decision.total for one in found],
            [one.decision.verdict for one in found],
            [one.decision.rule for one in found],
            [orjson.dumps([list(part) for part in one.decision.parts]).decode() for one in found],
        ),
    )


def of_person(person: int) -> list[Joined]:
    """The joins by likeness of a person, newest first; those of a merge that was undone are with whom they were."""
    found = db.tuples(
        """
        select at, facility, total, levels::text, verdict, rule from identity_likeness
        where bucket = %s and person = %s order by at desc, likeness
        """,
        (bucket_of(person), person),
    )
    return [
        Joined(at, facility, Decision(total, tuple(Part(*part) for part in orjson.loads(levels)), verdict, rule))
        for at, facility, total, levels, verdict, rule in found
    ]
