"""Put a batch of another system's records into the books they belong in, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sosuckhoe.access import audit
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY, bucket_of, derived_key
from sosuckhoe.clinical import actions as clinical
from sosuckhoe.clinical.actions import owner
from sosuckhoe.clinical.body import dumps
from sosuckhoe.clinical.draft import Draft
from sosuckhoe.exchange.feeds import happening, memory, provenance, rewriting
from sosuckhoe.exchange.feeds.claims import RECORD, claim_of
from sosuckhoe.exchange.feeds.item import Item
from sosuckhoe.exchange.feeds.memory import Told, Word
from sosuckhoe.exchange.feeds.rewriting import Named
from sosuckhoe.exchange.sources import Source
from sosuckhoe.exchange.xml130.mapping.registers import register_key
from sosuckhoe.identity import matching
from sosuckhoe.identity import queries as identity
from sosuckhoe.identity.actions import find_or_create

ERASED = "SSK-3152"
"""A record was erased by right, and is told again."""


@dataclass(slots=True)
class Outcome:
    """What became of a batch. `refused`: each with its item; `persons`: whose words were heard."""

    filed: int = 0
    unchanged: int = 0
    older: int = 0
    put_off: int = 0
    refused: list[tuple[Item, Problem]] = field(default_factory=list)
    persons: set[int] = field(default_factory=set)


@dataclass(slots=True)
class _Desk:
    """A batch while it is being filed."""

    source: Source
    delivery: int
    at: datetime
    words: dict[str, Word]
    told: dict[Named, Told]
    outcome: Outcome = field(default_factory=Outcome)
    drafts: list[Draft] = field(default_factory=list)
    gone: list[UUID] = field(default_factory=list)
    new: list[Told] = field(default_factory=list)
    waiting: dict[Named, tuple[str, Item]] = field(default_factory=dict)
    written: dict[str, list[str]] = field(default_factory=dict)
    """Of each patient record, the references of what this batch writes."""


def file_items(source: Source, items: Sequence[Item], delivery: int, at: datetime) -> Outcome:
    """File records of one system; what waited for their patients is filed with them.

    An older word than the one that stands changes nothing, nor does the same again. Raises identity's Raced and
    SSK-3409: run the whole again.
    """
    newest, older = _newest(items)
    patients = [item for item in newest if item.type == "Patient"]
    others = [item for item in newest if item.type != "Patient"]
    desk = _Desk(source, delivery, at, memory.words(source.id, {item.id for item in patients}), {})
    desk.outcome.older += older
    _hear_patients(desk, patients)
    others += memory.taken_up(source.id, desk.words.keys())
    others, older = _newest(others)
    desk.outcome.older += older
    _look_up(desk, others)
    for item in others:
        _take(desk, item)
    _write(desk)
    return desk.outcome


def _newest(items: Iterable[Item]) -> tuple[list[Item], int]:
    """The newest version of each record, of equal moments the last one; and how many others there were."""
    found: dict[Named, Item] = {}
    older = 0
    for item in items:
        before = found.get((item.type, item.id))
        older += before is not None
        if before is None or before.as_of <= item.as_of:
            found[item.type, item.id] = item
    return list(found.values()), older


def _hear_patients(desk: _Desk, patients: Sequence[Item]) -> None:
    """Who the patient records are, and what they say of them. An older word still tells its numbers."""
    older = [item for item in patients if _is_older(desk, item)]
    if older:
        claims = [claim_of(desk.source.id, item.id, item.body or {}) for item in older]
        desk.outcome.persons |= {
            found.ref.person for found in find_or_create(claims, desk.at, [item.as_of for item in older])
        }
    new = [item for item in patients if _is_news(desk, item)]
    claims = [claim_of(desk.source.id, item.id, item.body or {}) for item in new]
    for item, claim, found in zip(
        new, claims, find_or_create(claims, desk.at, [item.as_of for item in new]), strict=True
    ):
        before = desk.words.get(item.id)
        person = before.person if before else found.ref.person
        born = before.born if before else desk.at
        desk.words[item.id] = Word(
            desk.source.id, item.id, person, born, item.as_of, _digest(item), desk.delivery, claim
        )
        desk.outcome.filed += 1
        desk.outcome.persons |= {person, found.ref.person}
    memory.write_words(desk.words[item.id] for item in new)


def _is_older(desk: _Desk, item: Item) -> bool:
    before = desk.words.get(item.id)
    if before is None or item.body is None or before.as_of <= item.as_of or before.digest == _digest(item):
        return False
    return matching.same_person(RECORD, before.claim, claim_of(desk.source.id, item.id, item.body))


def _is_news(desk: _Desk, item: Item) -> bool:
    """Whether a patient record says something that is not known and may be believed."""
    before = desk.words.get(item.id)
    if item.body is None:
        desk.outcome.refused.append((item, Problem("SSK-2162")))
    elif before is None:
        return True
    elif before.digest == _digest(item):
        desk.outcome.unchanged += 1
    elif before.as_of > item.as_of:
        desk.outcome.older += 1
    elif not matching.same_person(RECORD, before.claim, claim_of(desk.source.id, item.id, item.body)):
        desk.outcome.refused.append((item, Problem("SSK-2163")))
    else:
        return True
    return False


def _look_up(desk: _Desk, items: Sequence[Item]) -> None:
    """Two questions for the whole batch: what these records and those that they name became, and whose they are."""
    names = {(item.type, item.id) for item in items}
    for item in items:
        names |= {meant for text in rewriting.references(item.body) if (meant := rewriting.named(text))}
    desk.told = memory.told(desk.source.id, {name for name in names if name[0] != "Patient"})
    records = {name[1] for name in names if name[0] == "Patient"} | {one.record for one in desk.told.values()}
    desk.words |= memory.words(desk.source.id, records - desk.words.keys() - {""})


def _take(desk: _Desk, item: Item) -> None:
    """Draft one record, unless it is known, waits, or is none that we take."""
    name = (item.type, item.id)
    before = desk.told.get(name)
    if before is not None and before.is_erased:
        desk.outcome.refused.append((item, Problem(ERASED)))
    elif before is not None and before.as_of > item.as_of:
        desk.outcome.older += 1
    elif before is not None and before.digest == _digest(item):
        desk.outcome.unchanged += 1
    elif item.body is None:
        _take_back(desk, item, before)
    else:
        _take_in(desk, item, before)


def _take_back(desk: _Desk, item: Item, before: Told | None) -> None:
    """A record is withdrawn; one that never came is remembered as gone, so that an older word does not bring it."""
    name = (item.type, item.id)
    key = before.key if before else register_key(item.type, f"{desk.source.id}/{item.id}")
    if before:
        desk.gone.append(key)
    record, person = (before.record, before.person) if before else ("", NOBODY)
    desk.new.append(Told(name, record, person, key, item.as_of, b"", desk.delivery))
    desk.outcome.filed += 1


def _take_in(desk: _Desk, item: Item, before: Told | None) -> None:
    persons, registers = rewriting.accepted()
    record = _record_of(desk, item)
    if item.type not in persons | registers:
        desk.outcome.refused.append((item, Problem("SSK-2164", type=item.type)))
    elif item.type in registers:
        _draft(desk, item, "", NOBODY, before)
    elif record is None:
        desk.outcome.refused.append((item, Problem("SSK-2165", type=item.type)))
    elif before is not None and before.record not in {"", record}:
        desk.outcome.refused.append((item, Problem("SSK-2166", type=item.type)))
    elif record not in desk.words:
        desk.waiting[item.type, item.id] = (record, item)
        desk.outcome.put_off += 1
    else:
        _draft(desk, item, record, desk.words[record].person, before)


def _record_of(desk: _Desk, item: Item) -> str | None:
    """The id of the patient record that an item belongs to, at once or through a record that it names."""
    meant = owner.reference_of(item.type, item.body or {})
    meant = meant and rewriting.named("/".join(meant))
    if meant is None:
        return None
    if meant[0] == "Patient":
        return meant[1]
    through = desk.told.get(meant) or next((one for one in desk.new if one.name == meant), None)
    return through.record if through and through.record else None


def _draft(desk: _Desk, item: Item, record: str, person: int, before: Told | None) -> None:
    word = desk.words.get(record)
    key = before.key if before and before.person == person else _key(desk, (item.type, item.id), word)
    patient = record and str(_patient_of(person))

    def place(meant: Named) -> str:
        kind, name = meant
        if kind == "Patient":
            return f"Patient/{patient if name == record else _other_patient(desk, name)}"
        known = desk.told.get(meant)
        return f"{kind}/{known.key if known else _key(desk, meant, word)}"

    body = rewriting.ours(desk.source, item, str(key), place)
    desk.drafts.append(Draft(item.type, key, person, body))
    name, day = (item.type, item.id), happening.day_of(item)
    new = Told(name, record, person, key, item.as_of, _digest(item), desk.delivery, day)
    desk.new.append(new)
    desk.outcome.filed += 1
    if record:
        desk.written.setdefault(record, []).append(f"{item.type}/{key}")


def _key(desk: _Desk, name: Named, word: Word | None) -> UUID:
    """The key of a record: the same before and after it has come, so that references need not wait."""
    kind, record = name
    if word is None or kind in rewriting.accepted()[1]:
        return register_key(kind, f"{desk.source.id}/{record}")
    return derived_key(bucket_of(word.person), word.born, "feed", desk.source.id, kind, record)


def _patient_of(person: int) -> UUID:
    known = identity.known(person)
    if known is None:
        raise Problem("SSK-3409")
    return known.ref.patient


def _other_patient(desk: _Desk, record: str) -> str:
    """Our id of another patient whom a record names (a mother, a child); the sender's where we do not know them."""
    word = desk.words.get(record)
    return str(_patient_of(word.person)) if word else f"{desk.source.id}.{record}"[:64]


def _write(desk: _Desk) -> None:
    memory.put_off(desk.source.id, desk.waiting, desk.delivery)
    memory.write_told(desk.source.id, desk.new)
    memory.renew_days(desk.source.id, {one.record for one in desk.new} - {""})
    for record, written in sorted(desk.written.items()):
        desk.drafts.append(provenance.draft(desk.source, desk.words[record], written, desk.delivery, desk.at))
    clinical.put_many(desk.drafts, desk.at, 0, complete=desk.gone)
    persons = sorted({draft.person for draft in desk.drafts} - {NOBODY})
    audit.record_all([audit.Line(PROGRAM, "import", "record", person) for person in persons], desk.at)


def _digest(item: Item) -> bytes:
    """Tells one content of a record from another; when it was written is no part of it."""
    if item.body is None:
        return b""
    meta = {name: value for name, value in (item.body.get("meta") or {}).items() if name != "lastUpdated"}
    meta.pop("versionId", None)
    return sha256(dumps({**item.body, "meta": meta})).digest()
