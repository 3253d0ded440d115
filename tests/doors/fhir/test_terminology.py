"""The terminology operations at the door: what they answer, what they refuse, to whom."""

from __future__ import annotations

import pytest

from sosuckhoe.clinical import structure

ICD10 = "http://hl7.org/fhir/sid/icd-10"
COMMUNE = "urn:sosuckhoe:cs:commune"
LIST = {
    "resourceType": "CodeSystem", "url": "http://byt.example/cs/beds", "version": "1", "status": "active",
    "content": "complete", "language": "vi",
    "property": [{"code": "floor", "type": "integer"}],
    "concept": [
        {"code": "ward", "display": "Giường", "concept": [
            {"code": "icu", "display": "Giường hồi sức", "property": [{"code": "floor", "valueInteger": 2}],
             "designation": [{"language": "en", "value": "Intensive care bed"}]},
            {"code": "old", "display": "Giường cũ", "property": [{"code": "inactive", "valueBoolean": True}]},
        ]},
    ],
}  # fmt: skip
SET = {
    "resourceType": "ValueSet", "url": "http://byt.example/vs/beds", "status": "active",
    "compose": {"include": [{"system": "http://byt.example/cs/beds",
                             "filter": [{"property": "concept", "op": "descendent-of", "value": "ward"}]}]},
}  # fmt: skip


def get(client, path, who="alice", **parameters):
    return client.simulate_get(
        f"/fhir{path}", params=parameters, headers={"Authorization": f"Bearer {client.tokens[who]}"}
    )


def named(answer, name):
    return [one for one in answer.json["parameter"] if one["name"] == name]


def result(answer):
    return named(answer, "result")[0]["valueBoolean"]


def number(answer):
    return answer.json["issue"][0]["details"]["coding"][0]["code"]


def post(client, path, *entries, who="alice"):
    return client.ask(who, "POST", path, {"resourceType": "Parameters", "parameter": list(entries)})


def codes(answer):
    return [one["code"] for one in answer.json["expansion"].get("contains", [])]


@pytest.fixture
def beds(client):
    for path, body in (("/CodeSystem/beds", LIST), ("/ValueSet/beds", SET)):
        assert client.ask("program", "PUT", path, {**body, "id": "beds"}).status_code == 201
    return client


@pytest.mark.parametrize("who", ["alice", "charlie", "hospital", "stranger", "officer", "program"])
def test_everybody_who_signed_in_may_ask_for_codes(client, who):
    assert result(get(client, "/CodeSystem/$validate-code", who, url=ICD10, code="A00"))
    assert get(client, "/ValueSet/$expand", who, url="urn:sosuckhoe:vs:icd-10", filter="ta").status_code == 200


def test_a_form_asks_for_the_codes_that_begin_so(client):
    answer = get(
        client, "/ValueSet/$expand", url="urn:sosuckhoe:vs:icd-10", filter="bệnh tả", count=2, displayLanguage="en"
    )
    assert [one["display"] for one in answer.json["expansion"]["contains"]] == [
        "Cholera",
        "Cholera due to Vibrio cholerae 01, biovar cholerae",
    ]
    assert answer.json["expansion"]["total"] > 2
    assert {"name": "count", "valueInteger": 2} in answer.json["expansion"]["parameter"]


def test_an_expansion_says_names_in_both_languages_when_asked(client):
    answer = get(client, "/ValueSet/$expand", url="urn:sosuckhoe:vs:icd-10", filter="A00.0", includeDesignations="true")
    assert [one["language"] for one in answer.json["expansion"]["contains"][0]["designation"]] == ["vi", "en"]


def test_a_tree_is_a_tree_when_asked(client):
    inline = {
        "resourceType": "ValueSet", "status": "active",
        "compose": {"include": [{"system": ICD10, "filter": [{"property": "concept", "op": "is-a", "value": "A00"}]}]},
    }  # fmt: skip
    sent = {"name": "valueSet", "resource": inline}
    flat = post(client, "/ValueSet/$expand", sent)
    assert codes(flat) == ["A00", "A00.0", "A00.1", "A00.9"]
    tree = post(client, "/ValueSet/$expand", sent, {"name": "excludeNested", "valueBoolean": False})
    assert codes(tree) == ["A00"]
    assert [one["code"] for one in tree.json["expansion"]["contains"][0]["contains"]] == ["A00.0", "A00.1", "A00.9"]


@pytest.mark.parametrize(
    ("parameters", "status", "error"),
    [
        ({"url": "http://nowhere.example"}, 404, "SSK-3201"),
        ({"url": "http://hl7.org/fhir/ValueSet/mimetypes"}, 422, "SSK-3205"),
        ({"url": "http://hl7.org/fhir/ValueSet/condition-code"}, 422, "SSK-3217"),
        ({}, 400, "SSK-3207"),
        ({"url": "urn:sosuckhoe:vs:icd-10", "count": "-1"}, 400, "SSK-3004"),
        ({"url": "urn:sosuckhoe:vs:icd-10", "activeOnly": "yes"}, 400, "SSK-3004"),
        ({"url": "urn:sosuckhoe:vs:icd-10", "date": "once"}, 400, "SSK-3004"),
        ({"url": "urn:sosuckhoe:vs:icd-10", "context": "x"}, 400, "SSK-3001"),
    ],
)
def test_what_cannot_be_expanded_is_refused_by_name(client, parameters, status, error):
    answer = get(client, "/ValueSet/$expand", **parameters)
    assert (answer.status_code, number(answer)) == (status, error)


@pytest.mark.parametrize(
    ("include", "error"),
    [
        ({"system": ICD10, "filter": [{"property": "code", "op": "regex", "value": "(a+)+b"}]}, "SSK-3203"),
        ({"system": ICD10, "filter": [{"property": "code", "op": "regex", "value": "["}]}, "SSK-3203"),
        ({"system": ICD10, "filter": [{"property": "display", "op": "regex", "value": ".*.*.*!"}]}, "SSK-3203"),
        (
            {"system": ICD10, "filter": [{"property": "display", "op": "regex", "value": ".{0,99}.{0,99}.{0,99}!"}]},
            "SSK-3203",
        ),
        ({"system": ICD10, "filter": [{"property": "display", "op": "regex", "value": ".?.?.?.?.?.?!"}]}, "SSK-3203"),
        ({"system": ICD10, "filter": [{"property": "colour", "op": "=", "value": "red"}]}, "SSK-3217"),
        ({"valueSet": ["http://nowhere.example"]}, "SSK-3217"),
    ],
)
def test_rules_that_cannot_be_followed_are_refused(client, include, error):
    sent = {"resourceType": "ValueSet", "status": "active", "compose": {"include": [include]}}
    answer = post(client, "/ValueSet/$expand", {"name": "valueSet", "resource": sent})
    assert (answer.status_code, number(answer)) == (422, error)


def test_value_sets_in_a_circle_are_refused(client):
    url = "http://byt.example/vs/circle"
    circle = {"resourceType": "ValueSet", "id": "circle", "url": url, "status": "active",
              "compose": {"include": [{"valueSet": [url]}]}}  # fmt: skip
    assert client.ask("program", "PUT", "/ValueSet/circle", circle).status_code == 201
    answer = get(client, "/ValueSet/$expand", url=url)
    assert (answer.status_code, number(answer)) == (422, "SSK-3204")


def test_stored_lists_are_used_by_every_operation(beds):
    assert codes(get(beds, "/ValueSet/$expand", url=SET["url"])) == ["icu", "old"]
    assert codes(get(beds, "/ValueSet/beds/$expand")) == ["icu", "old"]
    assert codes(get(beds, "/ValueSet/$expand", url=SET["url"], activeOnly="true")) == ["icu"]
    assert codes(get(beds, "/ValueSet/$expand", url=SET["url"], filter="hoi suc")) == ["icu"]
    assert result(get(beds, "/ValueSet/$validate-code", url=SET["url"], system=LIST["url"], code="icu"))
    assert result(get(beds, "/CodeSystem/beds/$validate-code", code="icu", display="intensive care BED"))
    assert not result(get(beds, "/ValueSet/beds/$validate-code", system=LIST["url"], code="ward"))
    looked_up = get(beds, "/CodeSystem/$lookup", system=LIST["url"], code="icu", displayLanguage="en")
    assert named(looked_up, "display")[0]["valueString"] == "Intensive care bed"
    assert {"name": "value", "valueInteger": 2} in [
        one for each in named(looked_up, "property") for one in each["part"]
    ]


def test_a_newer_version_of_a_stored_list_counts_at_once(beds):
    assert codes(get(beds, "/ValueSet/$expand", url=SET["url"])) == ["icu", "old"]
    newer = {**LIST, "id": "beds", "version": "2", "concept": [{"code": "ward", "concept": [{"code": "new"}]}]}
    assert beds.ask("program", "PUT", "/CodeSystem/beds", newer).status_code == 200
    assert codes(get(beds, "/ValueSet/$expand", url=SET["url"])) == ["new"]


def test_lookup_says_all_that_is_known_of_a_code(client):
    answer = get(client, "/CodeSystem/$lookup", system=ICD10, code="A00.1")
    assert named(answer, "display")[0]["valueString"].startswith("Bệnh tả do Vibrio")
    assert len(named(answer, "designation")) == 2
    parts = [{one["name"]: one for one in each["part"]} for each in named(answer, "property")]
    assert ("parent", "A00") in [(one["code"]["valueCode"], one["value"].get("valueCode")) for one in parts]
    only = get(client, "/CodeSystem/$lookup", system=ICD10, code="B95.0", property="not-primary")
    assert [one["part"][1] for one in named(only, "property")] == [{"name": "value", "valueBoolean": True}]
    assert not named(only, "designation")


def test_lookup_of_what_is_not_here_is_not_found(client):
    assert number(get(client, "/CodeSystem/$lookup", system=ICD10, code="A00.77")) == "SSK-3206"
    assert number(get(client, "/CodeSystem/$lookup", system="http://nowhere.example", code="A")) == "SSK-3200"
    assert number(get(client, "/CodeSystem/$lookup", code="A00")) == "SSK-3207"


def test_a_commune_is_looked_up_on_the_day_of_its_record(client):
    old = get(client, "/CodeSystem/$lookup", system=COMMUNE, code="00004", date="2025-01-31")
    new = get(client, "/CodeSystem/$lookup", system=COMMUNE, code="00004")
    assert named(old, "display")[0]["valueString"] == "Phường Trúc Bạch"
    assert named(new, "display")[0]["valueString"] == "Phường Ba Đình"


@pytest.mark.parametrize(
    ("parameters", "holds", "said"),
    [
        ({"code": "A00"}, True, ""),
        ({"code": "A00", "display": "bệnh  TẢ"}, True, ""),
        ({"code": "A00", "display": "Cholera"}, True, ""),
        ({"code": "A00", "display": "Bệnh ta"}, False, "not a name"),
        ({"code": "A00.77"}, False, "not in the code system"),
        ({"code": "A00-A09", "abstract": "false"}, False, "groups others"),
    ],
)
def test_codes_of_a_system_are_checked_with_their_names(client, parameters, holds, said):
    answer = get(client, "/CodeSystem/$validate-code", url=ICD10, **parameters)
    assert result(answer) is holds
    messages = named(answer, "message")
    assert said in "".join(one["valueString"] for one in messages)
    assert all("_valueString" in one for one in messages)
    assert bool(messages) is bool(said)


def test_one_coding_of_a_concept_is_enough(client):
    concept = {"coding": [{"system": "http://loinc.org", "code": "1-8"}, {"system": ICD10, "code": "A00"}]}
    sent = {"name": "codeableConcept", "valueCodeableConcept": concept}
    url = {"name": "url", "valueUri": "urn:sosuckhoe:vs:icd-10-main"}
    assert result(post(client, "/ValueSet/$validate-code", url, sent))
    concept["coding"].pop()
    assert not result(post(client, "/ValueSet/$validate-code", url, sent))


def test_a_system_that_is_not_here_is_doubtful_not_wrong(client):
    answer = get(
        client, "/ValueSet/$validate-code", url="http://hl7.org/fhir/ValueSet/condition-code",
        system="http://snomed.info/sct", code="1",
    )  # fmt: skip
    assert not result(answer)
    assert "whole list" in named(answer, "message")[0]["valueString"]


@pytest.mark.parametrize(
    ("one", "other", "outcome"),
    [
        ("A00", "A00.1", "subsumes"),
        ("A00.1", "A00-A09", "subsumed-by"),
        ("A00", "A00", "equivalent"),
        ("A00", "B00", "not-subsumed"),
    ],
)
def test_subsumption(client, one, other, outcome):
    answer = get(client, "/CodeSystem/$subsumes", system=ICD10, codeA=one, codeB=other)
    assert named(answer, "outcome")[0]["valueCode"] == outcome
    sent = [{"name": f"coding{side}", "valueCoding": {"system": ICD10, "code": code}}
            for side, code in (("A", one), ("B", other))]  # fmt: skip
    assert named(post(client, "/CodeSystem/$subsumes", *sent), "outcome")[0]["valueCode"] == outcome


def test_subsumption_of_what_cannot_be_compared_is_refused(beds):
    assert number(get(beds, "/CodeSystem/$subsumes", system=ICD10, codeA="A00", codeB="?")) == "SSK-3206"
    sent = [{"name": "codingA", "valueCoding": {"system": ICD10, "code": "A00"}},
            {"name": "codingB", "valueCoding": {"system": LIST["url"], "code": "icu"}}]  # fmt: skip
    assert number(post(beds, "/CodeSystem/$subsumes", *sent)) == "SSK-3209"
    answer = get(beds, "/CodeSystem/beds/$subsumes", codeA="ward", codeB="icu")
    assert named(answer, "outcome")[0]["valueCode"] == "subsumes"


def matched(answer):
    parts = [{one["name"]: one for one in each["part"]} for each in named(answer, "match")]
    return [(one["equivalence"]["valueCode"], one["concept"]["valueCoding"]["code"]) for one in parts]


def test_an_old_commune_is_translated_to_the_new_one(client):
    answer = get(
        client, "/ConceptMap/$translate", url="urn:sosuckhoe:cm:commune-63-to-34", system=COMMUNE, code="00004"
    )
    assert result(answer)
    assert matched(answer) == [("wider", "00004")]
    concept = named(answer, "match")[0]["part"][1]["valueCoding"]
    assert (concept["display"], concept["version"]) == ("Phường Ba Đình", "2025-07-01")


def test_a_divided_commune_is_only_related_to_its_successors(client):
    from sosuckhoe.identity import places

    divided = next(old for old, new in places.commune_moves().items() if places.is_divided(old) and len(new) > 1)
    answer = get(
        client, "/ConceptMap/$translate", url="urn:sosuckhoe:cm:commune-63-to-34", system=COMMUNE, code=divided
    )
    assert {equivalence for equivalence, _ in matched(answer)} <= {"relatedto", "narrower"}
    assert len(matched(answer)) == len(places.successors(divided))


def test_maps_are_found_by_systems_and_read_backwards(client):
    province = "urn:sosuckhoe:cs:province"
    forward = get(client, "/ConceptMap/$translate", system=province, code="02", targetsystem=province)
    assert matched(forward) == [("wider", "08")]
    back = get(client, "/ConceptMap/$translate", system=province, code="08", targetsystem=province, reverse="true")
    assert sorted(matched(back)) == [("narrower", "02"), ("narrower", "08")]
    nothing = get(client, "/ConceptMap/$translate", system=province, code="99", targetsystem=province)
    assert not result(nothing)
    assert named(nothing, "message")


def test_hl7s_and_stored_maps_translate(client):
    answer = get(
        client, "/ConceptMap/$translate", url="http://hl7.org/fhir/ConceptMap/101",
        system="http://hl7.org/fhir/address-use", code="home",
    )  # fmt: skip
    assert matched(answer) == [("equivalent", "H")]
    own = {
        "resourceType": "ConceptMap", "id": "m", "url": "http://byt.example/cm/m", "status": "active",
        "group": [{"source": "http://byt.example/a", "target": "http://byt.example/b", "element": [
            {"code": "1", "target": [{"code": "one", "equivalence": "equal"}]},
            {"code": "2", "target": [{"equivalence": "unmatched"}]}]}],
    }  # fmt: skip
    assert client.ask("program", "PUT", "/ConceptMap/m", own).status_code == 201
    assert matched(get(client, "/ConceptMap/m/$translate", system="http://byt.example/a", code="1")) == [
        ("equal", "one")
    ]
    found = get(
        client, "/ConceptMap/$translate", system="http://byt.example/a", code="1", targetsystem="http://byt.example/b"
    )
    assert matched(found) == [("equal", "one")]
    assert not result(get(client, "/ConceptMap/m/$translate", system="http://byt.example/a", code="2"))
    assert (
        number(get(client, "/ConceptMap/$translate", url="http://nowhere.example", system="x", code="1")) == "SSK-3210"
    )


def test_a_map_hands_codes_that_it_does_not_name_to_another(client):
    def stored(name, code, target, other):
        return {
            "resourceType": "ConceptMap", "id": name, "url": f"http://byt.example/cm/{name}", "status": "active",
            "group": [{
                "source": "http://byt.example/a", "target": f"http://byt.example/{name}",
                "element": [{"code": code, "target": [{"code": target, "equivalence": "equal"}]}],
                "unmapped": {"mode": "other-map", "url": f"http://byt.example/cm/{other}"},
            }],
        }  # fmt: skip

    for name, code, target, other in (("p", "1", "one", "q"), ("q", "2", "two", "p"), ("r", "4", "four", "nowhere")):
        assert client.ask("program", "PUT", f"/ConceptMap/{name}", stored(name, code, target, other)).status_code == 201

    def asked(name, code):
        return get(client, f"/ConceptMap/{name}/$translate", system="http://byt.example/a", code=code)

    assert matched(asked("p", "1")) == matched(asked("q", "1")) == [("equal", "one")]
    assert matched(asked("p", "2")) == [("equal", "two")]
    assert not result(asked("p", "3")), "the two maps that hand on to each other end"
    assert matched(asked("r", "4")) == [("equal", "four")]
    unknown = {one["name"]: one for one in asked("r", "1").json["parameter"]}
    assert not unknown["result"]["valueBoolean"]
    assert "http://byt.example/cm/nowhere" in unknown["message"]["valueString"]


def test_the_server_says_what_it_knows_of_codes(client):
    answer = client.ask(None, "GET", "/metadata?mode=terminology")
    assert answer.json["resourceType"] == "TerminologyCapabilities"
    systems = {one["uri"]: one for one in answer.json["codeSystem"]}
    assert [one["code"] for one in systems[COMMUNE]["version"]] == ["2025-07-01", "2024-06-11"]
    assert "female-only" in {one["code"] for one in systems[ICD10]["version"][0]["filter"]}
    assert "http://hl7.org/fhir/administrative-gender" in systems
    structure.check(answer.json, "TerminologyCapabilities")


def test_answers_have_the_structure_of_r4(beds):
    for path, parameters in (
        ("/ValueSet/$expand", {"url": SET["url"], "includeDesignations": "true", "count": "1"}),
        ("/ValueSet/$expand", {"url": SET["url"], "excludeNested": "false"}),
    ):
        structure.check(get(beds, path, **parameters).json, "ValueSet")
    structure.check(get(beds, "/CodeSystem/$lookup", system=LIST["url"], code="icu").json, "Parameters")
    structure.check(get(beds, "/CodeSystem/$validate-code", url=ICD10, code="?").json, "Parameters")
    translated = get(beds, "/ConceptMap/$translate", system="urn:sosuckhoe:cs:province", code="02")
    structure.check(translated.json, "Parameters")
