"""Whose records no longer leave the house in a file as it came: what was restricted, hidden or erased stands in it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_of


def is_any(persons: Collection[int], since: datetime) -> bool:
    """Whether something of one of these books is hidden or restricted now, or was erased since a moment."""
    known = sorted(persons)
    values = {"buckets": [bucket_of(person) for person in known], "persons": known, "since": since}
    return bool(known) and bool(db.value(_ASKED, values))


_ASKED = """
select exists (
  select from unnest(%(buckets)s::int4[], %(persons)s::int8[]) as asked (bucket, person)
  where exists (select from access_hidden h where h.bucket = asked.bucket and h.person = asked.person)
    or exists (
      select from access_audit a
      where a.bucket = asked.bucket and a.person = asked.person and a.at >= %(since)s
        and a.action in ('erase', 'purge') and a.outcome = 'done'
    )
)
"""
