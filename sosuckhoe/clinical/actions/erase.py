"""Erase some of a person's resources by right: every version, what they are found by, and every copy of them.

What stays of each is the mark of a deleted one: its id answers *gone*, and the same is not written again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sosuckhoe.access import audit, grants, labels, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db, sealing
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.clinical import body as bodies
from sosuckhoe.clinical import codec, jsontext
from sosuckhoe.clinical.actions import phrases
from sosuckhoe.clinical.actions.index import index_of
from sosuckhoe.clinical.actions.repeat import ANSWER, sealed
from sosuckhoe.clinical.search.parameters import name_of, number_of
from sosuckhoe.clinical.search.phrase import Phrase
from sosuckhoe.identity import uncopying

_VALUES = ("clinical_date", "clinical_text", "clinical_number")
_COPIED = ("clinical_history", *_VALUES)
_EMPTY = {"body": None, "tokens": None, "moment": None, "moment_to": None, "codec": 0, "source": 0}
"""What the mark of a deleted resource has in the columns of its content."""


class _Told(NamedTuple):
    """What the resources say that stands elsewhere too: their ids, and the texts of their codes."""

    names: set[str]
    phrases: set[Phrase]


def erase(actor: Actor, person: int, keys: Collection[UUID], ground: str, at: datetime) -> int:
    """Remove the content of some of a person's resources, with all of their versions; how many. Their Patient stays.

    Raises SSK-1002 by policy.
    """
    policy.check(actor, "erase", "book", person=person)
    bucket = bucket_of(person)
    with db.atomic():
        rids = [
            row[0]
            for row in db.tuples(
                """
                select rid from clinical_resource
                where bucket = %s and person = %s and rid = any (%s) and type <> %s for update
                """,
                (bucket, person, list(keys), number_of()["Patient"]),
            )
        ]
        told = _told(_versions(bucket, rids))
        _empty(bucket, rids, at)
        _forget(person, rids, told)
        grants.narrow(person, at)
        lines = [audit.Line(actor, "erase", "record", person, rid, detail=ground) for rid in rids]
        audit.record_all(lines, at)
    return len(rids)


def forget_older(person: int, keys: Collection[UUID]) -> None:
    """Remove the superseded versions of resources of which only the newest may stay, and what those alone said."""
    bucket = bucket_of(person)
    values = (bucket, list(keys))
    older = "select rid, type, codec, body from clinical_history where bucket = %s and rid = any (%s)"
    told = _told(db.tuples(f"{older} and body is not null", values, binary=True))
    db.execute("delete from clinical_history where bucket = %s and rid = any (%s)", values)
    _forget(person, list(keys), told)


def erased_among(keys: Collection[UUID]) -> set[UUID]:
    """Those of the resources that were erased by right."""
    found = db.tuples(
        "select rid from clinical_resource where rid = any (%s) and body is null and label & %s <> 0",
        (list(keys), labels.ERASED),
    )
    return {row[0] for row in found}


def _versions(bucket: int, rids: Sequence[UUID]) -> list[tuple[Any, ...]]:
    return db.tuples(
        """
        select rid, type, codec, body from clinical_history
        where bucket = %(bucket)s and rid = any (%(rids)s) and body is not null
        union all
        select rid, type, codec, body from clinical_resource
        where bucket = %(bucket)s and rid = any (%(rids)s) and body is not null
        """,
        {"bucket": bucket, "rids": list(rids)},
        binary=True,
    )


def _told(versions: Iterable[tuple[Any, ...]]) -> _Told:
    told = _Told(set(), set())
    for rid, number, packing, packed in versions:
        content = codec.unpacked(packing, rid, packed)
        type_name = name_of()[number]
        told.names.update({str(rid), bodies.name_in(type_name, content)})
        told.phrases.update(index_of(type_name, rid, jsontext.read(content, len(content))).phrases)
    return told


def _empty(bucket: int, rids: list[UUID], at: datetime) -> None:
    for table in _COPIED:
        db.execute(f"delete from {table} where bucket = %s and rid = any (%s)", (bucket, rids))  # noqa: S608 -- names from above
    db.execute(
        """
        update clinical_resource
        set body = null, tokens = null, moment = null, moment_to = null, codec = 0, source = 0,
          label = label | %s, version = version + 1, updated = %s
        where bucket = %s and rid = any (%s)
        """,
        (labels.ERASED, at, bucket, rids),
    )


def _forget(person: int, rids: list[UUID], told: _Told) -> None:
    """What stands beside the rows: texts of codes, events, kept answers, copies that merges keep."""
    names = sorted(told.names)
    phrases.forget(told.phrases)
    db.execute("delete from clinical_event where bucket = %s and name = any (%s)", (bucket_of(person), names))
    db.execute("delete from clinical_notice where name = any (%s)", (names,))
    stood = {*rids, *uncopying.stood_before("clinical_now", rids)}
    _empty_copies(stood)
    _close_answers(person, stood, told.names)


def _empty_copies(rids: set[UUID]) -> None:
    """Rows that merges keep for their undo: an undo finds the mark, and nothing behind it."""
    rows = [{"rid": str(rid)} for rid in rids]
    uncopying.forget(_COPIED, rows)
    uncopying.change("clinical_resource", rows, _EMPTY, ("label", labels.ERASED))


def _close_answers(person: int, rids: set[UUID], names: set[str]) -> None:
    """Answers kept for requests that come again: who repeats one is told that it is gone, and nothing is made anew."""
    persons = [person, *uncopying.persons_before(person)]
    found = db.tuples(
        """
        select account, request, answer from clinical_request
        where status <> 410 and account in (
          select account from access_audit
          where (bucket, person) in (select * from unnest(%s::int4[], %s::int8[])) and key = any (%s)
        )
        """,
        ([bucket_of(one) for one in persons], persons, list(rids)),
        binary=True,
    )
    for account, request, answer in found:
        plain = sealing.unseal(ANSWER, sealing.place(account, request), answer)
        if any(name.encode() in plain for name in names):
            db.execute(
                """
                update clinical_request set status = 410, headers = '{}', answer = %s
                where account = %s and request = %s
                """,
                (sealed(account, request, b""), account, request),
            )
