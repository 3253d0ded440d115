"""Searches of several types, of compartments, in part, with totals, and explained; a stranger gets nothing by any."""

from __future__ import annotations

import pytest

from sosuckhoe.clinical import actions
from sosuckhoe.clinical.search import parameters, shape
from tests.clinical.made import AT, PERSON, draft, observation, patient
from tests.clinical.worlds import register

pytestmark = pytest.mark.django_db
ME = f"/Patient/{patient().key}"
TAG = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}


def resources(answer):
    assert answer.status_code == 200, answer.text
    return [entry["resource"] for entry in answer.json.get("entry", ())]


def types(answer):
    return sorted(one["resourceType"] for one in resources(answer))


def number(answer):
    return answer.status_code, answer.json["issue"][0]["details"]["coding"][0]["code"]


@pytest.fixture
def more(client, stored):
    visit = draft("Encounter", "visit", status="finished", subject={"reference": ME[1:]})
    doctor = register("Practitioner", "doctor", name=[{"family": "Lê"}])
    second = observation("b", performer=[{"reference": f"Practitioner/{doctor.key}"}])
    second.body["text"] = {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">b</div>'}
    second.body["note"] = [{"text": "private"}]
    members = [{"item": {"reference": f"Observation/{second.key}"}}]
    chosen = draft("List", "list", status="current", mode="working", subject={"reference": ME[1:]}, entry=members)
    actions.put_many([visit, doctor, second, chosen, observation("hers", person=99), patient(99)], AT)
    return {"visit": visit, "doctor": doctor, "second": second, "list": chosen}


def test_several_types_are_searched_at_once(client, more):
    both = client.ask("alice", "GET", "/?_type=Patient,Observation&_sort=_lastUpdated&_count=2")
    found = resources(both)
    while "next" in {link["relation"] for link in both.json["link"]}:
        url = both.json["link"][-1]["url"]
        both = client.ask("alice", "GET", "/" + url.partition("/fhir")[2])
        found += resources(both)
    assert sorted(one["resourceType"] for one in found) == ["Observation", "Observation", "Patient"]
    assert len({one["id"] for one in found}) == len(found)
    stamps = [(one["meta"]["lastUpdated"], one["id"]) for one in found]
    assert stamps == sorted(stamps)
    before = next(link["url"] for link in both.json["link"] if link["relation"] == "previous")
    assert resources(client.ask("alice", "GET", "/" + before.partition("/fhir")[2])) == found[:2]


def test_without_types_every_type_is_searched(client, more):
    every = types(client.ask("alice", "GET", "/?_lastUpdated=gt2000"))
    assert every == ["Encounter", "List", "Observation", "Observation", "Patient", "Practitioner"]
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    posted = client.ask("alice", "POST", "/_search", "_type=Encounter,List&_total=accurate", **form)
    assert types(posted) == ["Encounter", "List"]
    assert posted.json["total"] == 2
    assert types(client.ask("charlie", "GET", "/?_type=Patient,Observation")) == []
    assert number(client.ask("officer", "GET", "/?_type=Patient,Observation")) == (403, "SSK-1003")


@pytest.mark.parametrize(
    ("query", "refused"),
    [
        ("_type=Patient,Observation&code=x", (400, "SSK-3126")),
        ("_type=Patient,Observation&_sort=date", (400, "SSK-3126")),
        ("_type=Patient,Nothing", (404, "SSK-3005")),
        ("colour=red", (400, "SSK-3126")),
    ],
)
def test_what_not_all_types_have_is_refused(client, more, query, refused):
    assert number(client.ask("alice", "GET", f"/?{query}")) == refused


def test_a_compartment_holds_what_is_of_a_patient_a_visit_or_a_doctor(client, more):
    assert types(client.ask("alice", "GET", f"{ME}/Observation")) == ["Observation", "Observation"]
    assert types(client.ask("alice", "GET", f"{ME}/Observation?identifier=b")) == ["Observation"]
    assert types(client.ask("alice", "GET", f"{ME}/*")) == [
        "Encounter",
        "List",
        "Observation",
        "Observation",
        "Patient",
    ]
    assert types(client.ask("alice", "GET", f"{ME}/*?_type=List,Encounter")) == ["Encounter", "List"]
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    assert types(client.ask("alice", "POST", f"{ME}/Observation/_search", "identifier=b", **form)) == ["Observation"]
    visit, doctor = f"/Encounter/{more['visit'].key}", f"/Practitioner/{more['doctor'].key}"
    assert types(client.ask("alice", "GET", f"{visit}/Observation?identifier=b")) == ["Observation"]
    assert types(client.ask("alice", "GET", f"{visit}/*")) == ["Encounter", "Observation", "Observation"]
    assert [one["id"] for one in resources(client.ask("alice", "GET", f"{doctor}/Observation"))] == [
        str(more["second"].key)
    ]


def test_a_stranger_finds_nothing_in_a_compartment(client, more):
    for path in (f"{ME}/*", f"{ME}/Observation", f"{ME}/Patient"):
        assert types(client.ask("charlie", "GET", path)) == []
        assert types(client.ask("stranger", "GET", path)) == []
        assert number(client.ask("officer", "GET", path)) == (403, "SSK-1003")
        assert client.ask(None, "GET", path).status_code == 401


def test_what_is_no_compartment_is_refused(client, more):
    assert number(client.ask("alice", "GET", "/Organization/1/Patient")) == (404, "SSK-3125")
    assert number(client.ask("alice", "GET", f"{ME}/Organization")) == (404, "SSK-3125")
    assert number(client.ask("alice", "GET", f"{ME}/Nothing")) == (404, "SSK-3005")


def test_elements_keep_what_is_asked_what_is_demanded_and_what_modifies(client, more):
    query = "/Observation?identifier=b&_elements=subject,value,Patient.gender&_include=Observation:subject"
    found, included = resources(client.ask("alice", "GET", query))
    assert set(found) == {"resourceType", "id", "meta", "status", "code", "subject", "valueQuantity"}
    assert TAG in found["meta"]["tag"]
    assert set(included) == {"resourceType", "id", "meta", "gender"}
    assert number(client.ask("alice", "GET", "/Observation?_elements=colour")) == (400, "SSK-3004")


def test_a_summary_is_what_r4_marks(client, more):
    def one(which):
        return resources(client.ask("alice", "GET", f"/Observation?identifier=b&_summary={which}"))[0]

    whole, part, text, data = one("false"), one("true"), one("text"), one("data")
    assert set(whole) - set(part) == {"text", "note", "category"}
    assert {"identifier", "code", "subject", "valueQuantity", "effectiveDateTime"} <= set(part)
    assert set(text) == {"resourceType", "id", "meta", "text", "status", "code"}
    assert set(whole) - set(data) == {"text"}
    assert "tag" not in whole["meta"]
    assert all(TAG in each["meta"]["tag"] for each in (part, text, data))
    mixed = client.ask("alice", "GET", "/Observation?_summary=text&_include=Observation:subject")
    assert number(mixed) == (400, "SSK-3124")


def test_a_part_keeps_the_digits_of_numbers():
    stored = b'{"resourceType":"Observation","id":"1","meta":{},"valueQuantity":{"value":1.50},"note":[]}'
    part = shape.shaped("Observation", stored, shape.elements(["Observation"], "valueQuantity"))
    assert b'"valueQuantity":{"value":1.50}' in part
    assert b"note" not in part


def test_every_type_has_a_summary():
    for type_name in parameters.types():
        body = b'{"resourceType":"%s","id":"1","meta":{},"language":"vi"}' % type_name.encode()
        assert b'"language"' not in shape.shaped(type_name, body, shape.Shape(shape.SUMMARY))


def test_a_list_names_what_is_found(client, more):
    assert types(client.ask("alice", "GET", f"/Observation?_list={more['list'].key}")) == ["Observation"]
    assert types(client.ask("stranger", "GET", f"/Observation?_list={more['list'].key}")) == []


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("_list=$current-allergies", "_list=$current-allergies"),
        ("_list=$current-weather", "_list=$current-weather"),
        ("_query=mine", "_query"),
        ("_contained=true", "_contained"),
        ("_containedType=container", "_containedType"),
    ],
)
def test_what_is_not_done_is_refused_by_name(client, more, query, named):
    answer = client.ask("alice", "GET", f"/Observation?{query}")
    assert number(answer) == (400, "SSK-3002")
    assert named in answer.json["issue"][0]["details"]["text"]


def test_an_order_by_score_is_ignored_and_said(client, more):
    entries = client.ask("alice", "GET", "/Observation?_sort=_score").json["entry"]
    assert [entry["search"]["mode"] for entry in entries] == ["match", "match", "outcome"]


def test_totals_and_links(client, more):
    page = client.ask("alice", "GET", "/Observation?_count=1&_total=accurate").json
    assert page["total"] == 2
    assert [link["relation"] for link in page["link"]] == ["self", "first", "next"]
    last = client.ask("alice", "GET", page["link"][2]["url"].partition("/fhir")[2]).json
    assert [link["relation"] for link in last["link"]] == ["self", "first", "previous"]
    again = client.ask("alice", "GET", last["link"][2]["url"].partition("/fhir")[2]).json
    assert (again["entry"], [link["relation"] for link in again["link"]]) == (page["entry"], ["self", "first", "next"])
    assert "total" not in client.ask("alice", "GET", "/Observation?_total=none").json
    assert client.ask("alice", "GET", "/Observation?_total=estimate").json["total"] == 2
    assert isinstance(client.ask("alice", "GET", "/Observation?_total=estimate&_count=1").json["total"], int)
    counted = client.ask("alice", "GET", "/Observation?_count=0").json
    assert (counted["total"], "entry" in counted) == (2, False)
    strict = client.ask("alice", "GET", "/Observation?colour=red", Prefer="handling=strict")
    assert number(strict) == (400, "SSK-3001")


def test_only_the_program_is_told_how_a_search_is_answered(client, more):
    query = "/Observation?identifier=very-secret&_explain=true"
    for who in ("alice", "hospital", "stranger", "officer", "charlie"):
        assert number(client.ask(who, "GET", query)) == (403, "SSK-1003")
    answer = client.ask("program", "GET", query)
    told = {one["name"]: one for one in answer.json["parameter"]}
    assert answer.json["resourceType"] == "Parameters"
    assert told["plan"]["valueCode"] == "tokens"
    assert "r.tokens && (select :v" in told["sql"]["valueString"]
    assert told["estimate"]["valueInteger"] >= 0
    assert "very-secret" not in answer.text
    assert str(PERSON) not in answer.text


def test_an_order_by_ever_so_many_is_one_or_refused(client, stored):
    often = client.ask("alice", "GET", f"/Observation?_sort={','.join(['-code', 'date'] * 300)}")
    assert (often.status_code, len(often.json["entry"])) == (200, 1)
    codes = [code for code, one in parameters.of("Observation").items() if one.kind in {"date", "token", "string"}]
    many = [f"-{code}" for code in codes] + codes
    refused = client.ask("alice", "GET", f"/Observation?_sort={','.join(many)}")
    assert len(many) > 20
    assert number(refused) == (400, "SSK-3004")
