"""Reads by id for an actor: the rights, the resource and the line of the trace in one round trip.

The trace of a read commits with the read, without waiting for the disk: when the database's machine dies, the lines
of its last half second may go with it. Lines of writes never do.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sosuckhoe.access import audit
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY, bucket_in
from sosuckhoe.clinical import codec, queries, rights
from sosuckhoe.clinical.draft import Stored
from sosuckhoe.clinical.search.parameters import name_of, number_of
from sosuckhoe.clinical.search.sql import Statement

_COLUMNS = "r.bucket, r.type, r.rid, r.person, r.version, r.updated, r.codec, r.body"
_VERSIONS = f"""(
  select {_COLUMNS}, r.label from clinical_resource r where r.bucket = {{bucket}} and r.rid = {{key}}
  union all
  select {_COLUMNS}, r.label from clinical_history r where r.bucket = {{bucket}} and r.rid = {{key}}
) r"""  # noqa: S608 -- two marks, which are names of bound values


class Version(NamedTuple):
    """One version of a resource; a deletion has no body."""

    type: str
    key: UUID
    person: int
    version: int
    updated: datetime
    body: bytes | None


def read(actor: Actor, type_name: str, name: str, at: datetime) -> Stored:
    """The newest version of the resource with this id.

    Raises SSK-1002 (404) when there is none or the actor may not see it, SSK-3410 when it is deleted.
    """
    found = _look(actor, "read", type_name, name, at, "clinical_resource r")
    return _stored(found[0])


def vread(actor: Actor, type_name: str, name: str, version: int, at: datetime) -> Stored:
    """One version of a resource, as it was. Raises as `read`; SSK-3410 when the version is a deletion."""
    found = _look(actor, "vread", type_name, name, at, _VERSIONS, version=version)
    return _stored(found[0])


def history(actor: Actor, type_name: str, name: str, at: datetime) -> list[Version]:
    """Every version that the actor may see, newest first, deletions included. Raises SSK-1002."""
    return sorted(
        _look(actor, "history", type_name, name, at, _VERSIONS), key=lambda version: version.version, reverse=True
    )


def _look(
    actor: Actor, action: str, type_name: str, name: str, at: datetime, table: str, *, version: int | None = None
) -> list[Version]:
    """The rows under an id that the actor may see; the trace gets one line, of a refusal too."""
    allowed = rights.rights_of(actor, "read")
    for key in _keys(type_name, name):
        made = Statement()
        bucket, mark = made.bind(bucket_in(key)), made.bind(key)
        made.clauses = [f"r.bucket = {bucket}", f"r.rid = {mark}", f"r.type = {made.bind(number_of()[type_name])}"]
        if version is not None:
            made.clauses.append(f"r.version = {made.bind(version)}")
        made.clauses.append(rights.clause(made, allowed))
        table = table.format(bucket=bucket, key=mark)
        found = db.tuples(_traced(made, actor, action, type_name, at, table), made.values, binary=True)
        if found:
            return [_version(line) for line in found]
        _trace_refusal(actor, action, type_name, key, at)
    raise Problem("SSK-1002")


def _keys(type_name: str, name: str) -> list[UUID]:
    """Where a resource of this id may stand."""
    made_here = queries.made_here(name)
    return [made_here] if made_here else list(queries.keys_of(type_name, [name]).values())


def _traced(made: Statement, actor: Actor, action: str, type_name: str, at: datetime, table: str) -> str:
    """The statement that reads and writes the line. A register entry leaves none."""
    line = audit.values(audit.Line(actor, action, type_name), at)
    facts = dict(zip(audit.COLUMNS, line, strict=True))
    columns = {name: made.bind(value) for name, value in facts.items() if name not in {"bucket", "person", "key"}}
    casts = dict(zip(audit.COLUMNS, audit.TYPES, strict=True))
    given = ", ".join(f"{mark}::{casts[name]}" for name, mark in columns.items())
    return f"""
        with found as materialized (select {_COLUMNS} from {table} where {made.where()}),
        traced as (
          insert into access_audit (bucket, person, key, {", ".join(columns)})
          select distinct bucket, person, rid, {given} from found where person <> {NOBODY}
        ),
        unhurried as (select set_config('synchronous_commit', 'off', true))
        select found.* from found, unhurried
    """  # noqa: S608 -- values are bound


def _trace_refusal(actor: Actor, action: str, type_name: str, key: UUID, at: datetime) -> None:
    known = queries.whose(key)
    if known not in {None, NOBODY}:
        audit.record(actor, action, kind=type_name, person=known, key=key, outcome="refused", at=at)


def _version(line: tuple[Any, ...]) -> Version:
    _, number, key, person, version, updated, packing, body = line
    plain = None if body is None else codec.unpacked(packing, body)
    return Version(name_of()[number], key, person, version, updated, plain)


def _stored(version: Version) -> Stored:
    if version.body is None:
        raise Problem("SSK-3410")
    return Stored(version.type, version.key, version.person, version.version, version.updated, version.body)
