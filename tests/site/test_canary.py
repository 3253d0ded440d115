"""No value of a record stands in logs, problem pages, others' outcomes, addresses or what the house keeps of itself.

A book is filled with canaries in every text field; pages and interfaces are walked, also along every error, with
faults that carry the canary in their message; then everything that was written down is searched.
"""

from __future__ import annotations

import html
import io
import json
import logging
import os
import re
from contextlib import suppress
from datetime import timedelta

import psycopg
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from sosuckhoe.access import actions as access
from sosuckhoe.access import addresses, sending
from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.base import clock, db
from sosuckhoe.base.text import fold
from sosuckhoe.book import queries
from sosuckhoe.clinical.search.parameters import name_of
from sosuckhoe.exchange import jobs as exchange_jobs
from sosuckhoe.exchange.actions import receive as exchange
from sosuckhoe.site import worker
from sosuckhoe.site.journal import PlacesOnly
from tests.book import library
from tests.clinical.made import observation
from tests.conftest import RUN_FOLDER
from tests.doors.fhir.cast import Client as Machine
from tests.signed import signed

pytestmark = pytest.mark.django_db

BIRD = "Kimtuocvang"
NUMBERS = {"SO_CCCD": "025160987654", "DIEN_THOAI": "0987123654", "MA_THE_BHYT": "GD4252598765432"}
CANARIES = (fold(BIRD), *(fold(one) for one in NUMBERS.values()))
WORDS = re.compile(
    r"(HO_TEN|DIA_CHI|TEN_|CHAN_DOAN|GHI_CHU|LY_DO|KET_|MO_TA|PP_|LIEU_DUNG|CACH_DUNG|LOI_|TOMTAT|DAU_HIEU)"
)
IN_PAGE = re.compile(r"""(?:href|src|action|formaction|data-[a-z-]+)="([^"]*)\"""")
FORM = "application/x-www-form-urlencoded"


def sung_in(text):
    """The canaries that stand in a text, however it is written."""
    plain = fold(html.unescape(text))
    return [one for one in CANARIES if one in plain or one in plain.replace(" ", "")]


def filled(package):
    """The package with a canary in every field of words, and numbers that nobody else has."""
    for rows in package.tables.values():
        for row in rows:
            row.update({tag: f"{value} {BIRD}" for tag, value in row.items() if WORDS.match(tag) and value})
            row.update({tag: number for tag, number in NUMBERS.items() if tag in row})
    return package


@pytest.fixture
def written():
    """What every logger of the house writes, in the form that the house writes it in; chattier than it is set."""
    place = io.StringIO()
    handler = logging.StreamHandler(place)
    handler.setFormatter(PlacesOnly())
    loggers = [logging.getLogger(), *(logging.getLogger(name) for name in settings.LOGGING["loggers"])]
    levels = [one.level for one in loggers]
    for one in loggers:
        one.addHandler(handler)
        one.setLevel(logging.DEBUG)
    yield place
    for one, level in zip(loggers, levels, strict=True):
        one.removeHandler(handler)
        one.setLevel(level)


@pytest.fixture
def book(db):
    person = library.file([filled(one) for one in library.grandmothers_year()])
    account = access.open_account(PROGRAM, "lua", name="Lụa", role="citizen", person=person)
    access.tie([(library.DISTRICT, person)], library.NOW)
    return person, account


def pages_of(person):
    """Every page of the book, and every page that a citizen has."""
    whose = queries.owner(person)
    keys = {
        "citizen:visit": queries.timeline_of(whose)[0].key, "citizen:paper": queries.papers_of(whose)[0].key,
        "citizen:paper-pdf": queries.papers_of(whose)[0].key, "citizen:test": "glucose",
    }  # fmt: skip
    for name, page in addresses.pages().items():
        if page.of in {"book", "owner"} and name.startswith("citizen:") and not name.startswith("citizen:link"):
            yield name, reverse(name, args=[whose.patient, *([keys[name]] if name in keys else [])])


def words_of(answer):
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode(errors="replace")


def test_the_canary_is_in_the_book(book):
    """Otherwise the rest shows nothing."""
    client = signed(Client(), book[1])
    met = [name for name, where in pages_of(book[0]) if sung_in(words_of(client.get(where)))]
    assert {"citizen:summary", "citizen:visits", "citizen:visit", "citizen:medicines", "citizen:papers"} <= set(met)


def test_no_address_on_a_page_carries_a_value(book, written):
    client = signed(Client(), book[1])
    for name, where in pages_of(book[0]):
        answer = client.get(where)
        assert sung_in(answer.headers.get("Location", "")) == [], name
        links = [link for link in IN_PAGE.findall(words_of(answer)) if not link.startswith("data:")]
        assert [link for link in links if sung_in(link)] == [], name
    assert sung_in(written.getvalue()) == []


def test_what_is_searched_for_stands_in_no_address_and_no_log(book, written):
    client = signed(Client(), book[1])
    where = reverse("citizen:find", args=[queries.owner(book[0]).patient])
    answer = client.post(where, {"q": BIRD})
    assert answer.status_code == 200
    assert sung_in(answer.request["PATH_INFO"] + answer.request["QUERY_STRING"]) == []
    assert sung_in(written.getvalue()) == []


@pytest.mark.parametrize(
    "fault",
    [
        ValueError(f"cannot read {BIRD}"), KeyError(BIRD), psycopg.errors.InvalidTextRepresentation(f'"{BIRD}"'),
        psycopg.errors.UniqueViolation(f"Key (value)=({NUMBERS['SO_CCCD']})"),
        UnicodeDecodeError("utf8", BIRD.encode(), 0, 1, BIRD),
    ],
    ids=lambda fault: type(fault).__name__,
)  # fmt: skip
def test_a_fault_behind_a_page_or_an_interface_is_told_without_its_message(book, written, monkeypatch, capfd, fault):
    machine = Machine({"lua": access.issue_token(book[1], "bearer", clock.now(), timedelta(hours=1))})

    def broken(*_args, **_named):
        raise fault

    client = signed(Client(raise_request_exception=False), book[1])
    patient = queries.owner(book[0]).patient
    where = reverse("citizen:visits", args=[patient])
    monkeypatch.setattr("sosuckhoe.book.queries.timeline_of", broken)
    monkeypatch.setattr("sosuckhoe.clinical.reading.read", broken)
    page = client.get(where)
    outcome = machine.ask("lua", "GET", f"/Patient/{patient}")
    assert (page.status_code, outcome.status_code) == (500, 500)
    said = [words_of(page), outcome.text, str(outcome.headers), written.getvalue(), "".join(capfd.readouterr())]
    assert [one for one in said if sung_in(one)] == []
    assert type(fault).__name__ in written.getvalue(), "the failure itself is written down"


def wrong_bodies():
    """Everything that can be wrong with what a hospital sends, with the canary in it."""
    good = observation("a").body
    yield b'{"resourceType": "Observation", "status": "' + BIRD.encode()
    yield json.dumps({**good, "status": BIRD}).encode()
    yield json.dumps({**good, "effectiveDateTime": BIRD}).encode()
    yield json.dumps({**good, BIRD: BIRD}).encode()
    yield json.dumps({**good, "subject": {"reference": f"Patient/{BIRD}"}}).encode()
    yield json.dumps({**good, "subject": {"reference": BIRD}}).encode()
    yield json.dumps({**good, "valueQuantity": {"value": BIRD}}).encode()
    yield f"<Observation xmlns='http://hl7.org/fhir'><status value='{BIRD}'/>".encode()


ASKED = (
    f"/Patient?name={BIRD}&name:{BIRD}=x", f"/Patient?birthdate={BIRD}", f"/Patient/{BIRD}", f"/{BIRD}/1",
    f"/Patient?identifier={NUMBERS['SO_CCCD']}&_sort={BIRD}", f"/Observation?value-quantity={BIRD}",
    f"/Patient?_has:{BIRD}:x:y=1", f"/Observation?subject.name={BIRD}&_count={BIRD}", f"/Patient/{BIRD}/$everything",
    f"/Observation?_filter=status eq {BIRD}",
)  # fmt: skip


def test_no_wrong_request_leaves_its_words_in_the_log(book, written, capfd):
    hospital = access.open_account(PROGRAM, "bv", name="bv", role="system", facility=library.DISTRICT)
    machine = Machine({"bv": access.issue_token(hospital, "bearer", clock.now(), timedelta(hours=1))})
    for body in wrong_bodies():
        for method, where in (("POST", "/Observation"), ("PUT", f"/Observation/{observation('a').key}"), ("POST", "/")):
            form = "application/fhir+xml" if body.startswith(b"<") else "application/fhir+json"
            assert machine.ask("bv", method, where, body, Content_Type=form).status_code < 500
    for where in ASKED:
        assert machine.ask("bv", "GET", where).status_code < 500, where
    said = written.getvalue() + "".join(capfd.readouterr())
    assert sung_in(said) == []


def test_what_a_stranger_is_told_has_no_canary(book, written):
    """Outcomes for others, of requests that name what stands in the book."""
    elsewhere = access.open_account(PROGRAM, "xa", name="xa", role="system", facility=library.COMMUNE)
    machine = Machine({"xa": access.issue_token(elsewhere, "bearer", clock.now(), timedelta(hours=1))})
    patient = queries.owner(book[0]).patient
    found = db.tuples("select distinct type, rid from clinical_resource where person = %s", (book[0],))
    where = [f"/{name_of()[number]}/{rid}{rest}" for number, rid in found for rest in ("", "/_history")]
    where += [f"/Patient/{patient}/$everything", f"/Patient/{patient}/$summary", f"/Observation?patient={patient}"]
    for one in where:
        answer = machine.ask("xa", "GET", one)
        assert sung_in(answer.text + str(answer.headers)) == [], one
    assert sung_in(written.getvalue()) == []


def test_a_hospital_file_that_fails_says_where_and_not_what(book, written, monkeypatch, capfd):
    """Broken, unreadable and merely wrong files, and a fault of the mapping itself."""
    hospital = access.open_account(PROGRAM, "cong", name="cong", role="system", facility=library.DISTRICT)
    for raw in (
        f"<GIAMDINHHS><{BIRD}>".encode(),
        f"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b '{BIRD}'>]><GIAMDINHHS>&b;</GIAMDINHHS>".encode(),
        f"<GIAMDINHHS><THONGTINDONVI><MACSKCB>{BIRD}</MACSKCB></THONGTINDONVI></GIAMDINHHS>".encode(),
        b"\xff\xfe" + BIRD.encode("utf-16-le"),
    ):
        received(hospital, raw)
    exchange_jobs.drain()

    def broken(*_args, **_named):
        raise ValueError(BIRD)

    monkeypatch.setattr(db, "forget_broken_connection", lambda: None)  # it would end the test's own transaction
    monkeypatch.setattr("sosuckhoe.exchange.xml130.mapping.claims_of", broken)
    received(hospital, b"<GIAMDINHHS/>")
    assert worker._run(broken) == 0
    exchange_jobs.drain()
    said = written.getvalue() + "".join(capfd.readouterr())
    assert sung_in(said) == []
    kept = db.tuples("select row_to_json(f)::text from exchange_finding f")
    assert [one for one in kept if sung_in(one[0])] == []


def received(account, raw):
    actor = Actor(account.pk, account.display_name, "system", facility=library.DISTRICT)
    exchange.receive(actor, exchange.Parcel(library.DISTRICT, "records", raw), "gateway", library.NOW)


def lost(phone, text, _at):
    """A sender that is away."""
    raise ConnectionError(f"{phone} {text}")


def test_a_line_outside_that_fails_names_nobody(book, written, settings, capfd):
    """The sender of messages: a number and a code are what it is given."""
    settings.SMS_SENDER = "tests.site.test_canary:lost"
    with pytest.raises(ConnectionError):
        sending.send(NUMBERS["DIEN_THOAI"], BIRD, library.NOW)
    assert worker._run(lambda: sending.send(NUMBERS["DIEN_THOAI"], BIRD, library.NOW)) == 0
    said = written.getvalue() + "".join(capfd.readouterr())
    assert "ConnectionError" in said
    assert sung_in(said) == []


def test_the_trace_and_the_sessions_keep_no_value(book, written):
    client = signed(Client(), book[1])
    for _, where in pages_of(book[0]):
        client.get(where)
    for table in ("access_audit", "access_session", "access_failure", "access_grant"):
        kept = db.tuples(f"select row_to_json(t)::text from {table} t")
        assert [one for one in kept if sung_in(one[0])] == [], table


def test_the_database_writes_no_statement_and_no_value_to_its_log(book):
    """Slow statements and refused ones: the server's whole log is searched."""
    for statement in (f"select '{BIRD}'::int4", f"select pg_sleep(0.01), '{BIRD}'", f"select * from {BIRD}"):
        with suppress(psycopg.Error), db.atomic():
            db.execute(statement)
    logs = list(RUN_FOLDER.rglob("server.log"))
    assert logs or "DATABASE_URL" in os.environ
    assert [log for log in logs if sung_in(log.read_text(encoding="utf-8", errors="replace"))] == []
