"""The review desk: pairs that may be one person, one reviewer a pair at a time, decisions that are remembered.

A decision names two persons by their Patients' ids; nobody sees an internal key. Every look and act is traced for both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sosuckhoe.access import audit, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import bucket_in, bucket_of
from sosuckhoe.identity import area, deciding, merging, queries
from sosuckhoe.identity.compare.score import Decision, score
from sosuckhoe.identity.queries import Known

OPEN, FIRST, APART, LATER = "open", "first", "apart", "later"
MOST_EXAMINED = 500
"""Doubts that a list looks at, most alike first; it shows those of the actor's area that wait."""


class Doubt(NamedTuple):
    """A pair that waits. `kind` is the number that they share, or 'likeness'; `state` is open or first."""

    one: Known
    other: Known
    kind: str
    score: float | None
    since: datetime
    state: str


class Done(NamedTuple):
    """What an account has decided: a merge by its number, or two kept apart (number 0)."""

    number: int
    one: UUID
    other: UUID
    at: datetime


def waiting(actor: Actor, at: datetime, kind: str = "", facility: str = "", days: int = 0) -> list[Doubt]:
    """The pairs that the actor may decide now, most alike first; those that somebody else looks at are left out.

    `days`: only those that have waited so long.
    """
    policy.check(actor, "review", "person", person=0)
    rows = db.tuples(
        """
        select least(person, other), greatest(person, other), min(system), max(score), min(since)
        from identity_doubt where %s in ('', system)
        group by 1, 2 having min(since) <= %s order by max(score) desc nulls last, 1, 2 limit %s
        """,
        (kind, at - timedelta(days=days), MOST_EXAMINED),
    )
    living = _living({person for row in rows for person in row[:2]})
    near = area.among(actor, living)
    states = _states([row[:2] for row in rows])
    found = []
    for one, other, system, bits, since in rows:
        state, holder, until = states.get((one, other), (OPEN, 0, None))
        is_held = until is not None and until > at and holder != actor.account
        if not {one, other} <= near or state == APART or is_held:
            continue
        doubt = Doubt(living[one], living[other], system, bits, since, state if state == FIRST else OPEN)
        if facility in {"", doubt.one.claim.facility, doubt.other.claim.facility}:
            found.append(doubt)
    return found


def take(actor: Actor, one: UUID, other: UUID, at: datetime) -> Doubt:
    """Look at a pair: for some minutes nobody else gets it. Raises SSK-1002, SSK-4516, SSK-4518."""
    pair = _pair(actor, one, other, at)
    until = at + timedelta(minutes=deciding.lease_minutes())
    with db.atomic():
        state = _hold(actor, pair, at, until)
        _trace(actor, pair, "open", at)
    return Doubt(pair[0], pair[1], "", score(pair[0].claim, pair[1].claim).total, at, state)


def decide(
    actor: Actor, pair: tuple[UUID, UUID], decision: str, reason: str, at: datetime, *, smaller_book: int
) -> str:
    """Say what a pair is: merge, apart, later or reopen. What became of it: merged, first, apart, later, open.

    Raises SSK-1002, SSK-4515, SSK-4516, SSK-4517 (a merge that wants two, by the same account twice), SSK-4518.
    """
    one, other = known = _pair(actor, *pair, at)
    if not deciding.explains(reason, decision):
        raise Problem("SSK-4515")
    with db.atomic():
        if decision == "reopen":
            _write(actor, known, OPEN, reason, at)
            state = OPEN
        else:
            before = _hold(actor, known, at, at)
            state = _decided(actor, known, decision, before, reason, at, smaller_book)
        if state == "merged":
            merging.merge(actor, one.ref.person, other.ref.person, reason, at)
        else:
            _trace(actor, known, f"{state}: {reason}", at)
    return state


def _decided(
    actor: Actor, pair: tuple[Known, Known], decision: str, before: str, reason: str, at: datetime, smaller_book: int
) -> str:
    if decision != "merge":
        until = at + timedelta(days=deciding.later_days()) if decision == LATER else None
        _write(actor, pair, decision, reason, at, until)
        return decision
    if deciding.wants_two(compared(pair), smaller_book):
        if before != FIRST:
            _write(actor, pair, FIRST, reason, at)
            return FIRST
        if _author(pair) == actor.account:
            raise Problem("SSK-4517")
    return "merged"


def compared(pair: tuple[Known, Known]) -> Decision:
    """What the comparison says of a pair."""
    return score(pair[0].claim, pair[1].claim)


def done_by(actor: Actor, since: datetime) -> list[Done]:
    """What the actor has decided since a moment and may take back, newest first."""
    merges = db.tuples(
        """
        select done.merge, keep.patient, gone.patient, done.at from identity_merge done
        join identity_person keep on keep.person = done.keep and keep.bucket = done.bucket
        join identity_person gone on gone.person = done.gone
        where done.account = %s and done.at >= %s and done.undone is null
        """,
        (actor.account, since),
    )
    apart = db.tuples(
        """
        select 0, one.patient, other.patient, review.at from identity_review review
        join identity_person one on one.person = review.person join identity_person other on other.person = review.other
        where review.account = %s and review.at >= %s and review.state = 'apart'
        """,
        (actor.account, since),
    )
    return sorted((Done(*row) for row in (*merges, *apart)), key=lambda one: one.at, reverse=True)


def is_taken_back(actor: Actor, number: int, pair: tuple[UUID, UUID], since: datetime) -> bool:
    """Whether the actor took back this own decision since a moment. `number`: of the merge, 0 for a pair kept apart."""
    if number:
        asked = "select true from identity_merge where merge = %s and account = %s and undone >= %s"
        return bool(db.value(asked, (number, actor.account, since)))
    found = db.value(
        """
        select true from identity_review review
        join identity_person one on one.person = review.person join identity_person other on other.person = review.other
        where one.patient = %s and other.patient = %s
          and review.account = %s and review.at >= %s and review.state = 'open'
        """,
        (*pair, actor.account, since),
    )
    return bool(found)


def counted(actor: Actor, since: datetime) -> Counter[str]:
    """How many merges, pairs kept apart and pairs put off the actor has decided since a moment."""
    merged = db.value(
        "select count(*) from identity_merge where account = %s and at >= %s and undone is null", (actor.account, since)
    )
    states = db.tuples(
        "select state, count(*) from identity_review where account = %s and at >= %s group by state",
        (actor.account, since),
    )
    return Counter({"merged": merged, **dict(states)})


def _pair(actor: Actor, one: UUID, other: UUID, at: datetime) -> tuple[Known, Known]:
    """Both persons, the older key first; SSK-1002 unless the actor may review both, SSK-4518 when one is gone."""
    rows = db.tuples(
        """
        select person, merged_into from unnest(%s::int4[], %s::uuid[]) as asked (bucket, patient)
        join identity_person using (bucket, patient) order by person
        """,
        ([bucket_in(one), bucket_in(other)], [one, other]),
    )
    persons = [row[0] for row in rows]
    may = len(persons) == 2 and all(policy.can(actor, "review", "person", person=person) for person in persons)  # noqa: PLR2004 -- a pair
    if may and any(row[1] is not None for row in rows):
        raise Problem("SSK-4518")
    if not may or not area.holds(actor, persons):
        audit.record_all([audit.Line(actor, "review", "person", one, None, "refused") for one in persons], at)
        raise Problem("SSK-1002")
    known = queries.known_all(persons)
    return known[persons[0]], known[persons[1]]


def _hold(actor: Actor, pair: tuple[Known, Known], at: datetime, until: datetime) -> str:
    """Take the pair for the actor; its state. SSK-4516 while somebody else has it, SSK-4518 when it is decided."""
    one, other = (known.ref.person for known in pair)
    found = db.tuples(
        """
        insert into identity_review as review (bucket, person, other, state, account, reason, at, holder, until)
        values (%(bucket)s, %(one)s, %(other)s, 'open', 0, '', %(at)s, %(account)s, %(until)s)
        on conflict (bucket, person, other) do update set holder = excluded.holder, until = excluded.until
        where review.state = 'later' or review.holder = excluded.holder or coalesce(review.until, %(at)s) <= %(at)s
        returning state
        """,
        {"bucket": bucket_of(one), "one": one, "other": other, "at": at, "account": actor.account, "until": until},
    )
    if not found:
        raise Problem("SSK-4516")
    if found[0][0] == APART:
        raise Problem("SSK-4518")
    return str(found[0][0])


def _write(
    actor: Actor, pair: tuple[Known, Known], state: str, reason: str, at: datetime, until: datetime | None = None
) -> None:
    one, other = (known.ref.person for known in pair)
    db.execute(
        """
        update identity_review set state = %s, account = %s, reason = %s, at = %s, holder = 0, until = %s
        where bucket = %s and person = %s and other = %s
        """,
        (state, actor.account, reason, at, until, bucket_of(one), one, other),
    )


def _author(pair: tuple[Known, Known]) -> int | None:
    one, other = (known.ref.person for known in pair)
    author: int | None = db.value(
        "select account from identity_review where bucket = %s and person = %s and other = %s",
        (bucket_of(one), one, other),
    )
    return author


def _states(pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], tuple[str, int, datetime | None]]:
    found = db.tuples(
        """
        select review.person, review.other, state, holder, until
        from unnest(%s::int4[], %s::int8[], %s::int8[]) as asked (bucket, person, other)
        join identity_review review using (bucket, person, other)
        """,
        ([bucket_of(one) for one, _ in pairs], [one for one, _ in pairs], [other for _, other in pairs]),
    )
    return {(row[0], row[1]): (row[2], row[3], row[4]) for row in found}


def _living(persons: Collection[int]) -> dict[int, Known]:
    keys = list(persons)
    found: list[Any] = db.tuples(
        """
        select person, patient, claim, as_of
        from unnest(%s::int4[], %s::int8[]) as asked (bucket, person) join identity_person using (bucket, person)
        where merged_into is null
        """,
        ([bucket_of(person) for person in keys], keys),
    )
    return {row[0]: queries.read_known(*row) for row in found}


def _trace(actor: Actor, pair: tuple[Known, Known], detail: str, at: datetime) -> None:
    audit.record_all([audit.Line(actor, "review", "person", *known.ref, "done", detail) for known in pair], at)
