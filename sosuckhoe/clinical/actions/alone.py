"""A change of one resource in as few round trips as it needs: one to create or delete, two to update.

Rights, change and trace are one statement, and a statement is a transaction of its own. It does the plain case only:
where it finds nothing to do (no such patient, no right, another version …) the caller goes the long way (`desk.py`),
which knows what to answer and traces the refusal. So nothing is refused here, and nothing is allowed twice.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sosuckhoe.access import addresses, labels, policy, sight
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import binary, db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import BUCKETS, NOBODY, bucket_in, new_key
from sosuckhoe.base.prepared import Prepared, Row, Value
from sosuckhoe.clinical import admission, believed, bound, queries, row
from sosuckhoe.clinical import body as bodies
from sosuckhoe.clinical.actions import owner, phrases
from sosuckhoe.clinical.actions.desk import Done
from sosuckhoe.clinical.actions.many import Known, Rows, Written, put
from sosuckhoe.clinical.draft import Draft
from sosuckhoe.clinical.rights import rights_of, statement
from sosuckhoe.clinical.search.parameters import number_of
from sosuckhoe.clinical.search.phrase import Phrase
from sosuckhoe.clinical.subscribing import watching

_NOT_HERE = frozenset({"Bundle", "Subscription", "SearchParameter"})
_KEYS = 2
"""The first columns of a packed row are bucket and rid."""


def create(actor: Actor, type_name: str, body: dict[str, Any], at: datetime, base: str) -> Done | None:
    """What was made; None when it is not the plain case."""
    if type_name == "Patient" or type_name in _NOT_HERE or actor.narrowing is not None:
        return None
    is_plain, patient = owner.patient_of(type_name, body, base)
    if not is_plain or (patient is None and not policy.can(actor, "create", addresses.entry_kind(type_name))):
        return None
    updated = bodies.whole_milliseconds(at)
    key = new_key(secrets.randbelow(BUCKETS) if patient is None else bucket_in(patient), updated)
    made = _made(actor, Draft(type_name, key, NOBODY, {**body, "id": str(key)}), None, updated)
    if made is None:
        return None
    given = made.given | bound.line(actor, "create", type_name, at)
    if patient is not None:
        allowed = _rights(actor, "create", type_name)
        if allowed is None:
            return None
        given |= allowed
        given["patient"], given["patient_type"] = patient.bytes, binary.int2(number_of()["Patient"])
    rows = _statement("alone_create", made.parts, is_register=patient is None)(given)
    return _done(201, type_name, str(key), 1, updated, made) if rows else None


def update(
    actor: Actor, type_name: str, name: str, body: dict[str, Any], at: datetime, base: str, if_match: int | None
) -> Done | None:
    """The new version; None when it is not the plain case. Raises SSK-3409 when another writer was quicker."""
    key = queries.made_here(name)
    is_plain, patient = owner.patient_of(type_name, body, base) if type_name != "Patient" else (True, None)
    allowed = _rights(actor, "update", type_name)
    if key is None or not is_plain or allowed is None or type_name in _NOT_HERE:
        return None
    old = _seen(type_name, key, patient, labels.of(body), allowed)
    if old is None or (if_match is not None and old.version != if_match) or labels.lost(old.label, body):
        return None
    updated = bodies.whole_milliseconds(at)
    made = _made(actor, Draft(type_name, key, old.person, {**body, "id": name}), old, updated)
    if made is None:
        return None
    given = made.given | bound.line(actor, "update", type_name, at) | {"seen": binary.int4(old.version)}
    if not _statement("alone_update", made.parts)(given):
        raise Problem("SSK-3409")
    return _done(200, type_name, name, old.version + 1, updated, made)


def delete(actor: Actor, type_name: str, name: str, at: datetime, if_match: int | None) -> Done | None:
    """The deletion; None when it is not the plain case: whoever is told of it reads what is deleted."""
    if watching.hears_deletions(type_name):
        return None
    key, allowed = queries.made_here(name), _rights(actor, "delete", type_name)
    if key is None or allowed is None or type_name in _NOT_HERE:
        return None
    updated = bodies.whole_milliseconds(at)
    given = {**bound.key(type_name, key), **allowed, **bound.line(actor, "delete", type_name, at)}
    given["updated"] = binary.timestamp(updated)
    given["if_match"] = None if if_match is None else binary.int4(if_match)
    rows = _statement("alone_delete", frozenset())(given)
    believed.note_write(type_name)
    return Done(204, type_name, name, _number(rows[0]) + 1, updated, b"") if rows else None


class _Made(NamedTuple):
    """A version as the values of a statement, which parts the statement needs, what is stored."""

    given: dict[str, Value]
    parts: frozenset[str]
    content: bytes
    met: Iterable[Phrase]


def _made(actor: Actor, draft: Draft, old: Known | None, updated: datetime) -> _Made | None:
    """None for what the statement does not do: errors, references to follow, events, labels, the same content again.

    Of an owner who hides something the statement does nothing, so no wish is asked for here.
    """
    if not _is_admitted(draft.body, actor, updated):
        return None
    rows = Rows(wishes={draft.person: []})
    content = put(draft, old, updated, 0, rows, Written([], [], [], 0))
    if content is None or rows.events or rows.definitions or rows.raised:
        return None
    given: dict[str, Value] = {**row.values(rows.resources[0], row.COLUMNS)}
    parts = set()
    for part, packed in (("date", rows.dates), ("text", rows.texts), ("number", rows.numbers)):
        if packed:
            parts.add(part)
            given |= _arrays(part, packed)
    unknown = phrases.unknown(rows.phrases)
    if unknown:
        parts.add("phrase")
        given |= phrases.arrays(unknown)
    return _Made(given, frozenset(parts), content, unknown)


def _is_admitted(body: dict[str, Any], actor: Actor, at: datetime) -> bool:
    return admission.keeps_base(body, admission.told_of(actor, at)) and next(admission.links_in(body), None) is None


def _done(status: int, type_name: str, name: str, version: int, updated: datetime, made: _Made) -> Done:
    if not db.is_atomic():
        phrases.remember(made.met)
    return Done(status, type_name, name, version, updated, made.content)


def _rights(actor: Actor, action: str, type_name: str) -> dict[str, Value] | None:
    if actor.narrowing is not None:
        return None
    try:
        return bound.rights(rights_of(actor, action, type_name))
    except Problem:
        return None


def _seen(type_name: str, key: UUID, patient: UUID | None, label: int, allowed: Mapping[str, Value]) -> Known | None:
    """The version that stands, if the actor may change it and it is of the same person as `patient`."""
    given: dict[str, Value] = {**bound.key(type_name, key), **allowed, "label": binary.int2(label)}
    given["is_own"] = binary.boolean(type_name == "Patient")
    given["patient"] = None if patient is None else patient.bytes
    given["patient_bucket"] = None if patient is None else binary.int4(bucket_in(patient))
    for found in _look()(given):
        person, version, kept_label, codec = (binary.number(one or b"") for one in found[:4])
        updated, body = found[4:]
        return Known(person, number_of()[type_name], version, kept_label, codec, binary.moment(updated or b""), body)
    return None


def _number(found: Row) -> int:
    return binary.number(found[0] or b"")


class _Table(NamedTuple):
    """A table of values: its columns behind bucket and rid, and their types."""

    name: str
    types: dict[str, str]


_TABLES = {
    "date": _Table("clinical_date", {"path": "int8", "low": "timestamptz", "high": "timestamptz"}),
    "text": _Table("clinical_text", {"path": "int8", "exact": "int8", "folded": "text", "moment": "timestamptz"}),
    "number": _Table(
        "clinical_number",
        dict.fromkeys(row.NUMBER_COLUMNS[_KEYS:], "int8")
        | dict.fromkeys(("low", "high", "second_low", "second_high"), "float8")
        | {"system": "int4", "moment": "timestamptz"},
    ),
}
_OIDS = {
    "int8": binary.INT8, "int4": binary.INT4, "float8": binary.FLOAT8, "text": binary.TEXT,
    "timestamptz": binary.TIMESTAMPTZ,
}  # fmt: skip


def _arrays(part: str, packed: list[bytes]) -> dict[str, Value]:
    """The rows of one table by columns."""
    types = _TABLES[part].types
    by_column = row.columns(packed, _KEYS + len(types))[_KEYS:]
    return {
        f"{part}_{name}": binary.array(_OIDS[kind], column)
        for (name, kind), column in zip(types.items(), by_column, strict=True)
    }


@cache
def _look() -> Prepared:
    return Prepared(_text("alone_look"))


def _text(name: str) -> str:
    """A statement of this room with what it asks of the row that is there, and of one that will be (`w`)."""
    return statement(queries.__file__, name).replace("{may_write}", sight.may_see("w"))


@cache
def _statement(name: str, parts: frozenset[str], *, is_register: bool = False) -> Prepared:
    """A statement with the parts that are needed: each table less saves some µs."""
    found = f"select {NOBODY}::int8 as person" if is_register else _text("alone_owner")
    values = ", ".join("owner.person" if one == "person" else f"%({one})s" for one in row.COLUMNS)
    written = "".join(f", {part}_added as ({_added(part)})" for part in sorted(parts))
    return Prepared(_text(name).format(owner=found, columns=", ".join(row.COLUMNS), values=values, parts=written))


def _added(part: str) -> str:
    if part == "phrase":
        return phrases.ADDED
    table, types = _TABLES[part]
    names = ", ".join(types)
    own = ", ".join(f"given.{name}" for name in types)
    arrays = ", ".join(f"%({part}_{name})s::{kind}[]" for name, kind in types.items())
    return (
        f"insert into {table} (bucket, rid, {names}) select %(bucket)s, %(rid)s, {own} "  # noqa: S608 -- names from the tables above
        f"from owner, unnest({arrays}) given ({names})"
    )
