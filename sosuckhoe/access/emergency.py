"""Opening a book in an emergency: a reason, a few hours, the owner is told, another person reviews it.

The grant, the tie and the line of the trace are one transaction: where the trace cannot be written nothing opens.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from sosuckhoe.access import audit, grants, labels, notices, policy, working_days
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db, facts
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import bucket_in, bucket_of

SHORTEST = 10


class Opened(NamedTuple):
    """A book opened in an emergency. `name`: of who did it."""

    id: UUID
    person: int
    account: int
    name: str
    facility: str
    reason: str
    said: str
    at: datetime
    due: datetime
    reviewed: datetime | None
    verdict: str
    note: str


@cache
def words() -> dict[str, Any]:
    """`data/emergency.yaml`."""
    return facts.read_yaml(Path(__file__).parent / "data" / "emergency.yaml")


def break_glass(actor: Actor, person: int, reason: str, said: str, text: str, at: datetime) -> UUID:
    """Let this one account see the book for some hours, sensitive entries too, but not what its owner hides.

    Raises SSK-1151 without a reason of the list and some words; SSK-1002 where policy forbids it.
    """
    if reason not in words()["reasons"] or len(said.strip()) < SHORTEST:
        raise Problem("SSK-1151")
    until = at + timedelta(hours=words()["hours"])
    scope = {"labels": labels.sensitive(), "reason": reason}
    with db.atomic():
        wish = grants.Wish("emergency", f"@{actor.account}", scope, text, until, "emergency")
        key = grants.give(actor, person, wish, at)
        db.execute(
            """
            insert into access_emergency (bucket, id, person, account, facility, reason, said, at, due)
            values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
            """,
            (
                bucket_of(person), key, person, actor.account, actor.facility or "", reason, said.strip(), at,
                working_days.after(at, words()["review_working_days"]),
            ),
        )  # fmt: skip
        notices.tell_of(person, "emergency", at)
    return key


def of_person(person: int, since: datetime) -> list[Opened]:
    """When somebody's book was opened so, newest first: what its owner is told."""
    return _read("e.bucket = %s and e.person = %s and e.at >= %s", (bucket_of(person), person, since))


def to_review() -> list[Opened]:
    """What nobody has reviewed, the most urgent first."""
    return sorted(_read("e.reviewed is null", ()), key=lambda one: one.due)


def waits_for_review(person: int) -> bool:
    """Whether an opening of somebody's book is still to be reviewed."""
    return any(one.reviewed is None for one in _read("e.bucket = %s and e.person = %s", (bucket_of(person), person)))


def review(actor: Actor, key: UUID, verdict: str, note: str, at: datetime) -> None:
    """Say whether an opening was justified; a second person does, once. Raises SSK-1152 for no verdict, SSK-1002."""
    policy.check(actor, "review", "emergency")
    if verdict not in words()["verdicts"] or not note.strip():
        raise Problem("SSK-1152")
    with db.atomic():
        known = db.one(
            """
            update access_emergency set reviewed = %s, reviewer = %s, verdict = %s, note = %s
            where bucket = %s and id = %s and reviewed is null and account <> %s returning person
            """,
            (at, actor.account, verdict, note.strip(), bucket_in(key), key, actor.account),
        )
        if known is None:
            raise Problem("SSK-1002")
        audit.record(actor, "review", kind="emergency", person=known.person, key=key, detail=verdict, at=at)


def _read(where: str, values: tuple[object, ...]) -> list[Opened]:
    found = db.tuples(
        f"""
        select e.id, e.person, e.account, coalesce(a.display_name, ''), e.facility, e.reason, e.said, e.at, e.due,
          e.reviewed, e.verdict, e.note
        from access_emergency e left join access_account a on a.id = e.account
        where {where} order by e.at desc
        """,  # noqa: S608 -- conditions from above
        values,
    )
    return [Opened._make(row) for row in found]
