"""$viewdefinition-run: what it answers, in which forms, and to whom."""

from __future__ import annotations

import base64
import csv
import io

import duckdb
import orjson
import pytest

from sosuckhoe.clinical import actions
from sosuckhoe.doors.fhir.operations import viewdefinition_run
from tests.clinical.made import AT, draft, observation, patient

PATH = "/$viewdefinition-run"
OTHER = 815
VIEW = {
    "resourceType": "ViewDefinition",
    "resource": "Observation",
    "select": [
        {
            "column": [
                {"name": "id", "path": "getResourceKey()"},
                {"name": "code", "path": "code.coding.code.first()"},
                {"name": "value", "path": "value.ofType(Quantity).value"},
            ]
        }
    ],
}


def of(name, value):
    kind = {dict: "resource", bool: "valueBoolean", int: "valueInteger", str: "valueString"}[type(value)]
    return {"name": name, "valueReference" if name in {"viewReference", "patient", "group"} else kind: value}


def call(client, who, path=PATH, headers=None, **given):
    parameters = [
        {"name": name, "valueReference": {"reference": one}}
        if name in {"viewReference", "patient", "group"}
        else of(name, one)
        for name, values in given.items()
        for one in (values if isinstance(values, list) else [values])
    ]
    return client.ask(who, "POST", path, {"resourceType": "Parameters", "parameter": parameters}, **(headers or {}))


def number(answer):
    return answer.json["issue"][0]["details"]["coding"][0]["code"]


@pytest.fixture
def results(stored):
    """Alice's result, and one of somebody whom her hospital has not treated."""
    made = [patient(OTHER), observation("b", person=OTHER, code="2951-2", valueQuantity={"value": 140})]
    actions.put_many(made, AT)
    return [stored["observation"], made[1]]


@pytest.mark.parametrize(
    ("who", "codes"), [("alice", ["718-7"]), ("hospital", ["718-7"]), ("charlie", []), ("stranger", [])]
)
def test_everybody_gets_the_rows_that_they_may_find(client, results, who, codes):
    answer = call(client, who, viewResource=VIEW)
    assert answer.status_code == 200
    assert [row["code"] for row in answer.json] == codes


def test_a_programme_gets_all_and_an_officer_none(client, results):
    assert {row["code"] for row in call(client, "program", viewResource=VIEW).json} == {"718-7", "2951-2"}
    refused = call(client, "officer", viewResource=VIEW)
    assert (refused.status_code, number(refused)) == (403, "SSK-1003")
    assert call(client, None, viewResource=VIEW).status_code == 401


def test_a_view_that_came_along_at_each_address(client, results):
    rows = call(client, "alice", viewResource=VIEW).json
    assert rows == [{"id": str(results[0].key), "code": "718-7", "value": 13.5}]
    assert call(client, "alice", "/ViewDefinition/$viewdefinition-run", viewResource=VIEW).json == rows


def test_a_view_of_the_house(client, results):
    by_id = client.ask("alice", "GET", "/ViewDefinition/observations/$viewdefinition-run").json
    assert [(row["code"], row["unit"]) for row in by_id] == [("718-7", "g/dL")]
    for reference in ("ViewDefinition/observations", "observations", "urn:sosuckhoe:view:observations|1.0.0"):
        assert client.ask("alice", "GET", f"{PATH}?viewReference={reference}").json == by_id
    assert call(client, "alice", viewReference="ViewDefinition/observations").json == by_id
    missing = client.ask("alice", "GET", "/ViewDefinition/none/$viewdefinition-run")
    assert (missing.status_code, number(missing)) == (404, "SSK-3297")


def kept(content, kind="application/fhir+json; charset=utf-8"):
    data = base64.b64encode(content if isinstance(content, bytes) else orjson.dumps(content)).decode()
    return {"resourceType": "Binary", "contentType": kind, "data": data}


def test_a_view_that_is_kept_as_a_binary(client, results):
    for name, body in {
        "view": kept(VIEW),
        "page": kept(VIEW, "text/html"),
        "half": kept(b'{"resource": "Obs'),
        "twice": kept(b'{"resource": "Observation", "resource": "Patient"}'),
        "patient": kept({"resourceType": "Patient"}),
    }.items():
        assert client.ask("program", "PUT", f"/Binary/{name}", {**body, "id": name}).status_code == 201
    rows = call(client, "alice", viewReference="Binary/view").json
    assert rows == call(client, "alice", viewResource=VIEW).json
    assert [row["code"] for row in rows] == ["718-7"]
    assert client.ask("alice", "GET", f"{PATH}?viewReference=Binary/view").json == rows
    wrong = {
        name: call(client, "alice", viewReference=f"Binary/{name}") for name in ("page", "half", "twice", "patient")
    }
    assert {name: answer.status_code for name, answer in wrong.items()} == {
        "page": 422, "half": 400, "twice": 400, "patient": 422,
    }  # fmt: skip
    assert number(wrong["page"]) == number(wrong["patient"]) == "SSK-3290"


def test_a_binary_that_one_may_not_read_is_no_view(client, results):
    secret = draft("Binary", "secret", person=OTHER, **{k: v for k, v in kept(VIEW).items() if k != "resourceType"})
    actions.put_many([secret], AT)
    answers = [call(client, "alice", viewReference=f"Binary/{name}") for name in (secret.key, "none")]
    assert [(one.status_code, number(one)) for one in answers] == [(404, "SSK-1002")] * 2


@pytest.mark.parametrize(
    ("form", "accept"),
    [("ndjson", "application/x-ndjson"), ("csv", "text/csv"), ("parquet", "application/vnd.apache.parquet")],
)
def test_forms(client, results, tmp_path, form, accept):
    by_name = call(client, "program", viewResource=VIEW, _format=form)
    by_header = call(client, "program", viewResource=VIEW, headers={"Accept": accept})
    assert by_name.status_code == by_header.status_code == 200
    assert by_name.headers["content-type"] == by_header.headers["content-type"]
    rows = call(client, "program", viewResource=VIEW).json
    assert read(by_name.content, form, tmp_path) == rows


def read(content, form, folder):
    if form == "ndjson":
        return [orjson.loads(line) for line in content.splitlines()]
    if form == "csv":
        rows = csv.DictReader(io.StringIO(content.decode()))
        return [{**row, "value": float(row["value"])} for row in rows]
    (folder / "rows.parquet").write_bytes(content)
    found = duckdb.read_parquet(str(folder / "rows.parquet"))
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def test_no_cell_of_a_csv_is_a_formula(client):
    given = [
        {"resourceType": "Observation", "status": "final", "code": {"text": text}}
        for text in ("=1+1", "+84 90", "-x", "@SUM(A1)", "Hb", 'a "b", c')
    ]
    columns = [{"name": "t", "path": "code.text"}, {"name": "n", "path": "-1"}]
    view = {**VIEW, "select": [{"column": columns}]}
    answer = call(client, "charlie", viewResource=view, resource=given, _format="csv", header=False)
    cells = list(csv.reader(io.StringIO(answer.text)))
    assert [row[0] for row in cells] == ["'=1+1", "'+84 90", "'-x", "'@SUM(A1)", "Hb", 'a "b", c']
    assert {row[1] for row in cells} == {"-1"}


def test_resources_that_come_along(client):
    one = {"resourceType": "Observation", "id": "x", "status": "final", "code": {"coding": [{"code": "c"}]}}
    answer = call(client, "charlie", viewResource=VIEW, resource=[one, {"resourceType": "Patient", "id": "p"}])
    assert answer.json == [{"id": "x", "code": "c", "value": None}]
    broken = call(client, "charlie", viewResource=VIEW, resource={**one, "status": 5})
    assert broken.status_code == 422
    assert number(call(client, "charlie", viewResource=VIEW, resource=one, _since="2026-01-01T00:00:00Z")) == "SSK-3299"


def test_filters(client, results):
    def codes(**given):
        return sorted(row["code"] for row in call(client, "program", viewResource=VIEW, **given).json)

    people = [f"Patient/{patient(person).key}" for person in (4711, OTHER)]
    assert codes(patient=people[1]) == ["2951-2"]
    assert len(codes(_limit=1)) == 1
    assert codes(_limit=0) == []
    assert codes(_since="2026-11-01T00:00:00Z") == ["2951-2", "718-7"]
    assert codes(_since="2999-01-01T00:00:00Z") == []
    members = [{"entity": {"reference": people[0]}}, {"entity": {"reference": people[1]}, "inactive": True}]
    group = draft("Group", "g", person=0, type="person", actual=True, member=members)
    empty = draft("Group", "e", person=0, type="person", actual=True)
    actions.put_many([group, empty], AT)
    assert codes(group=f"Group/{group.key}") == ["718-7"]
    assert codes(group=f"Group/{empty.key}") == []


def test_nobody_learns_by_a_filter_that_a_patient_is_there(client, results):
    for who, person in (("charlie", 4711), ("hospital", OTHER)):
        there = call(client, who, viewResource=VIEW, patient=f"Patient/{patient(person).key}")
        nowhere = call(client, who, viewResource=VIEW, patient="Patient/none")
        assert there.status_code == nowhere.status_code == 404
        assert number(there) == number(nowhere)


@pytest.mark.parametrize(
    ("given", "status", "problem"),
    [
        ({}, 400, "SSK-3207"),
        ({"viewResource": VIEW, "viewReference": "encounters"}, 400, "SSK-3207"),
        ({"viewResource": {**VIEW, "select": []}}, 422, "SSK-3290"),
        ({"viewResource": VIEW, "_format": "xlsx"}, 400, "SSK-3296"),
        ({"viewResource": VIEW, "source": "s3://bucket"}, 400, "SSK-3350"),
        ({"viewResource": VIEW, "_since": "yesterday"}, 400, "SSK-3004"),
        ({"viewResource": VIEW, "patient": "Patient/nobody"}, 404, "SSK-1002"),
    ],
)
def test_what_cannot_be_run_is_refused_with_its_reason(client, given, status, problem):
    answer = call(client, "program", **given)
    assert (answer.status_code, problem and number(answer)) == (status, problem)


def test_a_register_has_no_patients(client, results):
    view = {
        "resourceType": "ViewDefinition",
        "resource": "Organization",
        "select": [{"column": [{"name": "id", "path": "id"}]}],
    }
    answer = call(client, "program", viewResource=view, patient=f"Patient/{patient().key}")
    assert (answer.status_code, number(answer)) == (400, "SSK-3299")


def test_a_fault_of_the_first_rows_is_told(client, results):
    view = {**VIEW, "select": [{"column": [{"name": "c", "path": "code.coding.code | status"}]}]}
    answer = call(client, "program", viewResource=view)
    assert (answer.status_code, number(answer)) == (422, "SSK-3294")


def test_too_many_resources_are_refused_before_the_first_row(client, results, monkeypatch):
    monkeypatch.setattr(viewdefinition_run, "MOST", 1)
    answer = call(client, "program", viewResource=VIEW)
    assert (answer.status_code, number(answer)) == (422, "SSK-3298")


def test_pages_are_read_to_their_end(client, results, monkeypatch):
    monkeypatch.setattr(viewdefinition_run, "MOST_COUNT", 1)
    assert len(call(client, "program", viewResource=VIEW).json) == 2


def test_the_trace_tells_of_every_person_whose_rows_went_out(client, results):
    from sosuckhoe.base import db

    call(client, "program", viewResource=VIEW)
    seen = db.tuples("select distinct person from access_audit where action = 'search' and person <> 0")
    assert {4711, OTHER} <= {row[0] for row in seen}
