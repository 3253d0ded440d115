"""A visit that a facility's system writes on /fhir fills a book like one of its files, as long as it stands."""

from datetime import timedelta

import pytest

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock, db
from sosuckhoe.base.keys import BUCKETS
from sosuckhoe.exchange.actions import registers
from sosuckhoe.identity import merging, queries
from sosuckhoe.insight.actions import reach
from tests.doors.fhir import cast
from tests.identity.merged import two_people

pytestmark = pytest.mark.django_db


@pytest.fixture
def lan():
    registers.forget()
    keep, _ = two_people()
    return queries.known(keep).ref


@pytest.fixture
def client():
    return cast.signed_in()


def visited(ref):
    reach.renew(0, BUCKETS, clock.day_of(clock.now()))
    return db.value("select visited from insight_reached where person = %s", (ref.person,))


def encounter(ref, days_ago, status="finished"):
    began = clock.now() - timedelta(days=days_ago)
    return {
        "resourceType": "Encounter",
        "status": status,
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "subject": {"reference": f"Patient/{ref.patient}"},
        "period": {"start": began.isoformat(timespec="seconds")},
    }


def told(client, ref, days_ago, status="finished"):
    answer = client.ask("hospital", "POST", "/Encounter", encounter(ref, days_ago, status))
    assert answer.status_code == 201, answer.text
    return answer.json["id"]


def day(days_ago):
    return clock.day_of(clock.now() - timedelta(days=days_ago))


def test_a_visit_written_directly_fills_a_book_until_it_is_taken_back(client, lan):
    before = visited(lan)
    key = told(client, lan, 3)
    assert visited(lan) == day(3)
    assert db.value("select heard from insight_reached where person = %s", (lan.person,)) == day(3)
    told(client, lan, 20)
    assert visited(lan) == day(3), "the newest counts"
    assert client.ask("hospital", "DELETE", f"/Encounter/{key}").status_code == 204
    assert visited(lan) == day(20)
    assert before != day(20)


@pytest.mark.parametrize("status", ["planned", "cancelled", "entered-in-error", "unknown"])
def test_what_did_not_happen_fills_no_book(client, lan, status):
    before = visited(lan)
    told(client, lan, 3, status)
    assert visited(lan) == before


def test_a_visit_of_another_day_to_come_or_of_long_ago_fills_no_book(client, lan):
    before = visited(lan)
    told(client, lan, -5)
    told(client, lan, 4000)
    assert visited(lan) == before


def test_a_visit_that_is_corrected_counts_as_it_says_now(client, lan):
    key = told(client, lan, 3)
    changed = {**encounter(lan, 9), "id": key}
    assert client.ask("hospital", "PUT", f"/Encounter/{key}", changed).status_code == 200
    assert visited(lan) == day(9)


def test_it_goes_with_its_person_and_comes_back(client):
    registers.forget()
    keep, gone = (queries.known(person).ref for person in two_people())
    before = visited(keep)
    told(client, gone, 3)
    number = merging.merge(PROGRAM, keep.person, gone.person, "same_record", clock.now())
    assert visited(keep) == day(3)
    merging.unmerge(PROGRAM, number, "wrong_decision", clock.now())
    assert (visited(keep), visited(gone)) == (before, day(3))
