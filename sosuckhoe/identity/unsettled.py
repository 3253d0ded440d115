"""Persons of whom a record told more, until somebody has looked who else they prove to be (table identity_unsettled).

A record is compared once, with what is known when it comes. What a later record tells of one of two books may show
that they are one: `find_or_create` writes such persons here, and the worker settles them after the records are filed.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_of


def write(persons: Collection[int], at: datetime) -> None:
    """Note persons, inside the caller's transaction; of one who waits already the newer word counts.

    `at` may lie ahead: not before that they are looked at, unless they are noted again.
    """
    if not persons:
        return
    rows = sorted((bucket_of(person), person) for person in persons)
    db.execute(
        """
        insert into identity_unsettled (bucket, person, since)
        select bucket, person, %s from unnest(%s::int4[], %s::int8[]) as new (bucket, person)
        on conflict (bucket, person) do update set since = excluded.since
        """,
        (at, [bucket for bucket, _ in rows], [person for _, person in rows]),
    )


def waiting(most: int, at: datetime) -> list[tuple[int, datetime]]:
    """Who has waited longest, and since when; those who were put off are not told before their time."""
    found = db.tuples(
        "select person, since from identity_unsettled where since <= %s order by since limit %s", (at, most)
    )
    return [(person, since) for person, since in found]


def strike_off(person: int, since: datetime) -> None:
    """They are settled, unless a record has told more after that moment.

    As the last act of a transaction: filing waits for this row while it holds the person's.
    """
    db.execute(
        "delete from identity_unsettled where bucket = %s and person = %s and since = %s",
        (bucket_of(person), person, since),
    )


def strike_off_all(persons: Collection[int], at: datetime) -> None:
    """They were settled in the transaction that noted them; who is to be looked at later still is."""
    for person in sorted(persons, key=lambda one: (bucket_of(one), one)):
        db.execute(
            "delete from identity_unsettled where bucket = %s and person = %s and since <= %s",
            (bucket_of(person), person, at),
        )


def put_off(person: int, until: datetime) -> None:
    """They could not be settled: another try at that moment."""
    db.execute(
        "update identity_unsettled set since = greatest(since, %s) where bucket = %s and person = %s",
        (until, bucket_of(person), person),
    )
