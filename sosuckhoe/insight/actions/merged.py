"""Count persons anew who were made one, or two again: an outbox that the merge writes (identity_merge.counted)."""

from __future__ import annotations

from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.insight.actions import people


def count() -> None:
    """Bring the shares of both up to date; who has no visits any more has no row."""
    found = db.tuples("update identity_merge set counted = true where not counted returning keep, gone")
    persons = sorted({person for pair in found for person in pair})
    if persons:
        buckets = [bucket_of(person) for person in persons]
        people.recount((buckets, persons))
        db.execute(
            """
            delete from insight_person own using unnest(%s::int4[], %s::int8[]) as done (bucket, person)
            where own.bucket = done.bucket and own.person = done.person and own.shares = '[]' and own.heard is null
            """,
            (buckets, persons),
        )
