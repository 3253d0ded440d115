from __future__ import annotations

from datetime import timedelta

import pytest

from sosuckhoe.access import actions as access
from sosuckhoe.access import audit
from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY, derived_key
from sosuckhoe.clinical import actions, finding, queries, reading
from sosuckhoe.clinical.draft import Draft
from sosuckhoe.clinical.search.query import parse
from sosuckhoe.clinical.versions import Asked
from tests.clinical.made import AT, PERSON, observation

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)
ALICE = Actor(1, "Alice", "citizen", person=PERSON, purpose="own")
CHARLIE = Actor(2, "Charlie", "citizen", person=12345, purpose="own")
HOSPITAL = Actor(3, "A hospital", "system", facility="79001")
OFFICER = Actor(4, "An officer", "officer", area="79", purpose="public-health")
HIV = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"}]}


def trace():
    return db.tuples("select account, person, action, kind, key, outcome from access_audit order by id")


def test_the_owner_reads_the_stored_bytes_and_one_line_says_so():
    one = observation("a")
    actions.put_many([one], AT)
    assert reading.read(ALICE, "Observation", str(one.key), LATER) == queries.read("Observation", one.key)
    assert trace() == [(1, PERSON, "read", "Observation", one.key, "done")]


@pytest.mark.parametrize("stranger", [CHARLIE, HOSPITAL, OFFICER], ids=lambda actor: actor.role)
def test_a_stranger_gets_the_same_404_as_for_nothing_and_the_attempt_is_in_the_trace(stranger):
    one = observation("a")
    actions.put_many([one], AT)
    for attempt in (
        lambda name: reading.read(stranger, "Observation", name, LATER),
        lambda name: reading.vread(stranger, "Observation", name, 1, LATER),
        lambda name: reading.history(stranger, "Observation", name, Asked(10), LATER),
    ):
        for name in (str(one.key), str(observation("nothing").key), "no-such-id"):
            with pytest.raises(Problem, match="SSK-1002"):
                attempt(name)
    assert trace() == [
        (stranger.account, person, action, "Observation", key, "refused")
        for action in ("read", "vread", "history")
        for person, key in ((PERSON, one.key), (NOBODY, observation("nothing").key), (NOBODY, None))
    ]


def test_a_hospital_reads_whom_it_has_treated_except_what_is_sensitive():
    one, secret = observation("a"), observation("secret", meta=HIV)
    actions.put_many([one, secret], AT)
    access.tie([("79001", PERSON)], AT)
    assert reading.read(HOSPITAL, "Observation", str(one.key), LATER).key == one.key
    with pytest.raises(Problem, match="SSK-1002"):
        reading.read(HOSPITAL, "Observation", str(secret.key), LATER)


def test_a_key_of_another_type_is_not_found():
    one = observation("a")
    actions.put_many([one], AT)
    with pytest.raises(Problem, match="SSK-1002"):
        reading.read(ALICE, "Condition", str(one.key), LATER)


def test_register_entries_are_read_without_a_line():
    key = derived_key(555, AT, "facility")
    actions.put_many([Draft("Organization", key, NOBODY, {"resourceType": "Organization", "id": str(key)})], AT)
    assert reading.read(OFFICER, "Organization", str(key), LATER).version == 1
    assert trace() == []


def test_a_read_within_a_transaction_leaves_its_commit_waiting_for_the_disk():
    """The wait is turned off for a read of its own only: what a transaction writes beside it must be durable."""
    one = observation("a")
    actions.put_many([one], AT)
    with db.atomic():
        db.execute("set local synchronous_commit = on")
        reading.read(ALICE, "Observation", str(one.key), LATER)
        reading.vread(ALICE, "Observation", str(one.key), 1, LATER)
        reading.history(ALICE, "Observation", str(one.key), Asked(10), LATER)
        assert db.value("show synchronous_commit") == "on"


@pytest.mark.django_db(transaction=True)
def test_where_the_house_demands_it_a_look_waits_for_the_disk(settings):
    """PostgreSQL has written its log up to the line when the answer is there."""
    settings.DURABLE_LOOKS = True
    one = observation("a")
    actions.put_many([one], AT)
    for look in (
        lambda: reading.read(ALICE, "Observation", str(one.key), LATER),
        lambda: reading.vread(ALICE, "Observation", str(one.key), 1, LATER),
        lambda: reading.history(ALICE, "Observation", str(one.key), Asked(10), LATER),
        lambda: finding.search(ALICE, parse("Observation", [], base="", now=LATER), LATER),
        lambda: audit.record_looks(ALICE, "search", [(PERSON, "Observation")], LATER),
    ):
        assert not audit.need_not_wait()
        before = db.value("select pg_current_wal_insert_lsn()::text")
        look()
        assert db.value("select pg_current_wal_flush_lsn() > %s::pg_lsn", (before,))


def test_versions_stay_readable_and_a_deletion_is_gone():
    one = observation("a")
    actions.put_many([one], AT)
    first = queries.read("Observation", one.key)
    actions.put_many([observation("a", status="amended")], LATER)
    actions.remove_many([one.key], LATER + timedelta(hours=1))
    name = str(one.key)
    with pytest.raises(Problem, match="SSK-3410"):
        reading.read(ALICE, "Observation", name, LATER)
    assert reading.vread(ALICE, "Observation", name, 1, LATER) == first
    with pytest.raises(Problem, match="SSK-3410"):
        reading.vread(ALICE, "Observation", name, 3, LATER)
    with pytest.raises(Problem, match="SSK-1002"):
        reading.vread(ALICE, "Observation", name, 4, LATER)
    found = reading.history(PROGRAM, "Observation", name, Asked(10), LATER).found
    assert [(one.key.version, one.body is None) for one in found] == [
        (3, True),
        (2, False),
        (1, False),
    ]


def test_a_version_that_was_sensitive_stays_hidden():
    one = observation("a", meta=HIV)
    actions.put_many([one], AT)
    actions.put_many([observation("a")], LATER)
    access.tie([("79001", PERSON)], AT)
    found = reading.history(HOSPITAL, "Observation", str(one.key), Asked(10), LATER).found
    assert [one.key.version for one in found] == [2]
    with pytest.raises(Problem, match="SSK-1002"):
        reading.vread(HOSPITAL, "Observation", str(one.key), 1, LATER)
