"""What owners ask for by right: to correct, to have a copy, to restrict, to erase. Each has two clocks.

A correction goes to the facility that owns the entry; the old version stays in the history when it sends a new one.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from sosuckhoe.access import audit, policy, working_days
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db, facts
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import bucket_in, bucket_of, new_key


class Asked(NamedTuple):
    """A request. `entry`: `Type/id` or ''; `outcome`: '' until it is answered."""

    id: UUID
    person: int
    kind: str
    entry: str
    facility: str
    said: str
    at: datetime
    reply_due: datetime
    done_due: datetime
    answered: datetime | None
    outcome: str
    answer: str

    def is_late(self, at: datetime) -> bool:
        """Whether its last day has passed without an answer."""
        return self.answered is None and at > self.done_due


@cache
def words() -> dict[str, Any]:
    """`data/requests.yaml`."""
    return facts.read_yaml(Path(__file__).parent / "data" / "requests.yaml")


def ask(actor: Actor, person: int, kind: str, entry: str, facility: str, said: str, at: datetime) -> UUID:
    """Ask a facility for something. Raises SSK-1154 without a kind, a facility and words."""
    if kind not in words()["kinds"] or not facility or not said.strip():
        raise Problem("SSK-1154")
    key = new_key(bucket_of(person), at)
    with db.atomic():
        policy.check(actor, "ask", "book", person=person)
        db.execute(
            """
            insert into access_request (bucket, id, person, kind, entry, facility, said, at, reply_due, done_due)
            values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            """,
            (
                bucket_of(person), key, person, kind, entry, facility, said.strip(), at,
                working_days.after(at, words()["reply_working_days"]),
                at + timedelta(days=words()["kinds"][kind]["days"]),
            ),
        )  # fmt: skip
        audit.record(actor, "ask", kind="book", person=person, key=key, detail=kind, at=at)
    return key


def answer(actor: Actor, key: UUID, outcome: str, said: str, at: datetime) -> None:
    """Answer a request of the own facility, once. Raises SSK-1155 without outcome and words, SSK-1002."""
    if outcome not in words()["outcomes"] or not said.strip():
        raise Problem("SSK-1155")
    with db.atomic():
        policy.check(actor, "answer", "request", facility=actor.facility or "")
        known = db.one(
            """
            update access_request
            set replied = coalesce(replied, %s), answered = %s, outcome = %s, answer = %s, account = %s
            where bucket = %s and id = %s and facility = %s and answered is null returning person
            """,
            (at, at, outcome, said.strip(), actor.account, bucket_in(key), key, actor.facility),
        )
        if known is None:
            raise Problem("SSK-1002")
        audit.record(actor, "answer", kind="request", person=known.person, key=key, detail=outcome, at=at)


def of_person(person: int) -> list[Asked]:
    """What was asked about a book, newest first."""
    return _read("bucket = %s and person = %s order by at desc", (bucket_of(person), person))


def of_facility(facility: str) -> list[Asked]:
    """What waits for a facility's answer, the most urgent first, then the newest answered."""
    return _read("facility = %s order by answered is not null, done_due limit 200", (facility,))


def _read(where: str, values: tuple[object, ...]) -> list[Asked]:
    columns = "id, person, kind, entry, facility, said, at, reply_due, done_due, answered, outcome, answer"
    return [Asked._make(row) for row in db.tuples(f"select {columns} from access_request where {where}", values)]  # noqa: S608 -- conditions from above
