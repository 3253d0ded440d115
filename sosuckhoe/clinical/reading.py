"""Reads by id for an actor: the rights, the resource and the line of the trace in one round trip.

They are made behind the wall (base/wall.py): the statement itself says whom the actor has in sight, before it looks.

The trace of a read commits with the read, without waiting for the disk: when the database's machine dies, the lines
of its last half second may go with it. Lines of writes never do, and a read within a transaction does not hurry it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sosuckhoe.access import audit
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import binary, db, wall
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NO_KEY, NOBODY, bucket_in
from sosuckhoe.base.prepared import Prepared
from sosuckhoe.clinical import bound, codec, queries, versions
from sosuckhoe.clinical.draft import Stored
from sosuckhoe.clinical.rights import Rights, narrowed_by, rights_of, statement
from sosuckhoe.clinical.search.parameters import name_of, number_of


class Version(NamedTuple):
    """One version of a resource; a deletion has no body."""

    type: str
    key: UUID
    person: int
    version: int
    updated: datetime
    body: bytes | None


class Deleted(Problem):
    """SSK-3410, and which version it is that is a deletion."""

    def __init__(self, version: Version) -> None:
        super().__init__("SSK-3410")
        self.version = version.version
        self.updated = version.updated


def read(actor: Actor, type_name: str, name: str, at: datetime) -> Stored:
    """The newest version of the resource with this id.

    Raises SSK-1002 (404) when there is none or the actor may not see it, SSK-3410 when it is deleted.
    """
    return _stored(_look(actor, "read", type_name, name, at)[0])


def vread(actor: Actor, type_name: str, name: str, version: int, at: datetime) -> Stored:
    """One version of a resource, as it was. Raises as `read`; SSK-3410 when the version is a deletion."""
    return _stored(_look(actor, "vread", type_name, name, at, version)[0])


def history(actor: Actor, type_name: str, name: str, asked: versions.Asked, at: datetime) -> versions.Page:
    """A page of the versions that the actor may see, deletions included. Raises SSK-1002."""
    start = asked.after.version if asked.after else (1 << 31) - 1 if asked.newest_first else 0
    allowed = rights_of(actor, "read", type_name, versions=True)
    for key in _keys(type_name, name):
        values = {
            **asked.values, **allowed._asdict(), "detail": actor.mark, "version": start,
            "bucket": bucket_in(key), "rid": key, "type": number_of()[type_name], "limit": asked.most + 1,
            "now": at, "account": actor.account, "role": actor.role, "own_facility": actor.facility or "",
            "purpose": actor.purpose, "action": "history", "kind": type_name, "alone": audit.need_not_wait(),
        }  # fmt: skip
        text = versions.statement("look_through", newest_first=asked.newest_first)
        with wall.standing(wall.OPEN if allowed.everybody else wall.CLOSED):
            rows = db.tuples(narrowed_by(text, values, allowed.within), values, binary=True)
        if rows:
            found = [_past(_version(row), name) for row in rows[: asked.most]]
            return versions.Page(found, found[-1].key if len(rows) > asked.most else None)
    _look(actor, "history", type_name, name, at)
    return versions.Page([], None)


def _past(version: Version, name: str) -> versions.Past:
    key = versions.Key(version.updated, version.key, version.version)
    return versions.Past(version.type, name, version.person, key, version.body)


def _look(
    actor: Actor, action: str, type_name: str, name: str, at: datetime, version: int | None = None
) -> list[Version]:
    """The rows under an id that the actor may see; the trace gets one line, of a refusal too."""
    with wall.standing(wall.CLOSED):
        return _looked(actor, action, type_name, name, at, version)


def _looked(actor: Actor, action: str, type_name: str, name: str, at: datetime, version: int | None) -> list[Version]:
    allowed = rights_of(actor, "read", type_name, versions=action != "read")
    if allowed.everybody:
        wall.put(wall.OPEN)
    refused: tuple[UUID, int | None] = (NO_KEY, NOBODY)
    for key in _keys(type_name, name):
        if action == "vread":
            found = _look_back(actor, allowed, type_name, key, at, version)
        else:
            found = _look_now(actor, allowed, action, type_name, key, at)
        if found:
            return found
        refused = _of_somebody(refused, key)
    _trace_refusal(actor, action, type_name, refused, at)
    raise Problem("SSK-1002")


def _look_now(actor: Actor, allowed: Rights, action: str, type_name: str, key: UUID, at: datetime) -> list[Version]:
    if allowed.within is not None:
        return _look_within(actor, allowed, action, type_name, key, at)
    given = {
        **bound.key(type_name, key), **bound.rights(allowed), **bound.line(actor, action, type_name, at),
        "alone": binary.boolean(audit.need_not_wait()),
    }  # fmt: skip
    return [_unpacked(row) for row in _newest()(given)]


def _look_within(actor: Actor, allowed: Rights, action: str, type_name: str, key: UUID, at: datetime) -> list[Version]:
    """The same statement for an app whose scope names some rows of the type: one round trip too."""
    values = _values(actor, allowed, action, type_name, key, at)
    text = narrowed_by(statement(__file__, "look"), values, allowed.within)
    return [_version(row) for row in db.tuples(text, values, binary=True)]


def _look_back(
    actor: Actor, allowed: Rights, type_name: str, key: UUID, at: datetime, version: int | None
) -> list[Version]:
    values = {**_values(actor, allowed, "vread", type_name, key, at), "version": version}
    text = narrowed_by(statement(__file__, "look_back"), values, allowed.within)
    return [_version(line) for line in db.tuples(text, values, binary=True)]


def _values(actor: Actor, allowed: Rights, action: str, type_name: str, key: UUID, at: datetime) -> dict[str, Any]:
    return {
        **allowed._asdict(), "bucket": bucket_in(key), "rid": key, "type": number_of()[type_name],
        "at": at, "account": actor.account, "role": actor.role, "detail": actor.mark,
        "own_facility": actor.facility or "", "purpose": actor.purpose, "action": action, "kind": type_name,
        "alone": audit.need_not_wait(),
    }  # fmt: skip


@cache
def _newest() -> Prepared:
    return Prepared(narrowed_by(statement(__file__, "look"), {}, None))


def _unpacked(row: tuple[Any, ...]) -> Version:
    """A row of `look.sql` in binary."""
    number, key, person, version, updated, packing, body = row
    whole = binary.number(number), UUID(bytes=key), binary.number(person), binary.number(version)
    return _version((*whole, binary.moment(updated), binary.number(packing), body))


def _keys(type_name: str, name: str) -> Iterator[UUID]:
    """Where a resource of this id may stand; where it has moved to is asked last."""
    if made_here := queries.made_here(name):
        yield made_here
        yield from queries.moved(type_name, [name]).values()
    else:
        yield from queries.keys_of(type_name, [name]).values() or (NO_KEY,)


def _of_somebody(refused: tuple[UUID, int | None], key: UUID) -> tuple[UUID, int | None]:
    """Whose record a refusal is about: of the places where a resource may stand, the one where somebody's stands."""
    with wall.standing(wall.OPEN):
        person = queries.whose(key)
    return (key, person) if person or refused[0] == NO_KEY else refused


def _trace_refusal(actor: Actor, action: str, type_name: str, refused: tuple[UUID, int | None], at: datetime) -> None:
    """One line for each attempt, also on what does not exist: the time it takes tells nobody which of the two it is."""
    key, person = refused
    audit.record(
        actor, action, kind=type_name, person=person, key=None if key == NO_KEY else key, outcome="refused", at=at
    )


def _version(line: tuple[Any, ...]) -> Version:
    number, key, person, version, updated, packing, body = line
    plain = None if body is None else codec.unpacked(packing, key, body)
    return Version(name_of()[number], key, person, version, updated, plain)


def _stored(version: Version) -> Stored:
    if version.body is None:
        raise Deleted(version)
    return Stored(version.type, version.key, version.person, version.version, version.updated, version.body)
