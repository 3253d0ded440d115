"""Reads of one person's book, over the rooms below. Rights and the trace are `actions.open_book`'s.

`hidden` are the labels whose rows the reader may not see. Each read fetches only the types that its page needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

import orjson

from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db
from sosuckhoe.base.clock import VIETNAM
from sosuckhoe.base.keys import NOBODY
from sosuckhoe.book import agreeing, background, indicators, medicines, summary, timeline, visit
from sosuckhoe.book import find as finding
from sosuckhoe.book.ips import choosing, document
from sosuckhoe.book.owner import Owner
from sosuckhoe.book.papers import code as codes
from sosuckhoe.book.papers import reading
from sosuckhoe.book.record import Entry, Record, Source, day_of, facility_of, organizations_of, parsed
from sosuckhoe.book.words import identifier, target
from sosuckhoe.clinical import everything
from sosuckhoe.clinical import queries as clinical
from sosuckhoe.clinical.body import name_in
from sosuckhoe.clinical.draft import Stored
from sosuckhoe.exchange import sources
from sosuckhoe.exchange.feeds import memory
from sosuckhoe.exchange.xml130.mapping import registers, systems
from sosuckhoe.identity import queries as identity


class Verification(NamedTuple):
    """What a stranger with a print in hand may know. `state`: current, replaced, withdrawn."""

    state: str
    kind: reading.Kind
    numbers: str
    date: str
    facility: str
    facility_name: str
    owner: Owner | None


def owner(person: int) -> Owner | None:
    """The person of a book; None when identity knows none."""
    known = identity.known(person)
    return Owner(person, known.ref.patient, known.claim) if known else None


def person_of(patient: UUID) -> int | None:
    """Whose Patient resource has this id."""
    stored = clinical.read("Patient", patient)
    return stored.person if stored else None


def summary_of(whose: Owner, on: date, hidden: int = 0) -> summary.Summary:
    """The first page of a book, made anew (`kept.summary_of` remembers it)."""
    stored = clinical.of_person(whose.person, summary.TYPES, hidden_labels=hidden)
    return summary.summary(_record(stored), whose.traits, on)


def timeline_of(whose: Owner, hidden: int = 0) -> list[timeline.Visit]:
    """The visits of a person, newest first."""
    return timeline.visits(_record(clinical.of_person(whose.person, timeline.TYPES, hidden_labels=hidden)))


def visit_of(whose: Owner, key: UUID | str, hidden: int = 0) -> visit.VisitInFull | None:
    """A visit in full, by the id of its Encounter; only its own rows, and the appointments, are parsed."""
    stored = clinical.of_person(whose.person, visit.TYPES, hidden_labels=hidden)
    kept, names = _same_visits(stored, str(key))
    marks = [name.encode() for name in names]
    own = [row for row in stored if row.type == "Appointment" or any(mark in row.body for mark in marks)]
    return visit.in_full(_record(own), kept, whose.traits)


def _same_visits(stored: Sequence[Stored], key: str) -> tuple[str, set[str]]:
    """The visit that stands for this one, and the ids of all that are the same visit, told by several sources."""
    rows = [row for row in stored if row.type == "Encounter"]
    if len(rows) == 1:
        return key, {key}
    entries = parsed(rows)
    visits = agreeing.once(entries, _organizations(entries)).visits
    kept = visits.get(key, key)
    return kept, {kept, *(other for other, stands in visits.items() if stands == kept)}


def contradictions_of(whose: Owner) -> list[agreeing.Contradiction]:
    """What other systems write differently of who the person is."""
    return agreeing.of_person((_source(word), word.claim) for word in memory.words_of(whose.person))


def _source(word: memory.Word) -> Source:
    known = sources.sources().get(word.source)
    written = word.as_of.astimezone(VIETNAM)
    names = (known.vi, known.en) if known else ("", "")
    return Source("", "", f"{written:%Y-%m-%d}", word.as_of, "", *names, written.isoformat(timespec="seconds"))


def history_of(whose: Owner, on: date, hidden: int = 0) -> summary.Summary:
    """What group (b) of a visit needs: allergies and long-term illnesses, and the cards of group (a)."""
    types = ("Encounter", "Condition", "AllergyIntolerance", "Coverage")
    record = _record(clinical.of_person(whose.person, types, hidden_labels=hidden))
    return summary.summary(record, whose.traits, on)


def medicines_of(whose: Owner, hidden: int = 0) -> list[medicines.Prescription]:
    """Every prescription line, newest first."""
    types = ("Encounter", "MedicationRequest")
    return medicines.prescriptions(_record(clinical.of_person(whose.person, types, hidden_labels=hidden)))


def results_of(whose: Owner, hidden: int = 0) -> list[indicators.Series]:
    """Every indicator with its history."""
    types = ("Encounter", "Observation")
    record = _record(clinical.of_person(whose.person, types, hidden_labels=hidden))
    return indicators.series(record, whose.traits)


def background_of(whose: Owner, hidden: int = 0) -> background.Background:
    """Past illnesses, habits, disabilities, and what the family has."""
    types = ("Encounter", *background.TYPES)
    return background.background(_record(clinical.of_person(whose.person, types, hidden_labels=hidden)))


def papers_of(whose: Owner, hidden: int = 0) -> list[reading.Paper]:
    """Every paper, newest first."""
    types = ("Encounter", "Composition", "ServiceRequest")
    stored = clinical.of_person(whose.person, types, hidden_labels=hidden)
    referral = systems.DOCUMENT.encode()
    return reading.papers(_record([row for row in stored if row.type != "ServiceRequest" or referral in row.body]))


def paper_of(whose: Owner, key: UUID, hidden: int = 0) -> reading.Paper | None:
    """One paper of a person; None when there is no such paper."""
    return next((paper for paper in papers_of(whose, hidden) if paper.key == str(key)), None)


def find(whose: Owner, question: str, hidden: int = 0) -> list[finding.Hit]:
    """The entries of a book that hold every word of a question."""
    record = _record(clinical.of_person(whose.person, finding.TYPES, hidden_labels=hidden))
    return finding.find(record, whose.traits, question)


def ips_of(actor: Actor, patient: Stored, on: date, base: str, hidden: int = 0) -> bytes:
    """The International Patient Summary of a person as a document; `patient` is their Patient, `base` the server."""
    stored = clinical.of_person(patient.person, choosing.TYPES, hidden_labels=hidden)
    rows = {f"{row.type}/{name_in(row.type, row.body)}": row for row in stored}
    body = orjson.loads(patient.body)
    person = indicators.Person(body.get("gender", ""), day_of(body.get("birthDate", "")))
    facts = choosing.chosen(choosing.Asked(_record(stored), person, on))
    named = [patient, *(rows[place] for place in document.places_of(facts))]
    devices = [
        row for name, row in rows.items() if row.type == "Device" and any(name.encode() in one.body for one in named)
    ]
    also = everything.referred(actor, [*named, *devices], NOBODY, base)
    return document.document(document.Sources(patient, facts, rows, [*devices, *also], base, on))


def facility_names(wanted: Iterable[str]) -> dict[str, str]:
    """MA_CSKCB → name of those that the register knows."""
    return {code: entry.name for code, entry in identity.facilities(sorted(set(wanted) - {""})).items()}


def verification(text: str) -> Verification | None:
    """What a code on a print proves; None when no print has it.

    Text that cannot be a code is looked up too, so that every answer costs the same question to the database.
    """
    code = codes.read(text) or bytes(15)
    row = db.one(
        "select person, key, version, kind, digest from book_paper where bucket = %s and code = %s",
        (codes.bucket_in(code), code),
    )
    if row is None:
        return None
    whose = owner(row.person)
    kind = reading.kinds()[row.kind]
    paper = paper_of(whose, row.key) if whose else None
    if paper is None:
        return Verification("withdrawn", kind, "", "", "", "", whose)
    is_same = paper.version == row.version or reading.digest(paper) == bytes(row.digest)
    state = "current" if is_same else "replaced"
    source = paper.source
    return Verification(state, kind, paper.numbers, paper.date, source.facility, source.name, whose)


def _record(stored: Sequence[Stored]) -> Record:
    """Rows, parsed, with the names of every facility that they name."""
    entries = parsed(stored)
    organizations = _organizations(entries)
    wanted = {*organizations.values(), *(facility_of(entry.body) for entry in entries), *_registrations(entries)}
    told = agreeing.once(entries, organizations)
    return Record(told.entries, facility_names(wanted), organizations, told.also)


def _registrations(entries: Iterable[Entry]) -> Iterable[str]:
    for entry in entries:
        if entry.type == "Coverage":
            yield from (str(part.get("value", "")) for part in entry.body.get("class", ()))


def _organizations(entries: Iterable[Entry]) -> dict[str, str]:
    """Id of each Organization that is named → its MA_CSKCB: by the codes at hand, else by the register's entry."""
    entries = list(entries)
    at_hand = {facility_of(entry.body) for entry in entries} - {""}
    known = {_organization_id(code): code for code in at_hand}
    for entry in entries:
        for reference in (*organizations_of(entry.body), *_performers(entry)):
            key = target(reference)
            if key not in known and (code := _code_of_organization(key)):
                known[key] = code
    return known


def _performers(entry: Entry) -> list[dict[str, str]]:
    if entry.type != "ServiceRequest":
        return []
    return [part for part in entry.body.get("performer", ()) if "Organization/" in part.get("reference", "")]


@lru_cache(maxsize=16_384)
def _organization_id(code: str) -> str:
    return str(registers.register_key("Organization", code))


def _code_of_organization(name: str) -> str:
    """The MA_CSKCB of an Organization by its id; '' when the register has none."""
    if clinical.made_here(name) is None:
        return _told_code(name)
    try:
        return _registered_code(name)
    except LookupError:
        return ""


@lru_cache(maxsize=16_384)
def _registered_code(name: str) -> str:
    """The same, kept once it is found: an id of ours is made from the code, so it never changes."""
    if not (code := _told_code(name)):
        raise LookupError(name)
    return code


def _told_code(name: str) -> str:
    key = clinical.keys_of("Organization", [name]).get(name)
    stored = clinical.read("Organization", key) if key else None
    return identifier(orjson.loads(stored.body).get("identifier", ()), systems.FACILITY) if stored else ""
