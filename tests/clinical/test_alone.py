"""The short way of a change (actions/alone.py) leaves what the long way leaves, and does nothing where it may not."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import transaction

from sosuckhoe.access import actions as access
from sosuckhoe.access import labels, queries
from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.clinical import actions, reading
from sosuckhoe.clinical.actions import alone, hide, phrases
from sosuckhoe.clinical.hiding import Wish
from tests.clinical.made import AT, PERSON, draft, observation, patient

OWNER = Actor(account=8, name="", role="citizen", person=PERSON, purpose="own")
SYSTEM = Actor(account=7, name="", role="system", facility="79001")
LATER = AT + timedelta(seconds=1)
TABLES = {
    "clinical_resource": "person, type, version, label, moment, moment_to, updated, present, tokens",
    "clinical_history": "person, type, version, label, source, updated",
    "clinical_date": "path, low, high",
    "clinical_text": "path, exact, folded",
    "clinical_number": "path, low, high, coded, code, unit, kind, second_low, second_high, pair, system",
    "clinical_phrase": "path, token, folded",
    "access_audit": "bucket, person, at, account, role, facility, purpose, action, kind, outcome, detail",
}
RESULT = observation("x").body
REGISTER = {
    "resourceType": "Organization",
    "name": "Bệnh viện An Bình",
    "type": [{"text": "Hospital"}],
    "address": [{"city": "Huế"}],
}
CONDITION = {
    "resourceType": "Condition",
    "subject": RESULT["subject"],
    "clinicalStatus": {
        "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "resolved"}]
    },
    "code": {"text": "Tăng huyết áp"},
    "onsetDateTime": "2020-05",
    "abatementAge": {"value": 50, "unit": "a", "system": "http://unitsofmeasure.org", "code": "a"},
    "recordedDate": "2020-06-01",
}
MADE = [
    (SYSTEM, RESULT),
    (SYSTEM, CONDITION),
    (PROGRAM, REGISTER),
    (PROGRAM, {"resourceType": "Basic", "code": {"text": "x"}}),
]


@pytest.fixture
def treated(db):
    actions.put_many([patient(), patient(PERSON + 1)], AT)
    access.tie([("79001", PERSON)], AT)


def long_way(monkeypatch):
    for name in ("create", "update", "delete"):
        monkeypatch.setattr(alone, name, lambda *_given: None)


def life(actor, body):
    """A resource from its creation to its end; what all tables hold then, by turns."""
    made = actions.create(actor, body["resourceType"], dict(body), AT)
    created = rows()
    changed = {**body, "id": made.name, "language": "vi"}
    actions.update(actor, body["resourceType"], made.name, changed, LATER, if_match=1)
    updated = rows()
    actions.delete(actor, body["resourceType"], made.name, LATER)
    return made, [created, updated, rows()]


def rows():
    return {table: sorted(map(str, db.tuples(f"select {names} from {table}"))) for table, names in TABLES.items()}


@pytest.mark.parametrize(("actor", "body"), MADE, ids=[body["resourceType"] for _, body in MADE])
def test_both_ways_leave_the_same_rows(treated, monkeypatch, actor, body):
    with db.atomic():
        made, short = life(actor, body)
        with pytest.raises(Problem, match="SSK-3410"):
            reading.read(actor, body["resourceType"], made.name, LATER)
        transaction.set_rollback(True)
    long_way(monkeypatch)
    assert life(actor, body)[1] == short


def test_the_long_way_is_only_for_what_is_not_plain(treated, monkeypatch):
    for name in ("create", "update", "delete"):
        monkeypatch.setattr(import_module(f"sosuckhoe.clinical.actions.{name}"), "attempt", _not_here)
    for actor, body in MADE:
        life(actor, body)


def _not_here(*_given):
    raise AssertionError("the long way was taken")


def test_of_an_owner_who_hides_something_the_long_way_is_taken(treated):
    mine = observation("mine")
    actions.put_many([mine], AT)
    body = {**mine.body, "language": "vi"}
    hide.hide(OWNER, PERSON, Wish("", frozenset({"Observation"}), 0), "", AT)
    assert alone.create(PROGRAM, "Observation", mine.body, LATER, "") is None
    assert alone.update(PROGRAM, "Observation", str(mine.key), body, LATER, "", None) is None
    actions.update(PROGRAM, "Observation", str(mine.key), body, LATER)
    assert db.value("select label from clinical_resource where rid = %s", (mine.key,)) == labels.HIDDEN
    with pytest.raises(Problem, match="SSK-1002"):
        actions.delete(SYSTEM, "Observation", str(mine.key), LATER)


@pytest.mark.parametrize("kept", [{"person": PERSON + 1}, {"person": PERSON, "security": "R"}])
def test_what_may_not_be_touched_is_left_alone(treated, kept):
    """Of a person who was never treated here, or with a label that a system may not see."""
    meta = {"meta": {"security": [{"code": kept["security"]}]}} if "security" in kept else {}
    theirs = observation("theirs", person=kept["person"], **meta)
    actions.put_many([theirs], AT)
    before = rows()
    name = str(theirs.key)
    assert alone.update(SYSTEM, "Observation", name, {**theirs.body, "language": "vi"}, LATER, "", None) is None
    assert alone.delete(SYSTEM, "Observation", name, LATER, None) is None
    assert alone.create(SYSTEM, "Observation", theirs.body, LATER, "") is None
    assert rows() == before
    with pytest.raises(Problem, match="SSK-1002"):
        actions.create(SYSTEM, "Observation", dict(theirs.body), LATER)
    assert db.tuples("select action, outcome from access_audit") == [("create", "refused")]


def test_a_resource_stays_its_persons(treated):
    access.tie([("79001", PERSON + 1)], AT)
    mine = observation("mine")
    actions.put_many([mine], AT)
    moved = {**mine.body, "subject": {"reference": f"Patient/{patient(PERSON + 1).key}"}}
    nobodys = {name: value for name, value in mine.body.items() if name != "subject"}
    for body in (moved, nobodys):
        with pytest.raises(Problem, match="SSK-3422"):
            actions.update(SYSTEM, "Observation", str(mine.key), body, LATER)


def test_versions_are_demanded_and_deleted_ones_are_not_deleted_again(treated):
    mine = observation("mine")
    actions.put_many([mine], AT)
    name = str(mine.key)
    for try_it in (
        lambda: actions.update(SYSTEM, "Observation", name, mine.body, LATER, if_match=2),
        lambda: actions.delete(SYSTEM, "Observation", name, LATER, if_match=2),
    ):
        with pytest.raises(Problem, match="SSK-3412"):
            try_it()
    assert actions.delete(SYSTEM, "Observation", name, LATER, if_match=1).version == 2
    assert actions.delete(SYSTEM, "Observation", name, LATER).version == 2
    assert actions.update(SYSTEM, "Observation", name, mine.body, LATER).version == 3


def test_the_same_again_makes_no_version(treated):
    mine = observation("mine")
    actions.put_many([mine], AT)
    again = actions.update(SYSTEM, "Observation", str(mine.key), mine.body, LATER)
    assert (again.status, again.version) == (200, 1)
    assert db.value("select count(*) from clinical_history") == 0


@pytest.mark.django_db(transaction=True)
def test_texts_of_codes_are_known_once_they_are_committed(phrases_known):
    actions.put_many([patient()], AT)
    access.tie([("79001", PERSON)], AT)
    for _ in range(2):
        actions.create(SYSTEM, "Observation", dict(RESULT), AT)
    kept = [token for (token,) in db.tuples("select token from clinical_phrase")]
    assert len(kept) == len(set(kept)) > 0
    assert {int.from_bytes(one[4:], "big", signed=True) for one in phrases_known} >= set(kept)


@pytest.fixture
def phrases_known():
    phrases.KNOWN.clear()
    return phrases.KNOWN


@pytest.mark.django_db(transaction=True)
def test_a_version_that_another_writer_has_superseded_is_not_written(monkeypatch):
    mine = observation("mine")
    actions.put_many([patient(), mine], AT)
    seen = alone._seen

    def overtaken(*given):
        found = seen(*given)
        actions.put_many([draft("Observation", "mine", status="final", code={"text": "other"})], AT)
        return found

    monkeypatch.setattr(alone, "_seen", overtaken)
    with pytest.raises(Problem, match="SSK-3409"):
        alone.update(PROGRAM, "Observation", str(mine.key), {**mine.body, "language": "vi"}, LATER, "", None)
    versions = db.tuples("select version from clinical_history where bucket = %s", (bucket_of(PERSON),))
    assert versions == [(1,)]


def test_a_transaction_asks_once_for_a_person(treated, monkeypatch):
    asked, tied = [], queries.tied
    monkeypatch.setattr(queries, "tied", lambda *given: asked.append(given) or tied(*given))
    monkeypatch.setattr(queries, "is_tied", None)
    content = {name: value for name, value in RESULT.items() if name != "id"}
    entry = {"resource": content, "request": {"method": "POST", "url": "Observation"}}
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [entry] * 5}
    done = actions.transaction(SYSTEM, bundle, AT)
    assert [one.status for one in done] == [201] * 5
    assert len(asked) == 1
