"""Transactions and batches. https://hl7.org/fhir/R4/http.html#transaction

A transaction happens as a whole or not at all: ids are given first, references between entries and conditional
references are resolved, then deletions, creations and updates are written at once, in the order of their keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qsl
from uuid import UUID

from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import body as bodies
from sosuckhoe.clinical import finding, structure
from sosuckhoe.clinical.actions import owner
from sosuckhoe.clinical.actions.attempt import attempt
from sosuckhoe.clinical.actions.desk import Desk, Done
from sosuckhoe.clinical.actions.entry import Entry, read_entries
from sosuckhoe.clinical.actions.links import conditional, replaced
from sosuckhoe.clinical.draft import Stored
from sosuckhoe.clinical.search import parameters
from sosuckhoe.clinical.search.query import parse
from sosuckhoe.identity.claim import PersonRef

_ORDER = {"DELETE": 0, "POST": 1, "PUT": 2}


class _Placed(NamedTuple):
    """Where a new resource will stand."""

    key: UUID
    person: int
    ref: PersonRef | None


def transaction(actor: Actor, bundle: dict[str, Any], at: datetime, *, base: str = "") -> list[Done | None]:
    """Do every entry or none; what became of each, in the order of the bundle, None for a GET.

    Raises structure.Invalid, SSK-3425 for an entry that cannot be understood, and what single changes raise.
    """
    structure.check(bundle, "Bundle")
    entries = read_entries(bundle, base)
    with attempt(actor, at) as tried:
        desk = Desk(tried, base)
        done = _do(desk, entries)
        desk.write()
    return [done.get(entry.number) for entry in entries]


def _do(desk: Desk, entries: Sequence[Entry]) -> dict[int, Done]:
    done = _known_already(desk, entries)
    posts = [entry for entry in entries if entry.method == "POST" and entry.number not in done]
    placed = _place(desk, posts)
    names = {number: one.name for number, one in done.items()} | {n: str(one.key) for n, one in placed.items()}
    links = {
        link: f"{entry.type}/{entry.name or names[entry.number]}"
        for entry in entries
        if entry.name or entry.number in names
        for link in entry.links
    } | _conditional_links(desk, entries)
    for entry in sorted(entries, key=lambda one: _ORDER.get(one.method, 3)):
        if entry.number in done or entry.method not in _ORDER:
            continue
        body = replaced(entry.resource, links)
        done[entry.number] = _do_one(desk, entry, body, placed.get(entry.number))
    return done


def _do_one(desk: Desk, entry: Entry, body: dict[str, Any], place: _Placed | None) -> Done:
    if entry.method == "DELETE":
        return desk.delete(entry.type, entry.name, entry.if_match)
    if entry.method == "PUT":
        return desk.update(entry.type, entry.name, body, entry.if_match)
    if place is None:
        raise Problem("SSK-3425", entry=entry.number, field="request")
    if place.ref is not None:
        return desk.create(entry.type, body, place.ref)
    return desk.put_new(entry.type, str(place.key), place.key, place.person, body)


def _place(desk: Desk, posts: Sequence[Entry]) -> dict[int, _Placed]:
    """Keys for what will be made: Patients first, then what names a patient, then what points at those."""
    patients = [entry for entry in posts if entry.type == "Patient"]
    refs = owner.persons_for(desk.attempt.actor, [entry.resource for entry in patients], desk.at) if patients else []
    placed = {entry.number: _Placed(ref.patient, ref.person, ref) for entry, ref in zip(patients, refs, strict=True)}
    for entry, ref in zip(patients, refs, strict=True):
        desk.new_persons |= dict.fromkeys(entry.links, ref.person)
    others = [entry for entry in posts if entry.type != "Patient"]
    for entry in sorted(others, key=lambda one: "patient" not in parameters.of(one.type)):
        key, person = desk.place(entry.type, entry.resource, None)
        placed[entry.number] = _Placed(key, person, None)
        desk.new_persons |= dict.fromkeys(entry.links, person)
    return placed


def _known_already(desk: Desk, entries: Sequence[Entry]) -> dict[int, Done]:
    """Conditional creates whose condition finds a resource. https://hl7.org/fhir/R4/http.html#ccreate"""
    done = {}
    for entry in sorted((one for one in entries if one.if_none_exist), key=lambda one: one.if_none_exist):
        found = existing(desk, entry.type, entry.if_none_exist)
        if found is not None:
            done[entry.number] = done_of(found)
    return done


def existing(desk: Desk, type_name: str, condition: str) -> Stored | None:
    """The one resource that meets a condition; others who ask the same wait until this transaction ends.

    Raises SSK-3413 when there are more.
    """
    db.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"{type_name}?{condition}",))
    found = _search(desk, type_name, condition)
    if len(found) > 1:
        raise Problem("SSK-3413")
    return found[0] if found else None


def done_of(stored: Stored) -> Done:
    """A resource that is there already, as the answer to a create."""
    name = bodies.name_in(stored.type, stored.body)
    return Done(200, stored.type, name, stored.version, stored.updated, stored.body)


def _search(desk: Desk, type_name: str, condition: str) -> list[Stored]:
    pairs = parse_qsl(condition, keep_blank_values=True)
    if not pairs:
        raise Problem("SSK-3004", name="If-None-Exist", form="name=value")
    query = parse(type_name, [*pairs, ("_count", "2")], base=desk.base, now=desk.at)
    return finding.search(desk.attempt.actor, query, desk.at).found


def _conditional_links(desk: Desk, entries: Sequence[Entry]) -> dict[str, str]:
    """References that are a search, with what they find. https://hl7.org/fhir/R4/http.html#trules"""
    links = {}
    for text in sorted({text for entry in entries for text in conditional(entry.resource)}):
        type_name, _, condition = text.partition("?")
        found = _search(desk, type_name, condition)
        if len(found) > 1:
            raise Problem("SSK-3413")
        if not found:
            raise Problem("SSK-3414", place="Bundle")
        links[text] = f"{type_name}/{bodies.name_in(type_name, found[0].body)}"
    return links
