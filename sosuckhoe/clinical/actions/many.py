"""Store many resources at once: what a hospital's packages say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import psycopg

from sosuckhoe.access import labels
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY, bucket_in, bucket_of
from sosuckhoe.clinical import believed, codec, defined, hiding, queries, row
from sosuckhoe.clinical import body as bodies
from sosuckhoe.clinical.actions import hide, phrases, raising
from sosuckhoe.clinical.actions.index import index_of
from sosuckhoe.clinical.draft import Draft
from sosuckhoe.clinical.hiding import is_hidden
from sosuckhoe.clinical.search import defining, link, parameters
from sosuckhoe.clinical.search.custom import Custom
from sosuckhoe.clinical.search.phrase import Phrase
from sosuckhoe.clinical.subscribing import watching
from sosuckhoe.identity import queries as identity


class Written(NamedTuple):
    """What a call changed; resources that were the same already are only counted."""

    created: list[UUID]
    changed: list[UUID]
    removed: list[UUID]
    unchanged: int


class Known(NamedTuple):
    """What the store has under a key; a deleted resource has no body."""

    person: int
    type: int
    version: int
    label: int
    codec: int
    updated: datetime
    body: bytes | None

    @property
    def is_erased(self) -> bool:
        """Whether it was erased by right, for good."""
        return self.body is None and bool(self.label & labels.ERASED)


@dataclass(slots=True)
class Rows:
    """What one call will write: versions to supersede, packed rows of each table."""

    seen: list[tuple[UUID, int]] = field(default_factory=list)
    resources: list[bytes] = field(default_factory=list)
    dates: list[bytes] = field(default_factory=list)
    texts: list[bytes] = field(default_factory=list)
    numbers: list[bytes] = field(default_factory=list)
    phrases: set[Phrase] = field(default_factory=set)
    events: list[watching.Event] = field(default_factory=list)
    definitions: list[tuple[UUID, list[Custom]]] = field(default_factory=list)
    persons: set[int] = field(default_factory=set)
    wishes: dict[int, list[hiding.Wish]] = field(default_factory=dict)
    """What owners hide, of the persons asked for so far."""
    raised: dict[UUID, raising.Raised] = field(default_factory=dict)
    """What gets a sensitive label that it had not."""

    def hides(self, person: int) -> list[hiding.Wish]:
        """What the owner of a book hides."""
        if person not in self.wishes:
            self.learn_wishes([person])
        return self.wishes[person]

    def learn_wishes(self, persons: Iterable[int]) -> None:
        """Ask for several persons at once."""
        asked = set(persons)
        self.wishes |= {person: [] for person in asked} | hide.wishes_of(asked)


def put_many(
    drafts: Sequence[Draft],
    at: datetime,
    source: int | Mapping[UUID, int] = 0,
    complete: Iterable[UUID] = (),
) -> Written:
    """Store drafts, in the caller's transaction: three round trips for any number.

    New keys become version 1; a key whose content is the same keeps its version; a changed one becomes the next
    version and the old one goes to history. Of drafts with the same key the last counts. `complete` are the keys
    that earlier versions of the same packages wrote: those that no draft has any more are deleted. `at` becomes
    lastUpdated (cut to milliseconds), `source` is the arrival that they came with,
    or the arrival of each key.

    Raises Problem SSK-3409 when another transaction wrote one of the keys meanwhile: run the whole again.
    """
    at = bodies.whole_milliseconds(at)
    wanted = {draft.key: draft for draft in drafts}
    gone = [key for key in complete if key not in wanted]
    known = known_of([*wanted, *gone])
    written, rows = Written([], [], [], 0), Rows()
    rows.learn_wishes(draft.person for draft in wanted.values())
    unchanged = 0
    of_all = source if isinstance(source, int) else 0
    of_key = {} if isinstance(source, int) else source
    for key in sorted(wanted, key=_as_number):
        unchanged += put(wanted[key], known.get(key), at, of_key.get(key, of_all), rows, written) is None
    for key in sorted(gone, key=_as_number):
        remove(key, known.get(key), at, of_key.get(key, of_all), rows, written)
    write(rows)
    return written._replace(unchanged=unchanged)


def remove_many(keys: Iterable[UUID], at: datetime, source: int = 0) -> Written:
    """Delete resources: each becomes a version without content. What is not there, or deleted, is left alone."""
    return put_many((), at, source, complete=keys)


def known_of(keys: Iterable[UUID]) -> dict[UUID, Known]:
    """What the store has under these keys."""
    ordered = sorted(keys, key=_as_number)
    if not ordered:
        return {}
    found = db.tuples(db.statement(queries.__file__, "known"), _key_arrays(ordered), binary=True)
    return {line[0]: Known(*line[1:]) for line in found}


def put(draft: Draft, old: Known | None, at: datetime, source: int, rows: Rows, written: Written) -> bytes | None:
    """Add a draft to the rows; what will be stored, or None when the store has the same already or erased it."""
    type_name, key, person, body = draft
    if person != NOBODY and bucket_in(key) != bucket_of(person):
        raise ValueError(f"the key of a {type_name} does not carry the bucket of its person")
    tail = bodies.tail_of(body)
    version = 1
    if old is not None:
        if old.is_erased or _is_same(draft, old, tail):
            return None
        version = old.version + 1
    if type_name == defining.TYPE:
        rows.definitions.append(defined.definition(key, body))
    if old is not None:
        rows.seen.append((key, old.version))
    index = index_of(type_name, key, body)
    label = labels.of(body) | (raising.of_entries(person, body) if type_name == raising.BUNDLE else 0)
    if bits := label & labels.sensitive() & ~(old.label if old else 0):
        rows.raised[key] = raising.Raised(type_name, body["id"], person, bits)
    content = bodies.head_of(type_name, body["id"], version, at) + tail
    if is_hidden(rows.hides(person), type_name, body["id"], label, content):
        label |= labels.HIDDEN
    number = parameters.number_of()[type_name]
    packing, packed = codec.kept(number, key, content)
    header = row.Header(
        key, person, number, version, label, packing, source, at, link.target(f"{type_name}/{body['id']}")
    )
    rows.resources.append(row.packed(header, index.found, packed))
    rows.persons.add(person)
    rows.dates += index.dates
    rows.texts += index.texts
    rows.numbers += index.numbers
    rows.phrases.update(index.phrases)
    before = None if old is None else (old.codec, old.body)
    rows.events += watching.events_of(draft, before, bucket_in(key), at)
    believed.note_write(type_name)
    (written.created if old is None else written.changed).append(key)
    return content


def _is_same(draft: Draft, old: Known, tail: bytes) -> bool:
    if old.body is None or old.person != draft.person:
        return False
    body = codec.unpacked(old.codec, draft.key, old.body)
    length = bodies.head_length(draft.type, draft.body["id"], old.version)
    return len(body) == length + len(tail) and body.endswith(tail)


def remove(key: UUID, old: Known | None, at: datetime, source: int, rows: Rows, written: Written) -> None:
    """Add a deletion to the rows, unless there is nothing to delete."""
    if old is None or old.body is None:
        return
    rows.seen.append((key, old.version))
    header = row.Header(key, old.person, old.type, old.version + 1, old.label, codec.PLAIN, source, at)
    rows.resources.append(row.packed_deletion(header))
    if old.type == parameters.number_of()[defining.TYPE]:
        rows.definitions.append(defined.definition(key, None))
    rows.persons.add(old.person)
    type_name = parameters.name_of()[old.type]
    rows.events += watching.end_of(type_name, key, (old.codec, old.body), bucket_in(key), at)
    believed.note_write(type_name)
    written.removed.append(key)


def write(rows: Rows) -> None:
    """Supersede what was seen, then add the new rows. Keys are in one order, so two writers cannot deadlock.

    SSK-3409 when one of the persons has become part of another meanwhile; until the end of the transaction nobody does.
    """
    if (persons := rows.persons - {NOBODY}) and not identity.are_living(persons):
        raise Problem("SSK-3409")
    if rows.seen:
        seen = sorted(rows.seen, key=lambda pair: pair[0].int)
        versions = "{" + ",".join(str(version) for _, version in seen) + "}"
        moved = db.execute(
            db.statement(queries.__file__, "supersede"), (*_key_arrays([key for key, _ in seen]), versions)
        )
        if moved != len(seen):
            raise Problem("SSK-3409")
    rows.resources.sort(key=row.key_of)
    try:
        db.copy_packed("clinical_resource", row.COLUMNS, rows.resources)
    except psycopg.errors.UniqueViolation as error:
        raise Problem("SSK-3409") from error
    db.copy_packed("clinical_date", row.DATE_COLUMNS, rows.dates)
    db.copy_packed("clinical_text", row.TEXT_COLUMNS, rows.texts)
    db.copy_packed("clinical_number", row.NUMBER_COLUMNS, rows.numbers)
    phrases.write(rows.phrases)
    watching.write(rows.events)
    defined.write(rows.definitions)
    if rows.raised:
        raising.spread(rows.raised)


def _key_arrays(keys: Sequence[UUID]) -> tuple[str, str]:
    """Buckets and keys as array literals: a tenth of what the adapter of a list of UUIDs costs."""
    buckets = "{" + ",".join(str(bucket_in(key)) for key in keys) + "}"
    return buckets, "{" + ",".join(key.hex for key in keys) + "}"


def _as_number(key: UUID) -> int:
    return key.int
