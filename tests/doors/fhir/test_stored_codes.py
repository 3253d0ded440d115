"""Stored code systems and value sets count for search, bindings and FHIRPath, with the caller's rights."""

from __future__ import annotations

import pytest

from sosuckhoe.access.models import Account
from sosuckhoe.clinical import actions, believed, finding
from sosuckhoe.clinical.subscribing import topics, watching
from tests import smart
from tests.cheaply import cheaply
from tests.clinical.made import AT, PERSON, draft, key, patient

SYSTEM, SET = "http://byt.example/cs/tests", "http://byt.example/vs/tests"
LIST = {
    "resourceType": "CodeSystem", "id": "tests", "url": SYSTEM, "status": "active", "content": "complete",
    "concept": [{"code": "blood", "display": "Máu", "concept": [{"code": "hb", "display": "Huyết sắc tố"}]},
                {"code": "urine", "display": "Nước tiểu"}],
}  # fmt: skip


def set_of(*codes, **more):
    concepts = [{"code": code} for code in codes]
    include = {"system": SYSTEM, **({"concept": concepts} if codes else {})}
    return {"resourceType": "ValueSet", "id": "tests", "url": SET, "status": "active",
            "compose": {"include": [include]}, **more}  # fmt: skip


def coded(code, system=SYSTEM):
    return {"code": {"coding": [{"system": system, "code": code}]}}


def of_alice(code):
    return {"status": "final", "subject": {"reference": f"Patient/{patient().key}"}, **coded(code)}


def put(client, *resources):
    for one in resources:
        answer = client.ask("program", "PUT", f"/{one['resourceType']}/{one['id']}", one)
        assert answer.status_code in {200, 201}, answer.json


def numbers(answer):
    return [one["details"]["coding"][0]["code"] for one in answer.json["issue"]]


@pytest.fixture
def results(client, stored):
    """One result of each code, and what was stored of codes."""
    actions.put_many([draft("Observation", code, **of_alice(code)) for code in ("blood", "hb", "urine")], AT)
    put(client, LIST, set_of("hb", "urine"))
    return client


def found(client, query, who="alice"):
    answer = client.ask(who, "GET", f"/Observation?{query}")
    assert answer.status_code == 200, answer.json
    names = {str(key("Observation", name)): name for name in ("a", "blood", "hb", "urine")}
    return sorted(names[one["resource"]["id"]] for one in answer.json.get("entry", ()))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        (f"code:in={SET}", ["hb", "urine"]),
        (f"code:not-in={SET}", ["a", "blood"]),
        (f"code:below={SYSTEM}|blood", ["blood", "hb"]),
        (f"code:above={SYSTEM}|hb", ["blood", "hb"]),
        (f"code:below={SYSTEM}|hb,{SYSTEM}|urine", ["hb", "urine"]),
        (f"_filter=not (code in {SET})", ["a", "blood"]),
        (f"_filter=code ss {SYSTEM}|blood", ["blood", "hb"]),
        (f"subject:Patient._has:Observation:patient:code:in={SET}", ["a", "blood", "hb", "urine"]),
    ],
)
def test_searches_use_what_is_stored(results, query, names):
    assert found(results, query) == names


def test_a_search_uses_what_was_stored_last(results):
    assert found(results, f"code:in={SET}") == ["hb", "urine"]
    put(results, set_of("blood"))
    assert found(results, f"code:in={SET}") == ["blood"]
    put(results, set_of())
    assert found(results, f"code:in={SET}") == ["blood", "hb", "urine"]
    assert results.ask("program", "DELETE", "/ValueSet/tests").status_code == 204
    assert numbers(results.ask("alice", "GET", f"/Observation?code:in={SET}")) == ["SSK-3101"]


def test_a_stored_set_goes_before_the_one_that_came_along(results):
    url = "http://hl7.org/fhir/ValueSet/observation-codes"
    put(results, set_of("urine", url=url))
    assert found(results, f"code:in={url}") == ["urine"]


def test_a_set_that_is_too_large_or_cannot_be_followed_is_refused(results):
    put(results, set_of(*(f"c{number}" for number in range(20_001))))
    assert numbers(results.ask("alice", "GET", f"/Observation?code:in={SET}")) == ["SSK-3102"]
    inside = {"system": SYSTEM, "filter": [{"property": "concept", "op": "regex", "value": "(a+)+"}]}
    put(results, set_of(compose={"include": [inside]}))
    assert numbers(results.ask("alice", "GET", f"/Observation?code:in={SET}")) == ["SSK-3101"]


def test_nothing_is_looked_for_twice_while_nothing_is_written(results, monkeypatch):
    search, seen = finding.search, []
    monkeypatch.setattr(finding, "search", lambda *given: (seen.append(given[1].type), search(*given))[1])
    believed.forget()
    for _ in range(3):
        found(results, f"code:in={SET}")
    assert seen == ["ValueSet", "CodeSystem"]


def app(who, scope, person=None):
    return smart.let_in(Account.objects.get(username=who), scope, person)


def test_who_may_not_see_value_sets_has_those_that_came_along(results):
    """Also after somebody who may has asked, and somebody who may is told what is stored after them."""
    results.tokens["app"] = app("alice", "patient/Observation.rs", PERSON)
    for _ in range(2):
        assert numbers(results.ask("app", "GET", f"/Observation?code:in={SET}")) == ["SSK-3101"]
        assert found(results, f"code:in={SET}") == ["hb", "urine"]
    believed.forget()
    assert numbers(results.ask("app", "GET", f"/Observation?code:in={SET}")) == ["SSK-3101"]
    assert found(results, f"code:in={SET}") == ["hb", "urine"]
    results.tokens["app"] = app("alice", "patient/Observation.rs patient/ValueSet.rs", PERSON)
    assert found(results, f"code:in={SET}", "app") == ["hb", "urine"]


def test_an_app_that_may_only_write_is_checked_by_what_came_along(results):
    believed.forget()
    results.tokens["app"] = app("hospital", "user/Observation.c")
    body = {"resourceType": "Observation", **of_alice("hb")}
    assert results.ask("app", "POST", "/Observation", body).status_code == 201
    assert results.ask("app", "POST", "/Observation", {**body, "status": "done"}).status_code == 422


PROFILE = {
    "resourceType": "StructureDefinition", "id": "lab", "url": "http://byt.example/sd/lab", "name": "Lab",
    "status": "active", "kind": "resource", "abstract": False, "type": "Observation", "derivation": "constraint",
    "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Observation",
}  # fmt: skip


def validated(client, element, body, who="alice"):
    """The errors and warnings of a resource against the profile with one element."""
    put(client, {**PROFILE, "differential": {"element": [{"id": element["path"], **element}]}})
    answer = client.ask(who, "POST", f"/Observation/$validate?profile={PROFILE['url']}", body)
    assert answer.status_code == 200, answer.json
    return [number for number, one in zip(numbers(answer), answer.json["issue"], strict=True)
            if one["severity"] == "error"]  # fmt: skip


def a_result(code):
    return {"resourceType": "Observation", "status": "final", **coded(code)}


def test_bindings_of_profiles_use_what_is_stored(results):
    element = {"path": "Observation.code", "binding": {"strength": "required", "valueSet": SET}}
    assert validated(results, element, a_result("hb")) == []
    assert validated(results, element, a_result("blood")) == ["SSK-3241"]


@pytest.mark.parametrize(
    ("expression", "fits", "fails"),
    [
        (f"code.memberOf('{SET}')", "hb", "blood"),
        ("code.subsumedBy(%resource.component.code)", "hb", "urine"),
        ("component.code.first().subsumes(%resource.code)", "hb", "urine"),
    ],
)
def test_rules_of_profiles_ask_what_is_stored(results, expression, fits, fails):
    rule = {"key": "lab-1", "severity": "error", "human": "a code of ours", "expression": expression}
    element = {"path": "Observation", "constraint": [rule]}
    above = {"component": [coded("blood")]}
    assert validated(results, element, a_result(fits) | above) == []
    assert validated(results, element, a_result(fails) | above) == ["SSK-3240"]


def test_a_profile_that_costs_too_much_holds_up_nobody(results):
    """A rule that is not decided in time is an error, whatever its weight; the others are told."""
    loops = "%resource.descendants().all(" * 6 + "true" + ")" * 6
    told = {"lab-1": ("error", "status.matches('(a+)+b')"), "lab-2": ("warning", loops)}
    rules = [{"key": key, "severity": how, "human": key, "expression": text} for key, (how, text) in told.items()]
    body = {**a_result("hb"), "note": [{"text": f"{number}"} for number in range(50)]}
    element = {"path": "Observation", "constraint": rules}
    assert cheaply(lambda: validated(results, element, body), seconds=5) == ["SSK-3240", "SSK-3461"]


def paths_of(client, expression):
    """A FHIRPath Patch that deletes the notes where the expression holds, asked of one result."""
    path = f"Observation.note.where({expression})"
    part = [{"name": "type", "valueCode": "delete"}, {"name": "path", "valueString": path}]
    patch = {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": part}]}
    return client.ask("hospital", "PATCH", f"/Observation/{key('Observation', 'noted')}", patch)


@pytest.fixture
def noted(client, stored):
    actions.put_many([draft("Observation", "noted", note=[{"text": "x"}], **of_alice("hb"))], AT)
    return client


def test_paths_of_a_patch_use_what_is_stored(noted):
    member = f"%resource.code.memberOf('{SET}')"
    assert paths_of(noted, member).status_code == 422
    put(noted, LIST, set_of("urine"))
    assert "note" in paths_of(noted, member).json
    put(noted, set_of("hb"))
    assert "note" not in paths_of(noted, member).json


def test_paths_of_a_patch_and_a_question_ask_profiles_that_are_stored(noted):
    url = "https://example.org/fhir/StructureDefinition/noted"
    profile = {"resourceType": "StructureDefinition", "id": "noted", "url": url, "name": "Noted", "status": "active",
               "kind": "complex-type", "abstract": False, "type": "Annotation", "derivation": "constraint",
               "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Annotation",
               "differential": {"element": [{"id": "Annotation.text", "path": "Annotation.text",
                                             "fixedMarkdown": "x"}]}}  # fmt: skip
    question = {"query": f'{{ Observation(id: "{key("Observation", "noted")}") '
                         f'{{ note(fhirpath: "conformsTo(\'{url}\')") {{ text }} }} }}'}  # fmt: skip
    assert noted.ask("alice", "POST", "/$graphql", question).json["data"] == {"Observation": {"note": []}}
    assert paths_of(noted, f"conformsTo('{url}')").status_code == 422
    put(noted, profile)
    answer = noted.ask("alice", "POST", "/$graphql", question).json
    assert answer["data"] == {"Observation": {"note": [{"text": "x"}]}}
    assert "note" not in paths_of(noted, f"conformsTo('{url}')").json


def test_questions_use_what_is_stored(noted):
    question = {"query": f'{{ Observation(id: "{key("Observation", "noted")}") '
                         f'{{ code {{ coding(fhirpath: "memberOf(\'{SET}\')") {{ code }} }} }} }}'}  # fmt: skip
    put(noted, LIST, set_of("urine"))
    coding = {"Observation": {"code": {"coding": []}}}
    assert noted.ask("alice", "POST", "/$graphql", question).json["data"] == coding
    put(noted, set_of("hb"))
    coding["Observation"]["code"]["coding"] = [{"code": "hb"}]
    assert noted.ask("alice", "POST", "/$graphql", question).json["data"] == coding


def test_topics_use_what_is_stored(client, stored, monkeypatch):
    topic = topics.Topic(
        "https://example.org/topic", "Observation", f"code.memberOf('{SET}')", "", "", frozenset({"create"})
    )
    monkeypatch.setattr(watching, "topics", lambda: {topic.url: topic})
    monkeypatch.setattr(watching, "_watched", lambda _period: {"Observation": (topic.url,)})
    made = draft("Observation", "hb", **of_alice("hb"))
    put(client, LIST, set_of("urine"))
    assert watching.events_of(made, None, 1, AT) == []
    put(client, set_of("hb"))
    assert [one.topic for one in watching.events_of(made, None, 1, AT)] == [topic.url]
