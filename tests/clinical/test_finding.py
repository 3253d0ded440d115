from __future__ import annotations

import pytest

from sosuckhoe.access import actions as access
from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY, derived_key
from sosuckhoe.clinical import actions, finding, paging
from sosuckhoe.clinical.draft import Draft
from sosuckhoe.clinical.search.query import parse
from tests.clinical.made import AT, PERSON, observation, patient

pytestmark = pytest.mark.django_db
OTHER = 99
ALICE = Actor(1, "Alice", "citizen", person=PERSON, purpose="own")
HOSPITAL = Actor(2, "A hospital", "system", facility="79001")
OFFICER = Actor(3, "An officer", "officer", area="79", purpose="public-health")
HIV = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"}]}


@pytest.fixture
def stored():
    mine, hers = observation("mine"), observation("hers", person=OTHER)
    secret = observation("secret", meta=HIV)
    key = derived_key(555, AT, "facility")
    register = Draft("Organization", key, NOBODY, {"resourceType": "Organization", "id": str(key), "active": True})
    actions.put_many([mine, hers, secret, register, patient(), patient(OTHER)], AT)
    return {"mine": mine.key, "hers": hers.key, "secret": secret.key, "register": key}


def found(actor, type_name, *pairs):
    return {s.key for s in finding.search(actor, parse(type_name, pairs, base="", now=AT), AT).found}


def test_a_citizen_finds_only_their_own(stored):
    assert found(ALICE, "Observation") == {stored["mine"], stored["secret"]}
    assert found(ALICE, "Observation", ("patient", str(patient(OTHER).key))) == set()
    assert found(ALICE, "Observation", ("_id", str(stored["hers"]))) == set()
    assert found(ALICE, "Observation", ("identifier", "hers")) == set()
    assert found(ALICE, "Patient") == {patient().key}


def test_a_guardian_finds_a_dependant_s_too(stored):
    access.give_book_to(PERSON, OTHER, "mother", "full", AT.date())
    assert found(ALICE, "Observation") == {stored["mine"], stored["secret"], stored["hers"]}


def test_a_hospital_finds_whom_it_has_treated_without_what_is_sensitive(stored):
    assert found(HOSPITAL, "Observation") == set()
    access.tie([("79001", PERSON)], AT)
    assert found(HOSPITAL, "Observation") == {stored["mine"]}
    assert found(HOSPITAL, "Observation", ("patient", str(patient().key))) == {stored["mine"]}
    assert found(HOSPITAL, "Observation", ("patient", str(patient(OTHER).key))) == set()


def test_registers_are_for_everyone_signed_in(stored):
    for actor in (ALICE, HOSPITAL, OFFICER, PROGRAM):
        assert found(actor, "Organization", ("active", "true")) == {stored["register"]}


def test_an_officer_finds_no_person_s_record(stored):
    with pytest.raises(Problem, match="SSK-1003"):
        found(OFFICER, "Observation")


def test_every_person_on_the_page_gets_one_line_in_the_trace(stored):
    found(PROGRAM, "Observation")
    lines = db.tuples("select person, action, kind, account from access_audit order by person")
    assert lines == [(OTHER, "search", "Observation", 0), (PERSON, "search", "Observation", 0)]


def lines_of(*pairs, count):
    """The trace after a search, and whose rows were shown."""
    before = db.value("select coalesce(max(id), 0) from access_audit")
    query = parse("Observation", [*pairs, ("_count", str(count))], base="", now=AT)
    page = finding.search(PROGRAM, query, AT)
    told = "select bucket, person, at, account, role, facility, purpose, action, kind, key, outcome, detail"
    lines = db.tuples(f"{told} from access_audit where id > %s order by person", (before,))
    return lines, {one.person for one in page.found}


@pytest.mark.parametrize("pairs", [[], [("code", "718-7")], [("value-quantity", "gt0")], [("_lastUpdated", "gt2000")]])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 20])
def test_the_lines_of_one_statement_are_those_of_two(monkeypatch, pairs, count):
    """Of whom a page shows and of nobody else: one row more is read to know whether there is a next page."""
    persons = [PERSON, OTHER, PERSON, OTHER + 1]
    rows = [observation(f"t{i}", person=one, valueQuantity={"value": 5}) for i, one in enumerate(persons)]
    actions.put_many(rows, AT)
    together, shown = lines_of(*pairs, count=count)
    assert [line[1] for line in together] == sorted(shown)
    monkeypatch.setattr(paging, "_is_one_statement", lambda *_: False)
    assert lines_of(*pairs, count=count) == (together, shown)


def test_no_line_is_written_of_registers(stored):
    assert found(PROGRAM, "Organization") == {stored["register"]}
    assert db.value("select count(*) from access_audit") == 0


def test_the_total_is_counted_only_when_asked(stored):
    for pairs, total, count in (
        [[], None, 3],
        [[("_total", "accurate"), ("_count", "1")], 3, 1],
        [[("_summary", "count")], 3, 0],
    ):
        page = finding.search(PROGRAM, parse("Observation", pairs, base="", now=AT), AT)
        assert (page.total, len(page.found)) == (total, count)
