"""A small province as three vendors send it, and its people and books without anything that this house made up."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from functools import cache
from typing import NamedTuple

import orjson

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import db
from sosuckhoe.book import queries as books
from sosuckhoe.clinical import queries as clinical
from sosuckhoe.exchange.actions import file, registers
from sosuckhoe.exchange.actions.receive import Parcel, receive
from sosuckhoe.exchange.feeds import deliver, readers
from sosuckhoe.identity import queries as identity
from sosuckhoe.identity.actions import register_facilities
from sosuckhoe.identity.queries import Facility
from sosuckhoe.simulation import fhir_bundles, held, profiles, tables
from sosuckhoe.simulation.life import Life
from sosuckhoe.simulation.province import Plan

UNTIL = date(2026, 6, 30)
AT = datetime(2026, 7, 1, tzinfo=UTC)
OURS = "urn:sosuckhoe:sid:source:"


class Sent(NamedTuple):
    """One file of one vendor."""

    feed: str
    facility: str
    name: str
    content: bytes


@cache
def province(seed=4, people=34, years=0.5):
    """The files of the three feeds, and the facilities of the province."""
    life = Life(Plan(people, years, seed, UNTIL))
    packages = list(life.packages())
    holdings = held.holdings(life, packages)
    sent = [
        Sent("profiles", one.facility.code, "", profiles.as_sent(one, "30/06/2026")) for one in profiles.profiles(life)
    ]
    sent += [Sent("fhir", "", name, content) for name, content in fhir_bundles.bundles(holdings["fhir"])]
    sent += [Sent("tables", "", name, content) for name, content in tables.tables(holdings["tables"])]
    facilities = [Facility(one.code, one.name_now, vendor=one.vendor) for one in life.network.all]
    return tuple(sent), facilities


def bring(sent):
    """Take in and file some files, in this order."""
    registers.forget()
    register_facilities(province()[1])
    for one in sent:
        if one.feed == "profiles":
            receive(PROGRAM, Parcel(one.facility, "profile", one.content), "import", AT)
            while file.drain(AT):
                pass
        else:
            kind, source = {"fhir": (readers.BUNDLE, "song-hong"), "tables": (readers.CSV, "thon-ban")}[one.feed]
            parcel = deliver.Parcel(source, kind, one.name)
            deliver.receive(PROGRAM, parcel, io.BytesIO(one.content), "import", AT)
            deliver.drain(readers.readers())


def people():
    """Who the vendors' records are, each person by their records, with what is known of them."""
    grouped = {}
    for source, record, person in db.tuples("select source, id, person from exchange_word"):
        grouped.setdefault(person, []).append(f"{source}/{record}")
    known = identity.known_all(grouped)
    return {
        tuple(sorted(records)): (
            known[person].claim.name, known[person].claim.birth, known[person].claim.sex, known[person].claim.phone,
            known[person].claim.address, tuple(sorted(known[person].claim.identifiers)),
        )
        for person, records in grouped.items()
    }  # fmt: skip


def resources():
    """Everything in every book, with the vendors' ids in the place of ours."""
    stored = [
        orjson.loads(one.body)
        for person in sorted({row[0] for row in db.tuples("select person from exchange_word")})
        for one in clinical.of_person(person)
    ]
    names = {body["id"]: name_of(body) for body in stored}
    return sorted(canonical(body, names) for body in stored if body["resourceType"] not in {"Provenance", "Patient"})


def name_of(body):
    numbers = body.get("identifier") or []
    listed = numbers if isinstance(numbers, list) else [numbers]
    own = sorted(f"{one['system']}|{one['value']}" for one in listed if one.get("system", "").startswith(OURS))
    return f"{body['resourceType']}:{own}"


def canonical(body, names):
    text = orjson.dumps({**body, "id": "", "meta": {**body["meta"], "versionId": "", "lastUpdated": ""}}).decode()
    for key, name in names.items():
        text = text.replace(key, name)
    return text


def shown():
    """What each book's first page, visits and results say, without keys and without when it came here."""
    found = {}
    for records, person in _persons():
        owner = books.owner(person)
        found[records] = plain(
            (
                books.summary_of(owner, UNTIL),
                books.timeline_of(owner),
                books.results_of(owner),
                books.medicines_of(owner),
            )
        )
    return found


def _persons():
    grouped = {}
    for source, record, person in db.tuples("select source, id, person from exchange_word"):
        grouped.setdefault(person, []).append(f"{source}/{record}")
    return [(tuple(sorted(records)), person) for person, records in sorted(grouped.items())]


def plain(value):
    if hasattr(value, "_fields"):
        left_out = {"key", "updated", "visit"}
        return {name: plain(getattr(value, name)) for name in value._fields if name not in left_out}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value
