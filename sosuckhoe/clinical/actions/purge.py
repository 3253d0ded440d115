"""Remove a person's rows for good, with their history. The trace stays: it says that it was done, by whom and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from sosuckhoe.access import audit, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db, facts
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import bucket_of

_FILE = Path(__file__).parent.parent / "data" / "purging.yaml"
_VALUES = ("clinical_date", "clinical_text", "clinical_number")


@cache
def grounds() -> frozenset[str]:
    """The grounds on which rows may be removed (`data/purging.yaml`)."""
    return frozenset(facts.read_yaml(_FILE)["grounds"])


def _drop_values(bucket: int, rids: list[UUID]) -> None:
    for table in _VALUES:
        db.execute(f"delete from {table} where bucket = %s and rid = any (%s)", (bucket, rids))  # noqa: S608 -- names from above
    names = [str(rid) for rid in rids]
    db.execute("delete from clinical_event where bucket = %s and name = any (%s)", (bucket, names))
    db.execute("delete from clinical_notice where name = any (%s)", (names,))


def purge(actor: Actor, person: int, key: UUID, ground: str, at: datetime, *, also: Callable[[int], None]) -> int:
    """Remove everything of one person from the repository; how many versions went.

    `also` removes what rooms above keep of the person, in the same transaction.
    Raises SSK-1002 when policy forbids it, which leaves a line in the trace too.
    """
    try:
        policy.check(actor, "purge", "record", person=person)
    except Problem:
        audit.record(actor, "purge", kind="Patient", person=person, key=key, outcome="refused", at=at)
        raise
    bucket = bucket_of(person)
    with db.atomic():
        keys = "select rid from clinical_resource where bucket = %s and person = %s for update"
        rids = [row[0] for row in db.tuples(keys, (bucket, person))]
        _drop_values(bucket, rids)
        db.execute("delete from clinical_address where bucket = %s and rid = any (%s)", (bucket, rids))
        gone = db.execute("delete from clinical_history where bucket = %s and person = %s", (bucket, person))
        gone += db.execute("delete from clinical_resource where bucket = %s and person = %s", (bucket, person))
        also(person)
        audit.record(actor, "purge", kind="Patient", person=person, key=key, detail=ground, at=at)
    return gone
