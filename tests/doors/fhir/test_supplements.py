"""Supplements add names and properties to codes. https://hl7.org/fhir/R4/codesystem.html#supplements"""

from __future__ import annotations

import pytest

from tests.doors.fhir.test_terminology import ICD10, LIST, SET, codes, get, named, number, result

BEDS = LIST["url"]
THAI = {
    "resourceType": "CodeSystem", "id": "thai", "url": "http://byt.example/cs/beds-thai", "version": "3",
    "status": "active", "content": "supplement", "supplements": BEDS,
    "property": [{"code": "price", "type": "integer"}],
    "concept": [
        {"code": "icu",
         "designation": [{"language": "th", "value": "เตียงไอซียู"}, {"language": "vi", "value": "Giường ICU"},
                         {"language": "en", "value": "Intensive care bed"}],
         "property": [{"code": "price", "valueInteger": 5}, {"code": "floor", "valueInteger": 9},
                      {"code": "inactive", "valueBoolean": True}]},
        {"code": "sofa", "designation": [{"language": "th", "value": "โซฟา"}]},
    ],
}  # fmt: skip


def put(client, *resources):
    for one in resources:
        answer = client.ask("program", "PUT", f"/{one['resourceType']}/{one['id']}", one)
        assert answer.status_code in {200, 201}, answer.json


@pytest.fixture
def beds(client):
    put(client, {**LIST, "id": "beds"}, {**SET, "id": "beds"})
    return client


def looked_up(client, code="icu", **asked):
    return get(client, "/CodeSystem/$lookup", system=BEDS, code=code, **asked)


def names(answer):
    return [tuple(next(iter(v for k, v in part.items() if k.startswith("value"))) for part in one["part"])
            for one in named(answer, "designation")]  # fmt: skip


OWN = [("vi", "Giường hồi sức"), ("en", "Intensive care bed")]
ADDED = [("th", "เตียงไอซียู"), ("vi", "Giường ICU")]


def test_lookup_has_the_names_and_properties_of_supplements(beds):
    assert names(looked_up(beds)) == OWN
    put(beds, THAI)
    answer = looked_up(beds)
    assert names(answer) == OWN + ADDED
    told = {part["part"][0]["valueCode"]: part["part"][1] for part in named(answer, "property")}
    assert told["price"]["valueInteger"] == 5
    assert told["floor"]["valueInteger"] == 2
    assert "inactive" not in told
    assert named(looked_up(beds, displayLanguage="th"), "display")[0]["valueString"] == "เตียงไอซียู"
    assert named(looked_up(beds, displayLanguage="vi"), "display")[0]["valueString"] == "Giường hồi sức"
    assert named(looked_up(beds, displayLanguage="lo"), "display")[0]["valueString"] == "Giường hồi sức"


def test_a_supplement_adds_no_code_and_is_no_system(beds):
    put(beds, THAI)
    assert number(looked_up(beds, "sofa")) == "SSK-3206"
    assert number(get(beds, "/CodeSystem/$lookup", system=THAI["url"], code="icu")) == "SSK-3200"
    assert codes(get(beds, "/ValueSet/$expand", url=SET["url"])) == ["icu", "old"]


def test_expansions_have_the_names_of_supplements_and_say_so(beds):
    before = get(beds, "/ValueSet/$expand", url=SET["url"], includeDesignations="true", displayLanguage="th")
    put(beds, THAI)
    after = get(beds, "/ValueSet/$expand", url=SET["url"], includeDesignations="true", displayLanguage="th")
    assert before.json["expansion"]["contains"][0]["display"] == "Giường hồi sức"
    first = after.json["expansion"]["contains"][0]
    assert first["display"] == "เตียงไอซียู"
    assert [(one["language"], one["value"]) for one in first["designation"]] == OWN + ADDED
    told = {one["name"]: one.get("valueUri") for one in after.json["expansion"]["parameter"]}
    assert told["used-supplement"] == "http://byt.example/cs/beds-thai|3"
    assert codes(get(beds, "/ValueSet/$expand", url=SET["url"], filter="giuong icu")) == ["icu"]


def test_names_of_supplements_are_right_names(beds):
    def is_right(path, **asked):
        return result(get(beds, path, code="icu", display="Giường ICU", **asked))

    asked = [("/CodeSystem/$validate-code", {"url": BEDS}), ("/CodeSystem/beds/$validate-code", {}),
             ("/ValueSet/$validate-code", {"url": SET["url"], "system": BEDS})]  # fmt: skip
    assert [is_right(path, **more) for path, more in asked] == [False, False, False]
    put(beds, THAI)
    assert [is_right(path, **more) for path, more in asked] == [True, True, True]


@pytest.mark.parametrize(
    "changes",
    [
        {"supplements": f"{BEDS}|2"},
        {"supplements": "http://byt.example/cs/other"},
        {"status": "retired"},
        {"content": "complete"},
    ],
)
def test_a_supplement_of_something_else_says_nothing(beds, changes):
    put(beds, {**THAI, **changes})
    assert names(looked_up(beds)) == OWN


def test_of_one_edition_it_is_said_too(beds):
    put(beds, {**THAI, "supplements": f"{BEDS}|1"})
    assert names(looked_up(beds)) == OWN + ADDED


def test_the_newest_supplement_of_an_address_counts_and_a_removed_one_does_not(beds):
    put(beds, THAI)
    assert names(looked_up(beds)) == OWN + ADDED
    only = {"code": "icu", "designation": [{"language": "th", "value": "ห้อง"}]}
    put(beds, {**THAI, "id": "thai-4", "version": "4", "concept": [only]})
    assert names(looked_up(beds)) == [*OWN, ("th", "ห้อง")]
    for name in ("thai", "thai-4"):
        assert beds.ask("program", "DELETE", f"/CodeSystem/{name}").status_code == 204
    assert names(looked_up(beds)) == OWN


def test_lists_that_came_along_are_supplemented_too(client):
    concept = {"code": "A00.1", "designation": [{"language": "fr", "value": "Choléra El Tor"}]}
    put(client, {**THAI, "supplements": ICD10, "concept": [concept]})
    answer = get(client, "/CodeSystem/$lookup", system=ICD10, code="A00.1", displayLanguage="fr")
    assert named(answer, "display")[0]["valueString"] == "Choléra El Tor"


def test_a_value_set_is_not_used_without_the_supplement_that_it_names(beds):
    extension = {"url": "http://hl7.org/fhir/StructureDefinition/valueset-supplement", "valueCanonical": THAI["url"]}
    put(beds, {**SET, "id": "beds", "extension": [extension]})
    asked = {"url": SET["url"]}
    assert number(get(beds, "/ValueSet/$expand", **asked)) == "SSK-3460"
    assert number(get(beds, "/ValueSet/$validate-code", **asked, system=BEDS, code="icu")) == "SSK-3460"
    put(beds, THAI)
    assert codes(get(beds, "/ValueSet/$expand", **asked)) == ["icu", "old"]
    assert result(get(beds, "/ValueSet/$validate-code", **asked, system=BEDS, code="icu"))
