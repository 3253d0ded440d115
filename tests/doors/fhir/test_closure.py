"""Closure tables of clients: what is told when, to whom. https://hl7.org/fhir/R4/terminology-service.html#closure"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sosuckhoe.access.models import Account
from sosuckhoe.clinical import closures, structure, terminology
from sosuckhoe.clinical.terminology import BUILT_IN, CodeSystem, closing
from tests import smart
from tests.clinical.made import PERSON
from tests.doors.fhir.test_terminology import ICD10, LIST, number, post

BEDS = LIST["url"]
NAME = {"name": "name", "valueString": "problems"}


def concept(code, system=ICD10, **more):
    return {"name": "concept", "valueCoding": {"system": system, "code": code, **more}}


def closure(client, *entries, who="alice", path="/$closure"):
    return post(client, path, NAME, *entries, who=who)


def since(version):
    return {"name": "version", "valueString": version}


def lines(answer):
    structure.check(answer.json, "ConceptMap")
    return {
        (element["code"], target["equivalence"], target["code"])
        for group in answer.json.get("group", [])
        for element in group["element"]
        for target in element["target"]
    }


def put_beds(client, **more):
    answer = client.ask("program", "PUT", "/CodeSystem/beds", {**LIST, "id": "beds", **more})
    assert answer.status_code in {200, 201}


def test_a_table_begins_grows_and_is_told_again(client):
    begun = closure(client)
    assert (begun.status_code, begun.json["version"], lines(begun)) == (200, "0", set())
    first = closure(client, concept("A00"), concept("A00.1"))
    assert lines(first) == {("A00.1", "subsumes", "A00")}
    assert [group["source"] for group in first.json["group"]] == [ICD10]
    second = closure(client, concept("A00.9"), concept("A00"))
    assert lines(second) == {("A00.9", "subsumes", "A00")}
    assert [one.json["version"] for one in (first, second)] == ["1", "2"]
    assert lines(closure(client, concept("B15"))) == set()
    assert lines(closure(client, since("0"))) == lines(first) | lines(second)
    again = closure(client, since("1"), path="/ConceptMap/$closure")
    assert (again.json["version"], lines(again)) == ("3", lines(second))
    assert lines(closure(client)) == set()
    assert lines(closure(client, since("0"))) == set()


def test_what_stands_above_may_come_last(client):
    closure(client)
    assert lines(closure(client, concept("A00.1"), concept("A00.0"))) == set()
    assert lines(closure(client, concept("A00"))) == {("A00.1", "subsumes", "A00"), ("A00.0", "subsumes", "A00")}


def test_systems_do_not_meet_and_stored_ones_count(client):
    put_beds(client)
    closure(client)
    told = closure(
        client, concept("A00"), concept("icu", BEDS), concept("ward", BEDS), concept("kg", "http://unitsofmeasure.org")
    )
    assert lines(told) == {("icu", "subsumes", "ward")}


def test_two_ways_to_write_a_code_are_equal(client):
    put_beds(client, caseSensitive=False)
    closure(client)
    assert lines(closure(client, concept("icu", BEDS), concept("ward", BEDS))) == {("icu", "subsumes", "ward")}
    assert lines(closure(client, concept("ICU", BEDS))) == {("ICU", "equal", "icu"), ("ICU", "subsumes", "ward")}


def test_a_list_that_changed_asks_for_a_new_table(client):
    put_beds(client)
    closure(client)
    closure(client, concept("icu", BEDS))
    put_beds(client, concept=[{"code": "icu"}])
    for entry in (concept("icu", BEDS), concept("A00"), since("0")):
        answer = closure(client, entry)
        assert (answer.status_code, number(answer)) == (422, "SSK-3172")
    closure(client)
    assert closure(client, concept("icu", BEDS)).status_code == 200


def test_one_table_has_one_edition_of_a_system(client):
    closure(client)
    communes = "urn:sosuckhoe:cs:commune"
    assert closure(client, concept("00004", communes, version="2024-06-11")).status_code == 200
    assert number(closure(client, concept("00004", communes, version="2025-07-01"))) == "SSK-3172"
    assert closure(client, since("0")).status_code == 200


def test_a_table_is_its_account_s_alone(client):
    closure(client)
    closure(client, concept("A00"), concept("A00.1"))
    answer = closure(client, since("0"), who="charlie")
    assert (answer.status_code, number(answer)) == (404, "SSK-3171")
    closure(client, who="charlie")
    assert lines(closure(client, since("0"), who="charlie")) == set()
    assert lines(closure(client, since("0"))) == {("A00.1", "subsumes", "A00")}


def test_an_app_has_tables_of_its_own_and_none_without_registers(client):
    """What an app asks of codes is neither the account's nor another app's."""
    closure(client)
    closure(client, concept("A00"), concept("A00.1"))
    account = Account.objects.get(username="alice")
    client.tokens["app"] = smart.let_in(account, "patient/CodeSystem.rs", PERSON)
    assert number(closure(client, since("0"), who="app")) == "SSK-3171"
    assert closure(client, who="app").status_code == 200
    assert lines(closure(client, since("0"))) == {("A00.1", "subsumes", "A00")}
    client.tokens["narrow"] = smart.let_in(account, "patient/Observation.rs", PERSON)
    assert closure(client, who="narrow").status_code == 403


@pytest.mark.parametrize(
    ("entries", "status", "error"),
    [
        ([concept("Z99.99")], 404, "SSK-3206"),
        ([concept("1", "http://snomed.info/sct")], 404, "SSK-3200"),
        ([concept("A00"), since("0")], 400, "SSK-3207"),
        ([since("1")], 400, "SSK-3173"),
        ([since("x")], 400, "SSK-3173"),
        ([{"name": "concept", "valueCoding": {"code": "A00"}}], 400, "SSK-3004"),
        ([concept("a:" + "b" * 3000, "urn:ietf:rfc:3986")], 400, "SSK-3004"),
    ],
)
def test_what_cannot_be_told_is_refused_by_name_and_changes_nothing(client, entries, status, error):
    closure(client)
    answer = closure(client, *entries)
    assert (answer.status_code, number(answer)) == (status, error)
    assert closure(client, concept("A00")).json["version"] == "1"


def test_names_and_numbers_of_tables_are_bounded(client, monkeypatch):
    answer = post(client, "/$closure", {"name": "name", "valueString": "no name!"})
    assert (answer.status_code, number(answer)) == (400, "SSK-3170")
    assert number(closure(client, concept("A00"))) == "SSK-3171"
    monkeypatch.setattr(closures, "MOST_TABLES", 1)
    monkeypatch.setattr(closures, "MOST_CODES", 2)
    assert closure(client).status_code == 200
    assert closure(client).status_code == 200
    assert number(post(client, "/$closure", {"name": "name", "valueString": "other"})) == "SSK-3174"
    assert number(closure(client, concept("A00"), concept("A00.0"), concept("A00.1"))) == "SSK-3174"


SOME = sorted(
    terminology.descendants(ICD10, "A00") | terminology.descendants(ICD10, "A01") | terminology.ancestors(ICD10, "A00")
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.differing_executors], derandomize=True, database=None)
@given(st.lists(st.lists(st.sampled_from(SOME), max_size=6), max_size=5))
def test_told_step_by_step_is_what_subsumption_says(calls):
    """After every answer the client's table is all pairs of its codes that `is_below` names, each told once."""
    system = BUILT_IN.system(ICD10)
    versions: dict[str, int] = {}
    table: list[tuple[str, str]] = []
    for version, codes in enumerate(calls, start=1):
        for code in codes:
            versions.setdefault(code, version)
        table += [(one.source, one.target) for one in closing.entries(system, versions, version - 1)]
        assert len(table) == len(set(table))
        assert set(table) == {(a, b) for a in versions for b in versions if a != b and system.is_below(a, b)}
        again = [(one.source, one.target) for one in closing.entries(system, versions, 0)]
        assert sorted(again) == sorted(table)


def test_one_code_more_does_not_walk_through_the_whole_table(monkeypatch):
    system = BUILT_IN.system(ICD10)
    versions = dict.fromkeys(system.codes, 1) | {"A00.1": 2}
    expected, walk, walked = system.above("A00.1") - {"A00.1"}, CodeSystem._walk, []

    def noted(self, code, onward):
        walked.append(code)
        return walk(self, code, onward)

    monkeypatch.setattr(CodeSystem, "_walk", noted)
    assert {one.target for one in closing.entries(system, versions, 1)} == expected
    assert set(walked) == {"A00.1"}
