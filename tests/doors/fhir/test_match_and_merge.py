"""Patient/$match, $merge and $unmerge: for whom they are, what they show, and what comes back."""

from __future__ import annotations

import pytest

from sosuckhoe.base import db as database
from sosuckhoe.doors.fhir.operations.match import GRADE
from sosuckhoe.exchange.actions import registers
from sosuckhoe.identity import home as home_codes
from sosuckhoe.identity import queries
from tests.identity.merged import changed, everything, two_people

LAN = {"resourceType": "Patient", "name": [{"text": "Nguyễn Thị Lan"}], "birthDate": "1960-05-02", "gender": "female"}


@pytest.fixture
def two():
    registers.forget()
    keep, gone = two_people()
    return [queries.known(person).ref for person in (keep, gone)]


def match(client, who, patient=LAN, **given):
    values = [{"name": name, "valueBoolean": value} for name, value in given.items()]
    parameters = [{"name": "resource", "resource": patient}, *values]
    return client.ask(who, "POST", "/Patient/$match", {"resourceType": "Parameters", "parameter": parameters})


def merge(client, who, two, name="merge", **given):
    keep, gone = two
    parameters = [
        {"name": "source-patient", "valueReference": {"reference": f"Patient/{gone.patient}"}},
        {"name": "target-patient", "valueReference": {"reference": f"Patient/{keep.patient}"}},
        *({"name": key, "valueBoolean": value} for key, value in given.items()),
    ]
    return client.ask(who, "POST", f"/Patient/${name}", {"resourceType": "Parameters", "parameter": parameters})


def test_a_desk_finds_who_is_meant_with_numbers_masked(client, two):
    found = match(client, "hospital").json
    ids = [entry["resource"]["id"] for entry in found["entry"]]
    assert set(ids) == {str(ref.patient) for ref in two}
    for entry in found["entry"]:
        assert 0 < entry["search"]["score"] <= 1
        assert entry["search"]["extension"][0]["url"] == GRADE
        assert entry["search"]["extension"][0]["valueCode"] in {"certain", "probable", "possible"}
        assert "address" not in entry["resource"]
        assert all(number["value"].startswith("•") for number in entry["resource"].get("identifier", []))
    assert database.value("select count(*) from access_audit where action = 'match' and person <> 0") == 2


def test_a_number_is_certain_and_certain_is_one(client, two):
    number = {"system": "http://fhir.ehealth.gov.vn/core/sid/national_id", "value": "079160000001"}
    found = match(client, "hospital", {**LAN, "identifier": [number]}, onlyCertainMatches=True).json
    assert [entry["resource"]["id"] for entry in found.get("entry", [])] == [str(two[0].patient)]


def test_the_home_that_is_told_is_compared(client):
    home = {"url": home_codes.EXTENSION, "extension": [coded("province", "25"), coded("ward", "08233")]}
    lan = {**LAN, "address": [{"use": "home", "extension": [home]}]}
    assert client.ask("program", "POST", "/Patient", lan).status_code == 201
    far = {**home, "extension": [coded("province", "79"), coded("ward", "26734")]}
    elsewhere = {**LAN, "address": [{"extension": [far]}]}
    (here,), (untold,) = (match(client, "hospital", asked).json["entry"] for asked in (lan, LAN))
    assert here["search"]["score"] > untold["search"]["score"]
    assert "entry" not in match(client, "hospital", elsewhere).json


def coded(place, code):
    return {"url": place, "valueCoding": {"code": code}}


def test_a_question_is_two_statements_however_many_are_alike(client, two, statements):
    match(client, "hospital")
    del statements[:]
    assert len(match(client, "hospital").json["entry"]) == 2
    assert len(statements) == 2, statements
    assert "identity_block" in statements[0]
    assert "insert into access_audit" in statements[1]
    traced = "select count(*) from access_audit where action = 'match' and person <> 0"
    assert database.value(traced) == 4


def test_a_question_that_finds_nobody_leaves_one_line_of_nobody(client):
    stranger = {**LAN, "name": [{"text": "Trần Văn Không"}], "birthDate": "1950-11-07"}
    assert "entry" not in match(client, "hospital", stranger).json
    assert database.tuples("select person, action from access_audit where action = 'match'") == [(0, "match")]


@pytest.mark.parametrize("missing", ["name", "birthDate"])
def test_nobody_fishes(client, two, missing):
    answer = match(client, "hospital", {key: value for key, value in LAN.items() if key != missing})
    assert answer.status_code == 400
    assert answer.json["issue"][0]["details"]["coding"][0]["code"] == "SSK-4514"


@pytest.mark.parametrize(("who", "status"), [("alice", 403), ("officer", 403), (None, 401)])
def test_match_is_for_desks(client, two, who, status):
    assert match(client, who).status_code == status


def test_a_preview_changes_nothing_and_an_undo_restores_everything(client, two):
    before = everything()
    assert merge(client, "program", two, preview=True).status_code == 200
    assert changed(before, everything()) == []
    answer = merge(client, "program", two)
    assert answer.status_code == 200, answer.json
    parts = {one["name"]: one["resource"] for one in answer.json["parameter"]}
    assert parts["result"]["id"] == str(two[0].patient)
    old = client.ask("program", "GET", f"/Patient/{two[1].patient}").json
    assert (old["active"], old["link"]) == (
        False,
        [{"other": {"reference": f"Patient/{two[0].patient}"}, "type": "replaced-by"}],
    )
    found = client.ask("program", "GET", f"/Patient?_id={two[1].patient}").json
    assert [entry["resource"]["id"] for entry in found["entry"]] == [str(two[1].patient)]
    assert merge(client, "program", two, "unmerge").status_code == 200
    assert changed(before, everything()) == []


@pytest.mark.parametrize("name", ["merge", "unmerge"])
@pytest.mark.parametrize("who", ["alice", "hospital", "stranger", "officer"])
def test_merge_is_for_stewards(client, two, who, name):
    before = everything()
    assert merge(client, who, two, name).status_code == 404
    assert changed(before, everything()) == []


def test_both_must_be_named(client, two):
    answer = client.ask("program", "POST", "/Patient/$merge", {"resourceType": "Parameters", "parameter": []})
    assert answer.status_code == 400
