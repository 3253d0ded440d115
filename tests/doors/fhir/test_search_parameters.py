"""Search parameters that a ministry defines, and `$reindex`, as clients meet them."""

from __future__ import annotations

import pytest

from sosuckhoe.base import db
from sosuckhoe.clinical import actions
from sosuckhoe.clinical.bulk import runner
from tests.clinical.custom_made import definition, look_anew, soon  # noqa: F401 -- a fixture
from tests.clinical.made import AT, observation

METHOD = definition("how", "token", "Observation", "Observation.method").body | {"id": "how"}


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.BULK_FOLDER = tmp_path / "bulk"


def number(answer):
    return answer.json["issue"][0]["details"]["coding"][0]["code"]


def define(client, **content):
    answer = client.ask("program", "PUT", f"/SearchParameter/{METHOD['id']}", METHOD | content)
    assert answer.status_code in {200, 201}, answer.text
    look_anew()
    return answer


def walked(client, path):
    """The report of a run that has ended."""
    begun = client.ask("program", "POST", path)
    assert begun.status_code == 202, begun.text
    place = begun.headers["content-location"].partition("/fhir")[2]
    assert client.ask("program", "GET", place).status_code == 202
    assert runner.run_all() == 1
    done = client.ask("program", "GET", place)
    assert done.status_code == 200, done.text
    look_anew()
    return done.json["extension"]


def test_a_definition_is_searched_by_when_its_type_was_walked(client, stored):
    define(client)
    answer = client.ask("program", "GET", "/Observation?how=auto")
    assert (answer.status_code, number(answer)) == (400, "SSK-3280")
    lenient = client.ask("program", "GET", "/Observation?how=auto", Prefer="handling=lenient")
    assert lenient.status_code == 200
    actions.put_many([observation("b", method={"coding": [{"code": "auto"}]})], AT)
    report = walked(client, "/Observation/$reindex")
    assert report["types"] == {"Observation": [2, 0]}
    found = client.ask("hospital", "GET", "/Observation?how=auto").json
    assert [entry["resource"]["id"] for entry in found["entry"]] == [str(observation("b").key)]
    assert "entry" not in client.ask("stranger", "GET", "/Observation?how=auto").json


def test_the_capability_statement_names_what_is_searchable(client):
    def named():
        rest = client.ask(None, "GET", "/metadata").json["rest"][0]
        kept = next(one for one in rest["resource"] if one["type"] == "Observation")
        return [one for one in kept["searchParam"] if one["name"] == "how"], kept["searchInclude"]

    def told():
        kept = client.ask(None, "GET", "/openapi.json").json
        refs = [one["$ref"].rpartition("/")[2] for one in kept["paths"]["/Observation"]["get"]["parameters"]]
        return kept["components"]["parameters"].get("search.Observation.how", {}).get("description"), refs

    define(client)
    assert named()[0] == []
    assert told()[0] is None
    walked(client, "/$reindex?_type=Observation,Patient")
    parameter = {"name": "how", "type": "token", "definition": METHOD["url"], "documentation": METHOD["description"]}
    assert named()[0] == [parameter]
    assert told()[0] == f"(token) {METHOD['description']}"
    assert "search.Observation.how" in told()[1]
    client.ask("program", "DELETE", f"/SearchParameter/{METHOD['id']}")
    look_anew()
    assert named()[0] == []
    assert told()[0] is None


@pytest.mark.parametrize(
    ("content", "problem", "place"),
    [
        ({"expression": "Observation.colour"}, "SSK-3285", "SearchParameter.expression"),
        ({"code": "code"}, "SSK-3284", "SearchParameter.code"),
        ({"base": ["Subscription"]}, "SSK-3281", "SearchParameter.base[0]"),
        ({"type": "date"}, "SSK-3282", "SearchParameter.expression"),
        ({"status": "draft", "expression": "("}, "SSK-3285", "SearchParameter.expression"),
    ],
)
def test_a_wrong_definition_is_refused_with_its_place(client, content, problem, place):
    answer = client.ask("program", "PUT", f"/SearchParameter/{METHOD['id']}", METHOD | content)
    assert answer.status_code == 422
    assert number(answer) == problem
    assert answer.json["issue"][0]["expression"] == [place]
    assert client.ask("program", "GET", f"/SearchParameter/{METHOD['id']}").status_code == 404


def test_a_refused_definition_in_a_transaction_undoes_the_whole(client):
    entry = {"request": {"method": "POST", "url": "SearchParameter"}, "resource": METHOD | {"expression": "("}}
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
    answer = client.ask("program", "POST", "", bundle)
    assert (answer.status_code, number(answer)) == (422, "SSK-3285")


@pytest.mark.parametrize("who", ["alice", "charlie", "hospital", "stranger", "officer"])
def test_nobody_else_defines_or_walks(client, stored, who):
    key = stored["observation"].key
    assert client.ask(who, "PUT", f"/SearchParameter/{METHOD['id']}", METHOD).status_code in {403, 404}
    assert client.ask(who, "POST", "/SearchParameter", METHOD).status_code in {403, 404}
    for path in ("/$reindex", "/Observation/$reindex", f"/Observation/{key}/$reindex"):
        assert client.ask(who, "POST", path).status_code == 403
    define(client)
    assert client.ask(who, "DELETE", f"/SearchParameter/{METHOD['id']}").status_code in {403, 404}
    assert client.ask("program", "GET", f"/SearchParameter/{METHOD['id']}").status_code == 200


def test_one_resource_is_mended_at_once(client, stored):
    key = stored["observation"].key
    db.execute("update clinical_resource set tokens = '{}' where rid = %s", (key,))
    answer = client.ask("program", "POST", f"/Observation/{key}/$reindex")
    counts = {one["name"]: one.get("valueInteger") for one in answer.json["parameter"] if one["name"] != "parameter"}
    assert counts == {"rows": 1, "mended": 1, "failures": 0, "texts": 0}
    names = {one["part"][0]["valueString"] for one in answer.json["parameter"] if one["name"] == "parameter"}
    assert "Observation.code" in names
    assert client.ask("program", "POST", "/Observation/none/$reindex").status_code == 404
    assert client.ask("program", "GET", f"/Observation/{key}/$reindex").status_code == 405


def test_what_is_asked_wrongly_is_refused(client):
    assert number(client.ask("program", "POST", "/$reindex?_type=Animal")) == "SSK-3004"
    assert number(client.ask("program", "POST", "/Observation/$reindex?colour=red")) == "SSK-3001"


def test_a_run_that_is_cancelled_ends(client, stored):
    begun = client.ask("program", "POST", "/$reindex")
    place = begun.headers["content-location"].partition("/fhir")[2]
    assert client.ask("program", "DELETE", place).status_code == 202
    assert runner.run_all() == 0
    assert client.ask("program", "GET", place).status_code == 404
