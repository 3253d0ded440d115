"""$everything: whole, in pages that fit together, and never more than may be seen."""

from __future__ import annotations

import json

import pytest

from sosuckhoe.access import actions as access
from sosuckhoe.base import db as database
from sosuckhoe.base import settled
from sosuckhoe.base.keys import NOBODY, bucket_of
from sosuckhoe.base.prepared import Prepared
from sosuckhoe.clinical import actions
from sosuckhoe.clinical.draft import Draft
from tests.clinical.made import AT, PERSON, draft, key, observation, patient

OTHER = 4712


def register(type_name, name, /, **content):
    made = key(type_name, name, person=NOBODY)
    return Draft(type_name, made, NOBODY, {"resourceType": type_name, "id": str(made), **content})


@pytest.fixture
def book(client):
    """Alice's visit with two results, a hidden one, an allergy without a date; another person of the same hospital."""
    clinic = register("Organization", "clinic", name="Trạm y tế")
    doctor = register("Practitioner", "doctor", name=[{"text": "BS. An"}])
    role = register(
        "PractitionerRole",
        "role",
        practitioner={"reference": f"Practitioner/{doctor.key}"},
        organization={"reference": f"Organization/{clinic.key}"},
    )
    subject = {"reference": f"Patient/{patient().key}"}
    visit = draft(
        "Encounter",
        "visit",
        status="finished",
        **{"class": {"code": "AMB"}},
        subject=subject,
        participant=[{"individual": {"reference": f"PractitionerRole/{role.key}"}}],
        period={"start": "2026-05-02T08:00:00+07:00", "end": "2026-05-02T11:00:00+07:00"},
    )
    hidden = {"meta": {"security": [{"code": "HIV"}]}}
    drafts = {
        "patient": patient(gender="female"),
        "visit": visit,
        "first": observation("a"),
        "hidden": observation("h", **hidden),
        "old": observation("o", effectiveDateTime="2019-01-05", encounter={"display": "ngoài"}),
        "allergy": draft("AllergyIntolerance", "p", patient=subject, code={"text": "Penicillin"}),
        "clinic": clinic,
        "doctor": doctor,
        "role": role,
        "stranger": patient(OTHER),
        "theirs": observation("x", person=OTHER),
    }
    actions.put_many(list(drafts.values()), AT)
    return drafts


def keys_in(answer):
    assert answer.status_code == 200, answer.text
    return [entry["resource"]["id"] for entry in answer.json.get("entry", [])]


def named(book, *names):
    return {str(book[name].key) for name in names}


def everything(client, who, path):
    """Every page, one after the other."""
    found, pages = [], 0
    while path:
        answer = client.ask(who, "GET", path)
        found += [one for one in answer.json.get("entry", []) if one["search"]["mode"] == "match"]
        pages += 1
        path = next((one["url"] for one in answer.json["link"] if one["relation"] == "next"), "").partition("/fhir")[2]
    return [one["resource"]["id"] for one in found], pages


def test_a_person_with_all_that_is_referred_to(client, book):
    answer = client.ask("alice", "GET", f"/Patient/{patient().key}/$everything")
    own = named(book, "patient", "visit", "first", "hidden", "old", "allergy")
    assert keys_in(answer)[0] == str(patient().key)
    assert set(keys_in(answer)) == own | named(book, "role", "doctor", "clinic")
    assert answer.json["total"] == len(own)
    modes = {entry["resource"]["id"]: entry["search"]["mode"] for entry in answer.json["entry"]}
    assert {name for name, mode in modes.items() if mode == "include"} == named(book, "role", "doctor", "clinic")


def test_what_goes_out_is_what_was_stored(client, book):
    answer = client.ask("alice", "GET", f"/Patient/{patient().key}/$everything")
    bodies = {entry["resource"]["id"]: entry["resource"] for entry in answer.json["entry"]}
    for name in ("patient", "visit", "first", "role"):
        kept = dict(bodies[str(book[name].key)])
        kept.pop("meta")
        assert kept == json.loads(json.dumps(book[name].body))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("_type=Observation", ("first", "hidden", "old")),
        ("_type=Observation,Organization", ("first", "hidden", "old")),
        ("_type=Patient,Encounter,Practitioner", ("patient", "visit", "doctor")),
        ("start=2020", ("patient", "visit", "first", "hidden", "allergy", "role", "doctor", "clinic")),
        ("end=2019&_type=Observation", ("old",)),
        ("start=2026-05-02&end=2026-05-02&_type=Encounter", ("visit",)),
        ("_since=2026-11-03T02:15:31Z&_type=Observation", ()),
        ("_since=2026-11-03T02:15:29Z&_type=Observation", ("first", "hidden", "old")),
    ],
)
def test_parameters(client, book, asked, found):
    answer = client.ask("alice", "GET", f"/Patient/{patient().key}/$everything?{asked}")
    assert set(keys_in(answer)) == named(book, *found)


@pytest.mark.parametrize("asked", ["start=soon", "_type=Person,Nothing", "_count=0", "_count=x", "_cursor=A", "a=1"])
def test_what_is_not_understood_is_refused(client, book, asked):
    assert client.ask("alice", "GET", f"/Patient/{patient().key}/$everything?{asked}").status_code == 400


@pytest.mark.parametrize("count", [1, 2, 3, 5, 6, 7])
def test_pages_fit_together(client, book, count):
    whole, _ = everything(client, "alice", f"/Patient/{patient().key}/$everything")
    found, pages = everything(client, "alice", f"/Patient/{patient().key}/$everything?_count={count}")
    assert found == whole
    assert len(whole) == 6
    assert pages >= -(-6 // count)


def test_a_hospital_gets_no_hidden_row(client, book):
    found, _ = everything(client, "hospital", f"/Patient/{patient().key}/$everything?_count=2")
    assert set(found) == named(book, "patient", "visit", "first", "old", "allergy")


@pytest.mark.parametrize("who", ["charlie", "stranger", "officer"])
@pytest.mark.parametrize("path", ["/Patient/{patient}/$everything", "/Encounter/{visit}/$everything"])
def test_strangers_get_nothing(client, book, who, path):
    asked = path.format(patient=book["patient"].key, visit=book["visit"].key)
    assert client.ask(who, "GET", asked).status_code in {403, 404}


def test_a_visit_with_its_person_and_what_it_refers_to(client, book):
    answer = client.ask("alice", "GET", f"/Encounter/{book['visit'].key}/$everything")
    own = ("visit", "first", "hidden", "patient", "role", "doctor", "clinic")
    assert keys_in(answer)[0] == str(book["visit"].key)
    assert set(keys_in(answer)) == named(book, *own)


def test_everybody_for_who_may_see_them(client, book):
    mine = named(book, "patient", "visit", "first", "hidden", "old", "allergy")
    theirs = named(book, "stranger", "theirs")
    assert set(everything(client, "alice", "/Patient/$everything")[0]) == mine
    assert everything(client, "charlie", "/Patient/$everything")[0] == []
    assert set(everything(client, "hospital", "/Patient/$everything")[0]) == mine - named(book, "hidden")
    assert set(everything(client, "program", "/Patient/$everything")[0]) == mine | theirs
    access.tie([("79001", OTHER)], AT)
    found, pages = everything(client, "hospital", "/Patient/$everything?_count=3")
    assert set(found) == (mine | theirs) - named(book, "hidden")
    assert len(found) == len(set(found)) == 7
    assert pages == 3


def test_every_person_whose_rows_go_out_has_a_line_in_the_trace(client, book):
    client.ask("program", "GET", "/Patient/$everything")
    client.ask("charlie", "GET", f"/Patient/{patient().key}/$everything")
    lines = database.tuples("select person, action, outcome from access_audit where person <> 0 order by person, id")
    assert (PERSON, "everything", "done") in lines
    assert (OTHER, "everything", "done") in lines
    assert (PERSON, "read", "refused") in lines


def test_it_is_one_range_of_one_index(client, book):
    database.execute("set local enable_sort = off")  # of a few rows the planner would sort whatever it finds
    plan = database.tuples(
        "explain select * from clinical_resource r where r.bucket = %s and r.person = %s and r.body is not null"
        " order by r.bucket, r.person, r.type, r.moment desc nulls last, r.rid limit 11",
        (bucket_of(PERSON), PERSON),
    )
    text = "\n".join(line[0] for line in plan)
    assert "Sort" not in text
    assert "clinical_resource_of_person" in text


def test_the_tie_that_leads_to_a_person_is_asked_for_once(client, book, monkeypatch):
    """Of each row only what its labels hide."""
    ask, plans = settled.tuples, []

    def explained(text, values, *more):
        given = {name: settled.packed(value) for name, value in values.items()}
        plans.append("\n".join(line[0].decode() for line in Prepared(f"explain {text}")(given)))
        return ask(text, values, *more)

    monkeypatch.setattr(settled, "tuples", explained)
    assert client.ask("hospital", "GET", f"/Patient/{patient().key}/$everything").status_code == 200
    (plan,) = plans
    by_row = [line for line in plan.splitlines() if "Cond" in line and "bucket = r.bucket" in line]
    assert plan.count("on access_tie") == 2
    assert len(by_row) == 1
