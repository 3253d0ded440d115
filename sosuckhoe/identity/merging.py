"""Make two persons one, and take it back: one transaction each, over every room that keeps rows of persons.

A room that owns such tables has a module `rehoming`: `MOVED` names the tables whose rows it gives to the kept person,
`STAYS` those that keep what they have, each with its reason; `move` and `restore` do it. Rooms are asked in the order
of INSTALLED_APPS, so that each finds what those below it have done.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple, Protocol, cast
from uuid import UUID

import orjson
from django.apps import apps

from sosuckhoe.access import audit, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import bucket_in, bucket_of
from sosuckhoe.identity import area, deciding, moving
from sosuckhoe.identity.claim import PersonRef
from sosuckhoe.identity.moving import Move


class Room(Protocol):
    """What a room's `rehoming` module has."""

    MOVED: frozenset[str]
    STAYS: dict[str, str]

    def move(self, move: Move, /) -> None:
        """Give the rows of `move.gone` to `move.keep`."""

    def restore(self, move: Move, /) -> None:
        """Put every row back where it was."""


class Merge(NamedTuple):
    """A merge as it was written down. `undone` is when it was taken back."""

    number: int
    keep: int
    gone: int
    account: int
    reason: str
    at: datetime
    undone: datetime | None
    left_over: list[dict[str, str]]


@cache
def rooms() -> tuple[Room, ...]:
    """The `rehoming` modules of the rooms, in the order of INSTALLED_APPS."""
    return tuple(_rooms())


def _rooms() -> Iterator[Room]:
    for app in apps.get_app_configs():
        if find_spec(f"{app.name}.rehoming"):
            yield cast("Room", import_module(f"{app.name}.rehoming"))


def merge(actor: Actor, keep: int, gone: int, reason: str, at: datetime) -> int:
    """Everything of `gone` becomes part of `keep`; the number of the merge, by which it can be undone.

    Raises SSK-1002 when policy forbids it, SSK-4510 (the same person, or nobody), SSK-4511 (merged already),
    SSK-4512 (somebody has decided that they are two), SSK-4515 (no reason of `data/reviewing.yaml`), SSK-3409 when it
    met another change.
    """
    check(actor, "merge", reason, (keep, gone), at)
    with db.atomic():
        kept, other = _lock_two(keep, gone)
        _check_not_kept_apart(keep, gone)
        number = db.value("select nextval('identity_merge_number')")
        move = Move(number, kept, other, at)
        db.execute(
            """
            insert into identity_merge (bucket, merge, keep, gone, account, reason, at)
            values (%s, %s, %s, %s, %s, %s, %s)
            """,
            (bucket_of(keep), number, keep, gone, actor.account, reason, at),
        )
        for room in rooms():
            room.move(move)
        _trace(actor, "merge", move, reason)
    return cast("int", number)


def unmerge(actor: Actor, number: int, reason: str, at: datetime) -> Merge:
    """Take a merge back: both persons are as they were, and what came since is with whom it means.

    Raises SSK-1002, SSK-4513 (undone already, or a later merge of the same person must be undone first), SSK-4515.
    """
    standing = found(number)
    if standing is None:
        raise Problem("SSK-1002")
    check(actor, "unmerge", reason, (standing.keep,), at)
    with db.atomic():
        move = Move(number, *_lock(standing.keep, standing.gone), at)
        _check_newest(move)
        for room in rooms():
            room.restore(move)
        moving.forget(move)
        db.execute(
            "update identity_merge set undone = %s, counted = false where bucket = %s and merge = %s",
            (at, bucket_of(standing.keep), number),
        )
        _trace(actor, "unmerge", move, reason)
    return cast("Merge", found(number))


def found(number: int) -> Merge | None:
    """A merge by its number."""
    row = db.one(
        "select merge, keep, gone, account, reason, at, undone, left_over from identity_merge where merge = %s",
        (number,),
    )
    return _read(row)


def between(keep: int, patient: UUID) -> Merge | None:
    """The merge by which whoever had this Patient became part of a person, if it stands."""
    row = db.one(
        """
        select merge, keep, gone, account, reason, at, undone, left_over
        from identity_merge done join identity_person person on person.person = done.gone
        where done.keep = %s and done.undone is null and person.patient = %s and person.bucket = %s
        """,
        (keep, patient, bucket_in(patient)),
    )
    return _read(row)


def was_undone(one: int, other: int) -> bool:
    """Whether a merge of these two was taken back, whichever of them it had kept."""
    return bool(
        db.value(
            """
            select exists (
              select from identity_merge
              where keep = any (%(both)s) and gone = any (%(both)s) and bucket = any (%(buckets)s)
                and undone is not null
            )
            """,
            {"both": [one, other], "buckets": [bucket_of(one), bucket_of(other)]},
        )
    )


def _read(row: Any) -> Merge | None:
    return Merge(*row)._replace(left_over=orjson.loads(row[-1])) if row else None


def leave(move: Move, rows: list[dict[str, str]]) -> None:
    """Note what an undo leaves with the kept person for somebody to look at: type and id of each."""
    db.execute(
        "update identity_merge set left_over = left_over || %s::jsonb where bucket = %s and merge = %s",
        (moving.as_json(rows), bucket_of(move.keep.person), move.number),
    )


def check(actor: Actor, decision: str, reason: str, persons: tuple[int, ...], at: datetime) -> None:
    """Raise unless policy lets the actor decide about these two, in the actor's area; the refusal is traced."""
    for person in persons:
        if not (policy.can(actor, "merge", "person", person=person) and area.holds(actor, [person])):
            audit.record(actor, decision, kind="person", person=person, outcome="refused", at=at)
            raise Problem("SSK-1002")
    if not deciding.explains(reason, decision):
        raise Problem("SSK-4515")


def _lock_two(keep: int, gone: int) -> tuple[PersonRef, PersonRef]:
    if keep == gone:
        raise Problem("SSK-4510")
    rows = _locked(keep, gone)
    if len(rows) != 2:  # noqa: PLR2004 -- a pair
        raise Problem("SSK-4510")
    if any(row.merged_into is not None for row in rows.values()):
        raise Problem("SSK-4511")
    return PersonRef(keep, rows[keep].patient), PersonRef(gone, rows[gone].patient)


def _lock(keep: int, gone: int) -> tuple[PersonRef, PersonRef]:
    rows = _locked(keep, gone)
    return PersonRef(keep, rows[keep].patient), PersonRef(gone, rows[gone].patient)


def _locked(keep: int, gone: int) -> dict[int, Any]:
    """Both rows, waited for in one order: whoever writes for one of the two has ended (queries.hold_living)."""
    query = "select person, patient, merged_into from identity_person where bucket = %s and person = %s for update"
    rows = [db.one(query, (bucket_of(person), person)) for person in sorted((keep, gone))]
    return {row.person: row for row in rows if row is not None}


def _check_not_kept_apart(keep: int, gone: int) -> None:
    one, other = sorted((keep, gone))
    state = db.value(
        "select state from identity_review where bucket = %s and person = %s and other = %s",
        (bucket_of(one), one, other),
    )
    if state == "apart":
        raise Problem("SSK-4512")


def _check_newest(move: Move) -> None:
    """Undone in the opposite order: a later merge has moved rows of this one."""
    newest = db.value(
        """
        select max(merge) from identity_merge
        where undone is null and (keep = any (%(both)s) or gone = any (%(both)s))
        """,
        {"both": [move.keep.person, move.gone.person]},
    )
    if newest != move.number:
        raise Problem("SSK-4513")


def _trace(actor: Actor, action: str, move: Move, reason: str) -> None:
    """One line in the trace of each of the two: the owner of either sees it."""
    detail = f"merge {move.number}: {reason}"
    audit.record_all(
        [audit.Line(actor, action, "person", *ref, "done", detail) for ref in (move.keep, move.gone)], move.at
    )
