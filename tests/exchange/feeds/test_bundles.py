"""What becomes of another server's bundles: whose they are, under which ids, and what the same again does."""

from __future__ import annotations

import io
from datetime import timedelta
from itertools import permutations

import orjson
import pytest

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.feeds import deliver, filing, looking, readers
from sosuckhoe.exchange.feeds.deliver import Parcel
from sosuckhoe.identity import queries as identity
from sosuckhoe.identity.actions import Raced
from tests.exchange.feeds.vendor import (
    AT,
    CCCD,
    SOURCE,
    URI,
    allergy,
    book,
    bundle,
    counts,
    encounter,
    findings,
    give,
    glucose,
    lines,
    organization,
    patient,
    send,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shelf(settings, tmp_path):
    settings.HOME = tmp_path


def test_a_bundle_becomes_a_book_with_our_ids_and_theirs_beside():
    receipt = send(patient(), encounter(), glucose(), organization())
    assert counts(receipt.delivery) == {"filed": 4}
    found = book()
    (visit,), (result,), (who,) = found["Encounter"], found["Observation"], found["Patient"]
    assert result["encounter"] == {"reference": f"Encounter/{visit['id']}"}
    assert result["subject"] == visit["subject"] == {"reference": f"Patient/{who['id']}"}
    assert {"use": "secondary", "system": f"urn:sosuckhoe:sid:source:{SOURCE}", "value": "g1"} in result["identifier"]
    assert {"system": f"urn:sosuckhoe:sid:source:{SOURCE}", "value": "p1"}.items() <= who["identifier"][-1].items()
    assert result["meta"]["source"] == visit["meta"]["source"] == URI
    assert {"g1", "e1", "p1"}.isdisjoint({visit["id"], result["id"], who["id"]})


def test_every_fact_has_a_provenance():
    send(patient(), encounter(), glucose())
    found = book()
    (provenance,) = found["Provenance"]
    targets = {one["reference"] for one in provenance["target"]}
    assert targets == {f"{kind}/{one['id']}" for kind in ("Encounter", "Observation") for one in found[kind]}


def test_the_same_file_again_is_not_even_stored():
    first = send(patient(), glucose())
    before = book()
    again = send(patient(), glucose(), at=AT + timedelta(days=1))
    assert (again.delivery, again.known) == (first.delivery, True)
    assert book() == before


def test_the_same_records_in_another_file_change_nothing():
    send(patient(), glucose())
    before = book()
    again = send(patient(), glucose(), kind="batch", at=AT + timedelta(days=1))
    assert counts(again.delivery) == {"unchanged": 2}
    assert book() == before


def test_a_correction_is_a_new_version():
    send(patient(), glucose())
    later = {"lastUpdated": "2026-02-03T08:00:00Z"}
    send(glucose(value=6.1, meta=later), at=AT + timedelta(days=1))
    (result,) = book()["Observation"]
    assert (result["valueQuantity"]["value"], result["meta"]["versionId"]) == (6.1, "2")


def test_an_older_word_does_not_undo_a_newer_one():
    send(patient(), glucose(value=6.1, meta={"lastUpdated": "2026-02-03T08:00:00Z"}))
    receipt = send(glucose(), at=AT + timedelta(days=1))
    assert counts(receipt.delivery) == {"older": 1}
    assert book()["Observation"][0]["valueQuantity"]["value"] == 6.1


def test_records_wait_for_their_patient():
    receipt = send(glucose(), encounter())
    assert counts(receipt.delivery) == {"put_off": 2}
    send(patient(), name="later.json")
    assert {"Observation", "Encounter", "Patient"} <= book().keys()
    assert db.value("select count(*) from exchange_put_off") == 0


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_the_order_of_files_does_not_matter(order):
    files = [[patient()], [encounter(), organization()], [glucose(), allergy()]]
    for place in order:
        send(*files[place], name=f"{place}.json")
    found = book()
    (visit,), (result,) = found["Encounter"], found["Observation"]
    assert result["encounter"] == {"reference": f"Encounter/{visit['id']}"}
    assert len(found["AllergyIntolerance"]) == 1


def test_what_is_taken_back_goes_and_an_older_word_does_not_bring_it():
    send(patient(), glucose())
    send({"request": {"method": "DELETE", "url": "Observation/g1"}}, kind="transaction")
    assert "Observation" not in book()
    receipt = send(glucose(value=6.1), name="late.json")
    assert counts(receipt.delivery) == {"older": 1}


def test_a_deletion_that_comes_first_counts_too():
    send({"request": {"method": "DELETE", "url": "Observation/g1"}}, kind="transaction")
    send(patient(), glucose(), name="late.json")
    assert "Observation" not in book()


def test_links_of_a_transaction_are_followed():
    link = "urn:uuid:4b4fdd5c-0000-4000-8000-000000000001"
    linked = {**glucose(), "subject": {"reference": link}}
    entries = [
        {"fullUrl": link, "resource": patient(), "request": {"method": "POST", "url": "Patient"}},
        {"resource": linked, "request": {"method": "PUT", "url": "Observation/g1"}},
    ]
    send(*entries, kind="transaction")
    found = book()
    assert found["Observation"][0]["subject"]["reference"] == f"Patient/{found['Patient'][0]['id']}"


def test_a_family_phone_joins_nobody_and_a_shared_number_does():
    other = patient("p2", cccd="", name=[{"text": "Nguyễn Văn Hùng"}], birthDate="1988-01-01", gender="male")
    send(patient(), other, patient("p3", name=[{"text": "NGUYEN THI LAN"}], birthDate="1960"))
    assert db.value("select count(*) from identity_person") == 2
    assert db.tuples("select count(distinct person) from exchange_word where id in ('p1', 'p3')") == [(1,)]


def test_an_id_that_was_somebody_elses_is_refused():
    send(patient(), glucose())
    stranger = patient(cccd="079188000009", birthDate="1988-07-07", name=[{"text": "Lê Văn Tám"}])
    receipt = send({**stranger, "meta": {"lastUpdated": "2026-02-09T00:00:00Z"}})
    assert findings(receipt.delivery) == [("entry[0]", "SSK-2163")]
    assert db.value("select count(*) from identity_person") == 1


SUBSCRIPTION = {
    "resourceType": "Subscription",
    "id": "x",
    "status": "active",
    "reason": "r",
    "criteria": "Patient?",
    "channel": {"type": "rest-hook"},
}
BAD = [
    ({**glucose(), "status": "nonsense"}, "entry[1].Observation.status", "SSK-3024"),
    ({**glucose(), "subject": {"display": "ai đó"}}, "entry[1]", "SSK-2165"),
    ({**glucose(), "encounter": {"reference": "Encounter?identifier=x|y"}}, "entry[1]", "SSK-2173"),
    ({"resourceType": "SearchParameter", "id": "x"}, None, None),
    (SUBSCRIPTION, "entry[1]", "SSK-2164"),
    ({"resourceType": "Nonsense", "id": "x"}, "entry[1].resourceType", "SSK-3027"),
    ({**glucose(), "id": "chữ có dấu"}, "entry[1]", "SSK-2172"),
]


@pytest.mark.parametrize(("bad", "place", "problem"), BAD, ids=lambda one: one if isinstance(one, str) else "")
def test_one_bad_entry_takes_no_other_down(bad, place, problem):
    receipt = send(patient(), bad, allergy())
    if place:
        assert findings(receipt.delivery) == [(place, problem)]
    assert counts(receipt.delivery) == {"filed": 2, "refused": 1}
    assert "AllergyIntolerance" in book()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"resourceType":"Patient","id":"x"}', b"\xff\xfe"])
def test_what_is_no_bundle_is_refused_whole_and_kept(content):
    receipt = give(content)
    deliver.drain(readers.readers())
    assert db.value("select problem from exchange_delivery where id = %s", (receipt.delivery,)) != ""


def test_a_system_that_is_not_listed_may_not_send():
    with pytest.raises(Problem, match="SSK-2167"):
        give(bundle(patient()), source="nobody")


def test_lines_are_read_one_by_one():
    receipt = give(lines(patient(), glucose()) + b"{half\n" + lines(allergy()), kind=readers.NDJSON)
    deliver.drain(readers.readers())
    assert counts(receipt.delivery) == {"filed": 3, "refused": 1}
    assert [place for place, _ in findings(receipt.delivery)] == ["line 3"]


def test_illnesses_that_are_private_are_marked():
    condition = {
        "resourceType": "Condition",
        "id": "c1",
        "subject": {"reference": "Patient/p1"},
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "B20"}]},
    }
    send(patient(), condition)
    assert [one["code"] for one in book()["Condition"][0]["meta"]["security"]]


def test_a_record_that_ties_two_persons_makes_them_one_whatever_came_first():
    card = {"system": "http://fhir.ehealth.gov.vn/core/sid/insurance_number", "value": "HT2797912345678"}
    ids = {"system": "http://fhir.ehealth.gov.vn/core/sid/national_id", "value": CCCD.value}
    both = patient("both", identifier=[ids, card], telecom=[])
    one = patient("one", identifier=[ids], telecom=[])
    other = patient("other", identifier=[card], birthDate="1960", telecom=[], name=[{"text": "Lan Nguyễn"}])
    send(one, glucose("g1", "one"))
    send(other, glucose("g2", "other"), name="2.json")
    send(both, name="3.json")
    living = db.value("select count(*) from identity_person where merged_into is null")
    assert living == 1
    assert len(book()["Observation"]) == 2
    assert identity.person_of(CCCD) == db.value("select distinct person from exchange_word")


ODD = {
    "a type that is a list": {"type": []},
    "entries that are a number": {"entry": 5},
    "no entries but null": {"entry": None},
    "a request that is a text": {"entry": [{"request": "PUT", "resource": patient()}]},
    "a method that is a list": {"entry": [{"request": {"method": []}, "resource": patient()}]},
    "an entry that is a text": {"entry": ["Patient/p1"]},
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_a_bundle_of_a_strange_shape_is_told_so_and_holds_up_nobody(odd):
    strange = give(orjson.dumps(bundle() | odd))
    after = send(patient())
    (found,) = looking.faults(looking.one(strange.delivery), 9)
    assert found.problem.number in {"SSK-2170", "SSK-2171"}
    assert found.place in {"", "entry[0]"}
    assert counts(after.delivery) == {"filed": 1}


def test_a_moment_at_the_beginning_of_the_calendar_is_none():
    assert counts(send(patient(), timestamp="0001-01-01T00:00:00+14:00").delivery) == {"filed": 1}


def test_a_name_of_which_a_part_is_not_told_is_the_other_parts():
    send(patient(name=[{"family": "Nguyễn", "given": [None, "Lan"], "_given": [{"id": "hidden"}, None]}]))
    assert book()["Patient"][0]["name"][0]["text"] == "Nguyễn Lan"


def test_a_piece_at_which_we_fail_is_a_finding_and_its_neighbours_are_filed(monkeypatch):
    real = filing.rewriting.ours

    def faulty(source, item, *rest):
        if item.id == "g2":
            raise ZeroDivisionError
        return real(source, item, *rest)

    monkeypatch.setattr(filing.rewriting, "ours", faulty)
    receipt = send(patient(), glucose("g1"), glucose("g2"), glucose("g3"))
    assert counts(receipt.delivery) == {"filed": 3, "refused": 1}
    (found,) = looking.faults(looking.one(receipt.delivery), 9)
    assert (found.place, found.problem.number) == ("entry[2]", "SSK-3080")
    assert len(book()["Observation"]) == 2


def test_a_file_at_which_a_reader_fails_is_told_so_and_the_next_one_is_filed(monkeypatch):
    def faulty(*_):
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(readers.bundles, "pieces_of_bundle", faulty)
        first = send(patient())
    (found,) = looking.faults(looking.one(first.delivery), 9)
    assert (found.place, found.problem.number) == ("", "SSK-3080")
    assert counts(send(patient(), encounter()).delivery) == {"filed": 2}


def test_a_source_whose_delivery_fails_holds_up_no_other(monkeypatch):
    first = deliver.receive(PROGRAM, Parcel(SOURCE, "bundle", "a.json"), io.BytesIO(b"{}"), "import", AT).delivery
    later = deliver.receive(PROGRAM, Parcel(SOURCE, "bundle", "b.json"), io.BytesIO(b"[]"), "import", AT).delivery
    other = deliver.receive(PROGRAM, Parcel("thon-ban", "csv", "a.csv"), io.BytesIO(b"a"), "import", AT).delivery
    real = deliver._file

    def faulty(delivery, reader):
        if delivery.id == first:
            raise Raced
        return real(delivery, reader)

    monkeypatch.setattr(deliver, "_file", faulty)
    assert deliver.drain(readers.readers()) == 1
    assert {one.id for one in deliver.waiting()} == {first, later}
    assert looking.one(other).ended


def days():
    return db.tuples("select id, visited::text, heard::text from exchange_word order by id")


def test_the_newest_days_of_a_patient_record_follow_its_records():
    """What was planned, did not happen, or lies after the day on which it was written tells of no care."""
    send(patient(), encounter(), glucose(), allergy())
    assert days() == [("p1", "2026-01-31", "2026-01-31")]
    send(encounter("e2", period={"start": "2026-02-20T08:00:00+07:00"}), name="b.json")
    send(encounter("e3", status="planned", period={"start": "2026-02-01T06:00:00+07:00"}), name="c.json")
    send(
        glucose("g2", effectiveDateTime="2026-02-01T09:00:00+07:00"),
        encounter("e4", period={"start": "9999-12-31"}),
        name="d.json",
    )
    assert days() == [("p1", "2026-01-31", "2026-02-01")]
    later = {"meta": {"lastUpdated": "2026-02-25T08:00:00Z"}}
    send(
        encounter(status="entered-in-error", **later), glucose("g2", status="entered-in-error", **later), name="e.json"
    )
    assert days() == [("p1", None, "2026-01-31")]
    send(encounter("e2", period={"start": "2026-02-20T17:30:00Z"}, **later), name="f.json")
    assert days() == [("p1", "2026-02-21", "2026-02-21")], "the day is Vietnam's"
