"""What owners ask for by right: to correct, to have a copy, to restrict, to erase. Each has two clocks.

A correction goes to the facility that owns the entry; the old version stays in the history when it sends a new one.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from sosuckhoe.access import audit, policy, working_days
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db, facts
from sosuckhoe.base.clock import VIETNAM
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import bucket_in, bucket_of, new_key

ERASE, RESTRICT, DONE = "erase", "restrict", "done"
ENTRY, WHOLE = "entry", "whole"
"""How far an erasure reaches: the entry alone, or with the visit or profile that it stands in."""

Desks = Collection[str]
"""Those for whom somebody answers: codes of facilities, or URIs of other systems."""


class Asked(NamedTuple):
    """A request. `entry`: `Type/id` or ''; `outcome`: '' until it is answered.

    `facility`: who is asked, a facility's code or the URI of another system. `ground`, `proposer`, `extent`: of an
    erasure that is granted and that a second person is to confirm.
    """

    id: UUID
    person: int
    kind: str
    entry: str
    facility: str
    said: str
    at: datetime
    reply_due: datetime
    done_due: datetime
    replied: datetime | None
    answered: datetime | None
    outcome: str
    answer: str
    ground: str
    proposer: int | None
    extent: str

    def is_late(self, at: datetime) -> bool:
        """Whether its last day has passed without an answer."""
        return self.answered is None and at > self.done_due

    def is_reply_late(self, at: datetime) -> bool:
        """Whether nobody has replied in time."""
        return self.replied is None and self.answered is None and at > self.reply_due

    def days_left(self, at: datetime) -> int:
        """Days of the calendar until it must be done; below 0 when that day has passed."""
        return (self.done_due.astimezone(VIETNAM).date() - at.astimezone(VIETNAM).date()).days

    def clocks(self, at: datetime) -> dict[str, object]:
        """How it stands, for pages: days left, days over, and what is overdue."""
        left = self.days_left(at)
        return {"left": left, "over": -left, "is_late": self.is_late(at), "is_reply_late": self.is_reply_late(at)}


@cache
def erasing() -> dict[str, Any]:
    """`data/erasing.yaml`."""
    return facts.read_yaml(Path(__file__).parent / "data" / "erasing.yaml")


@cache
def words() -> dict[str, Any]:
    """`data/requests.yaml`."""
    return facts.read_yaml(Path(__file__).parent / "data" / "requests.yaml")


def ask(actor: Actor, person: int, kind: str, entry: str, facility: str, said: str, at: datetime) -> UUID:
    """Ask a facility for something; what waits in the same words is the same request, sent twice.

    Raises SSK-1154 without a kind, a facility and words.
    """
    if kind not in words()["kinds"] or not facility or not said.strip():
        raise Problem("SSK-1154")
    with db.atomic():
        policy.check(actor, "ask", "book", person=person)
        db.value("select pg_advisory_xact_lock(hashtextextended(%s, 22))", (f"ask {person}",))
        if waits := _waiting(person, (kind, entry, facility, said.strip())):
            return waits
        key = new_key(bucket_of(person), at)
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


def _waiting(person: int, asked: tuple[str, str, str, str]) -> UUID | None:
    """The request of these words that has no answer yet."""
    found: UUID | None = db.value(
        """
        select id from access_request where bucket = %s and person = %s and answered is null
        and (kind, entry, facility, said) = (%s, %s, %s, %s)
        """,
        (bucket_of(person), person, *asked),
    )
    return found


class Decision(NamedTuple):
    """Why an erasure is granted (`data/erasing.yaml`), the words for the owner, and how far it reaches."""

    ground: str
    said: str
    extent: str = WHOLE


def answer(actor: Actor, key: UUID, outcome: str, said: str, at: datetime, desks: Desks = ()) -> Asked:
    """Answer a request of the own facility, once. Raises SSK-1155 without outcome and words, SSK-1002, SSK-5030.

    `desks`: the systems for which the actor answers, as of every function below.

    SSK-2402: an erasure is granted by `propose` and `confirm`.
    """
    if outcome not in words()["outcomes"] or not said.strip():
        raise Problem("SSK-1155")
    with db.atomic():
        asked = _own(actor, key, desks)
        if asked.kind == ERASE and outcome == DONE:
            raise Problem("SSK-2402")
        _close(actor, asked, outcome, said.strip(), at)
    return asked


def propose(actor: Actor, key: UUID, decision: Decision, at: datetime, desks: Desks = ()) -> Asked:
    """Grant an erasure, as far as one person can. Raises SSK-2402 without a ground of the list and words, SSK-1002."""
    ground, said, extent = decision
    if ground not in erasing()["grounds"] or extent not in erasing()["extents"] or not said.strip():
        raise Problem("SSK-2402")
    with db.atomic():
        asked = _own(actor, key, desks)
        if asked.kind != ERASE:
            raise Problem("SSK-1002")
        db.execute(
            """
            update access_request
            set replied = coalesce(replied, %s), ground = %s, answer = %s, proposer = %s, extent = %s
            where bucket = %s and id = %s
            """,
            (at, ground, said.strip(), actor.account, extent, bucket_in(key), key),
        )
        audit.record(actor, "answer", kind="request", person=asked.person, key=key, detail=f"propose {ground}", at=at)
    return asked._replace(ground=ground, extent=extent)


def confirm(actor: Actor, key: UUID, at: datetime, desks: Desks = ()) -> Asked:
    """Confirm an erasure that somebody else of the facility has granted. SSK-2403 for the same person, SSK-1002."""
    with db.atomic():
        asked = _own(actor, key, desks)
        if asked.proposer is None:
            raise Problem("SSK-1002")
        if asked.proposer == actor.account:
            raise Problem("SSK-2403")
        _close(actor, asked, DONE, asked.answer, at)
    return asked


def send_back(actor: Actor, key: UUID, at: datetime, desks: Desks = ()) -> None:
    """Do not confirm: the request waits for an answer again."""
    with db.atomic():
        asked = _own(actor, key, desks)
        if asked.proposer is None:
            raise Problem("SSK-1002")
        db.execute(
            """
            update access_request set ground = '', answer = '', proposer = null, extent = ''
            where bucket = %s and id = %s
            """,
            (bucket_in(key), key),
        )
        audit.record(actor, "answer", kind="request", person=asked.person, key=key, detail="send back", at=at)


def of_person(person: int) -> list[Asked]:
    """What was asked about a book: what waits first, the most urgent before, then the newest."""
    where = "bucket = %s and person = %s order by answered is not null, done_due, at desc"
    return _read(where, (bucket_of(person), person))


def of_facility(facility: str) -> list[Asked]:
    """What waits for a facility's answer, overdue first, then the most urgent; then what was answered."""
    return of_desks([facility])


def of_desks(desks: Desks) -> list[Asked]:
    """The same of several, facilities or systems."""
    next_due = "case when replied is null then least(reply_due, done_due) else done_due end"
    return _read(
        f"facility = any (%s) order by answered is not null, {next_due}, done_due, answered desc limit 200",
        (list(desks),),
    )


class Standing(NamedTuple):
    """How a facility stands with what people asked of it. `next_due`: of the most urgent; None when nothing waits."""

    facility: str
    waiting: int
    late: int
    done: int
    next_due: datetime | None


def standings(actor: Actor, at: datetime) -> list[Standing]:
    """How every facility stands, those with something overdue first: totals, nobody's record."""
    policy.check(actor, "read", "quality")
    found = db.tuples(
        """
        select facility, count(*) filter (where answered is null),
          count(*) filter (where answered is null and (done_due < %(at)s or replied is null and reply_due < %(at)s)),
          count(*) filter (where answered is not null), min(done_due) filter (where answered is null)
        from access_request group by facility order by 3 desc, 5 nulls last, facility
        """,
        {"at": at},
    )
    return [Standing._make(row) for row in found]


def _own(actor: Actor, key: UUID, desks: Desks) -> Asked:
    """A request of the own facility, held until the transaction ends. SSK-1002; SSK-5030 for an answered one."""
    own = [actor.facility] if actor.facility else list(desks)
    policy.check(actor, "answer", "request", facility=actor.facility or (None if desks else ""))
    known = _read("bucket = %s and id = %s and facility = any (%s) for update", (bucket_in(key), key, own))
    if not known:
        raise Problem("SSK-1002")
    if known[0].answered:
        raise Problem("SSK-5030")
    return known[0]


def _close(actor: Actor, asked: Asked, outcome: str, said: str, at: datetime) -> None:
    db.execute(
        """
        update access_request
        set replied = coalesce(replied, %s), answered = %s, outcome = %s, answer = %s, account = %s
        where bucket = %s and id = %s
        """,
        (at, at, outcome, said, actor.account, bucket_in(asked.id), asked.id),
    )
    audit.record(actor, "answer", kind="request", person=asked.person, key=asked.id, detail=outcome, at=at)


def _read(where: str, values: tuple[object, ...]) -> list[Asked]:
    columns = ", ".join(Asked._fields)
    return [Asked._make(row) for row in db.tuples(f"select {columns} from access_request where {where}", values)]  # noqa: S608 -- conditions from above
