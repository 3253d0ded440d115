"""Pairs that may be one person, for the review desk (table identity_doubt)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_of

LIKENESS = "likeness"
"""What a doubt names in place of a number, when two persons are alike but share none that may join them."""


def write(found: Mapping[tuple[int, int, str], float], at: datetime) -> None:
    """Note (person, other, what they share) with the bits of each; what stands already stays."""
    for (person, other, system), bits in sorted(found.items()):
        db.execute(
            """
            insert into identity_doubt (bucket, person, other, system, since, score) values (%s, %s, %s, %s, %s, %s)
            on conflict do nothing
            """,
            (bucket_of(person), person, other, system, at, bits),
        )


def since(person: int, others: Collection[int]) -> dict[int, datetime]:
    """When it was first noted of each pair that they are alike; every pair must have been."""
    found = db.tuples(
        """
        select other, since from identity_doubt
        where bucket = %(bucket)s and person = %(person)s and other = any (%(others)s::int8[]) and system = %(system)s
        union all
        select person, since from identity_doubt
        join unnest(%(buckets)s::int4[], %(others)s::int8[]) as asked (bucket, person) using (bucket, person)
        where other = %(person)s and system = %(system)s
        """,
        {
            "bucket": bucket_of(person),
            "person": person,
            "others": list(others),
            "buckets": [bucket_of(other) for other in others],
            "system": LIKENESS,
        },
    )
    return {other: min(when for one, when in found if one == other) for other, _ in found}
