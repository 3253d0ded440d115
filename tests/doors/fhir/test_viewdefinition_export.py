"""$viewdefinition-export: files of rows that are made behind the request, for who may export what they are made of."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import duckdb
import orjson
import pytest

from sosuckhoe.base import clock, db
from sosuckhoe.clinical import actions
from sosuckhoe.clinical.bulk import background, runner
from sosuckhoe.doors.fhir.operations.viewdefinition_export import MOST_VIEWS
from sosuckhoe.insight import exporting
from tests.clinical.made import AT, PERSON, draft, observation, patient
from tests.insight.views import profiles

PATH = "/$viewdefinition-export"
OTHER = 815
RESULTS = {
    "resourceType": "ViewDefinition",
    "name": "results",
    "resource": "Observation",
    "select": [
        {
            "column": [
                {"name": "code", "path": "code.coding.code.first()"},
                {"name": "value", "path": "value.ofType(Quantity).value"},
            ]
        }
    ],
}
PEOPLE = {"resource": "Patient", "select": [{"column": [{"name": "id", "path": "getResourceKey()"}]}]}


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.BULK_FOLDER = tmp_path / "bulk"
    return settings.BULK_FOLDER


@pytest.fixture
def others(stored):
    """Somebody whom the hospital has not treated, and a practitioner."""
    made = [
        patient(OTHER),
        observation("b", person=OTHER, code="2951-2", valueQuantity={"value": 140}),
        draft("Practitioner", "doctor", person=0, name=[{"text": "BS. Lan"}]),
    ]
    actions.put_many(made, AT)
    return made


def view(body, name=""):
    named = [{"name": "name", "valueString": name}] if name else []
    return {"name": "view", "part": [*named, {"name": "viewResource", "resource": body}]}


def kept(reference):
    return {"name": "view", "part": [{"name": "viewReference", "valueReference": {"reference": reference}}]}


def whose(name, *references):
    return [{"name": name, "valueReference": {"reference": one}} for one in references]


def ask(client, who, *parameters, path=PATH, **headers):
    body = {"resourceType": "Parameters", "parameter": list(parameters)}
    return client.ask(who, "POST", path, body, **({"Prefer": "respond-async"} | headers))


def below(address):
    return address.partition("/fhir")[2]


def begin(client, who, *parameters, path=PATH):
    answer = ask(client, who, *parameters, path=path)
    assert answer.status_code == 202, answer.text
    return below(answer.headers["content-location"])


def result(client, who, place):
    """What a job that has run leads to."""
    assert runner.run_all() == 1
    ended = client.ask(who, "GET", place)
    assert ended.status_code == 303
    return client.ask(who, "GET", below(ended.headers["location"]))


def told(answer, name):
    """The values of a parameter of an answer."""
    assert answer.status_code in {200, 202}, answer.text
    found = [one for one in answer.json["parameter"] if one["name"] == name]
    return [next(value for key, value in one.items() if key != "name") for one in found]


def outputs(answer):
    """Addresses of files by the name of their view."""
    found = {}
    for parts in told(answer, "output"):
        name, *files = [part.get("valueString") or part["valueUri"] for part in parts]
        found[name] = [below(one) for one in files]
    return found


def rows(client, who, answer, form="ndjson"):
    """Every row of every view."""
    found = {}
    for name, files in outputs(answer).items():
        sent = [client.ask(who, "GET", file) for file in files]
        assert {one.status_code for one in sent} == {200}
        found[name] = [row for one in sent for row in READ[form](one)]
    return found


def exported(client, who, *parameters, path=PATH):
    return rows(client, who, result(client, who, begin(client, who, *parameters, path=path)))


def lines(answer):
    assert answer.headers["content-type"] == "application/x-ndjson"
    return [orjson.loads(line) for line in answer.content.splitlines()]


def cells(answer):
    assert answer.headers["content-type"].startswith("text/csv")
    return [{**row, "value": float(row["value"])} for row in csv.DictReader(io.StringIO(answer.content.decode()))]


READ = {"ndjson": lines, "csv": cells, "json": lambda answer: answer.json}


def number(answer):
    return answer.json["issue"][0]["details"]["coding"][0]["code"]


def codes(found, name="results"):
    return sorted(row["code"] for row in found[name])


def test_several_views_go_out_at_once(client, stored, others):
    found = exported(client, "program", view(RESULTS), view(PEOPLE), view(RESULTS, "Kết quả"), kept("patients"))
    assert found["results"] == found["Kết quả"]
    assert codes(found) == ["2951-2", "718-7"]
    assert {row["id"] for row in found["view-2"]} == {str(stored["patient"].key), str(others[0].key)}
    assert len(found["patients"]) == 2


def test_it_is_told_how_far_it_is(client, stored):
    parameters = [view(RESULTS), {"name": "clientTrackingId", "valueString": "monthly"}]
    begun = ask(client, "program", *parameters)
    place = below(begun.headers["content-location"])
    assert (told(begun, "status"), told(begun, "clientTrackingId")) == (["accepted"], ["monthly"])
    assert below(*told(begun, "location")) == below(*told(begun, "cancelUrl")) == place
    waits = client.ask("program", "GET", place)
    assert (waits.status_code, told(waits, "status")) == (202, ["accepted"])
    assert {"x-progress", "retry-after"} <= waits.headers.keys()
    assert client.ask("program", "GET", f"{place}/result").status_code == 404
    ended = result(client, "program", place)
    assert told(ended, "status") == ["completed"]
    assert told(ended, "_format") == ["ndjson"]
    assert told(ended, "exportId") == [place.rpartition("/")[2]]
    assert told(ended, "exportStartTime") <= told(ended, "exportEndTime")
    assert told(ended, "exportDuration") == [0]
    assert "expires" in ended.headers
    as_xml = client.ask("program", "GET", f"{place}/result", Accept="application/fhir+xml")
    assert '<valueCode value="completed"/>' in as_xml.text


@pytest.mark.parametrize("form", ["ndjson", "csv", "json"])
def test_forms(client, stored, others, form):
    place = begin(client, "program", view(RESULTS), {"name": "_format", "valueCode": form})
    answer = result(client, "program", place)
    assert outputs(answer) == {"results": [f"{place}/results.1.{form}"]}
    assert sorted(rows(client, "program", answer, form)["results"], key=lambda row: row["code"]) == [
        {"code": "2951-2", "value": 140},
        {"code": "718-7", "value": 13.5},
    ]


def test_parquet(client, stored, others, tmp_path):
    place = begin(client, "program", view(RESULTS), {"name": "_format", "valueCode": "parquet"})
    (file,) = outputs(result(client, "program", place))["results"]
    sent = client.ask("program", "GET", file)
    assert sent.headers["content-type"] == "application/vnd.apache.parquet"
    (tmp_path / "rows.parquet").write_bytes(sent.content)
    found = duckdb.read_parquet(str(tmp_path / "rows.parquet"))
    assert (found.columns, sorted(found.fetchall())) == (["code", "value"], [("2951-2", 140.0), ("718-7", 13.5)])


@pytest.mark.parametrize("form", ["ndjson", "csv", "parquet"])
def test_many_rows_make_many_files(client, stored, folder, form, tmp_path):
    actions.put_many([observation(str(one), valueQuantity={"value": one}) for one in range(1200)], AT)
    place = begin(client, "program", view(RESULTS), {"name": "_format", "valueCode": form})
    job = background.take(background.waiting()[0])
    asked = exporting.Wanted(**{name: job.asked["wanted"][name] for name in ("views", "form")})
    (made,) = exporting.write(job.actor, asked, job, file_bytes=1_000)
    assert made.files == [f"results.{one}.{form}" for one in (1, 2, 3)]
    found = duckdb.sql(
        f"select value from {f'read_{form}' if form != 'ndjson' else 'read_ndjson'}('{job.folder}/results.*')"
    )
    assert sorted(value for (value,) in found.fetchall()) == sorted([13.5, *range(1200)])
    background.let_go(job.id)
    assert client.ask("program", "DELETE", place).status_code == 202


def test_a_table_without_rows_has_its_columns(client, stored):
    none = {**RESULTS, "where": [{"path": "false"}]}
    place = begin(client, "program", view(none), {"name": "_format", "valueCode": "csv"})
    (file,) = outputs(result(client, "program", place))["results"]
    assert client.ask("program", "GET", file).text.split() == ["code,value"]


def test_rights_are_those_of_an_export(client, stored, others):
    security = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"}]}
    actions.put_many([observation("hidden", code="x", meta=security)], AT)
    assert codes(exported(client, "alice", view(RESULTS))) == ["718-7", "x"]
    assert codes(exported(client, "hospital", view(RESULTS))) == ["718-7"]
    assert codes(exported(client, "stranger", view(RESULTS))) == []
    refused = ask(client, "officer", view(RESULTS))
    assert (refused.status_code, number(refused)) == (403, "SSK-1003")
    assert ask(client, None, view(RESULTS)).status_code == 401


def test_persons_groups_and_dates_narrow_it(client, stored, others):
    one, other = (f"Patient/{who.key}" for who in (stored["patient"], others[0]))
    group = draft("Group", "g", person=0, type="person", actual=True, member=[{"entity": {"reference": other}}])
    actions.put_many([group], AT)
    members = whose("group", f"Group/{group.key}")
    assert codes(exported(client, "program", view(RESULTS), *whose("patient", one))) == ["718-7"]
    assert codes(exported(client, "program", view(RESULTS), *whose("patient", one, other))) == ["2951-2", "718-7"]
    assert codes(exported(client, "program", view(RESULTS), *members)) == ["2951-2"]
    assert codes(exported(client, "program", view(RESULTS), *members, *whose("patient", one))) == []
    actions.put_many([observation("a", code="new")], AT + timedelta(days=2))
    since = {"name": "_since", "valueInstant": (AT + timedelta(days=1)).isoformat()}
    assert codes(exported(client, "program", view(RESULTS), since)) == ["new"]


def test_nobody_learns_of_persons_and_groups_whom_they_may_not_see(client, stored, others):
    for name, references in {"patient": (f"Patient/{others[0].key}", "Patient/none"), "group": ("Group/none",)}.items():
        for reference in references:
            answer = ask(client, "alice", view(RESULTS), *whose(name, reference))
            assert (answer.status_code, number(answer)) == (404, "SSK-1002")


def test_everybody_in_it_has_a_line_of_the_trace(client, stored, others):
    place = begin(client, "program", view(RESULTS), view(PEOPLE))
    result(client, "program", place)
    found = db.tuples("select person from access_audit where action = 'export' and kind = 'record' order by person")
    assert [person for (person,) in found] == sorted([PERSON, OTHER])


def test_it_is_given_to_nobody_else_and_not_to_who_has_lost_the_right(client, stored):
    place = begin(client, "hospital", view(RESULTS))
    (file,) = outputs(result(client, "hospital", place))["results"]
    for address in (place, f"{place}/result", file):
        assert client.ask("alice", "GET", address).status_code == 404
    db.execute("insert into access_narrowed (bucket, person, at) values (%s, %s, %s)", (*_key(), clock.now()))
    assert client.ask("hospital", "GET", file).status_code == 404


def _key():
    return db.tuples("select distinct bucket, person from clinical_resource where person = %s", (PERSON,))[0]


def test_a_cancelled_one_is_gone_with_its_files(client, stored, folder):
    place = begin(client, "program", view(RESULTS))
    assert client.ask("program", "DELETE", place).status_code == 202
    assert client.ask("program", "GET", place).status_code == 404
    assert runner.run_all() == 0
    ran = begin(client, "program", view(RESULTS))
    result(client, "program", ran)
    assert client.ask("program", "DELETE", ran).status_code == 202
    assert [client.ask("program", "GET", f"{ran}{one}").status_code for one in ("", "/result")] == [404, 404]
    assert list(folder.iterdir()) == []


def test_a_failure_is_told_where_the_result_would_be(client, stored):
    several = {**RESULTS, "select": [{"column": [{"name": "a", "path": "code.coding | subject"}]}]}
    actions.put_many([observation("two", subject={"reference": "Patient/x"})], AT)
    failed = result(client, "program", begin(client, "program", view(several)))
    assert (failed.status_code, number(failed)) == (422, "SSK-3294")


def test_value_sets_and_profiles_that_are_stored_are_asked(client, stored, others):
    profile = profiles.of_code("2951-2")
    assert client.ask("program", "PUT", "/StructureDefinition/result-of", profile).status_code == 201
    asked = {**RESULTS, "where": [{"path": profiles.CONFORMS}]}
    assert codes(exported(client, "program", view(asked))) == ["2951-2"]
    at_once = ask(client, "program", {"name": "viewResource", "resource": asked}, path="/$viewdefinition-run")
    assert codes({"results": at_once.json}) == ["2951-2"]


@pytest.mark.parametrize(
    ("status", "refusal", "parameters"),
    [
        (400, "SSK-3350", [view(RESULTS), {"name": "source", "valueString": "s3://elsewhere"}]),
        (400, "SSK-3352", [view(RESULTS), view(RESULTS)]),
        (400, "SSK-3351", [view(PEOPLE)] * (MOST_VIEWS + 1)),
        (400, "SSK-3296", [view(RESULTS), {"name": "_format", "valueCode": "xlsx"}]),
        (400, "SSK-3004", [view(RESULTS), {"name": "_since", "valueInstant": "yesterday"}]),
        (400, "SSK-3004", [view(RESULTS, "n" * 101)]),
        (400, "SSK-3004", [{"name": "view", "valueString": "results"}]),
        (400, "SSK-3207", []),
        (400, "SSK-3207", [{"name": "view", "part": [{"name": "name", "valueString": "a"}]}]),
        (400, "SSK-3001", [{"name": "view", "part": [{"name": "header", "valueBoolean": True}]}]),
        (400, "SSK-3001", [view(RESULTS), {"name": "header", "valueBoolean": True}]),
        (404, "SSK-3297", [kept("ViewDefinition/none")]),
        (422, "SSK-3290", [view({**RESULTS, "select": []})]),
        (422, "SSK-3293", [view({**RESULTS, "where": [{"path": "nothing"}]})]),
    ],
)
def test_what_cannot_be_is_refused_before_it_is_begun(client, stored, status, refusal, parameters):
    answer = ask(client, "program", *parameters)
    assert (answer.status_code, number(answer)) == (status, refusal)
    assert background.waiting() == []


def test_a_source_from_outside_is_told_as_not_supported(client, stored):
    for path, given in ((PATH, view(RESULTS)), ("/$viewdefinition-run", {"name": "viewResource", "resource": RESULTS})):
        answer = ask(
            client, "program", given, {"name": "source", "valueString": "https://elsewhere.example"}, path=path
        )
        assert (answer.status_code, number(answer), answer.json["issue"][0]["code"]) == (
            400, "SSK-3350", "not-supported",
        )  # fmt: skip
        assert "elsewhere" not in answer.text


def test_a_fault_of_a_view_names_the_view(client, stored):
    answer = ask(client, "program", view(PEOPLE), view({**RESULTS, "resource": "Nothing"}))
    assert answer.json["issue"][0]["expression"] == ["Parameters.parameter.where(name = 'view')[1]"]


def test_a_register_has_no_persons(client, stored, others):
    doctors = {"resource": "Practitioner", "select": [{"column": [{"name": "name", "path": "name.text"}]}]}
    assert exported(client, "program", view(doctors)) == {"view-1": [{"name": "BS. Lan"}]}
    answer = ask(client, "program", view(doctors), *whose("patient", f"Patient/{stored['patient'].key}"))
    assert (answer.status_code, number(answer)) == (400, "SSK-3299")


def test_it_stands_where_views_stand_and_runs_in_the_background_only(client, stored):
    assert codes(exported(client, "program", view(RESULTS), path=f"/ViewDefinition{PATH}")) == ["718-7"]
    assert [
        row["code"] for row in exported(client, "program", path=f"/ViewDefinition/observations{PATH}")["observations"]
    ] == ["718-7"]
    assert number(ask(client, "program", view(RESULTS), Prefer="return=minimal")) == "SSK-3221"
    assert client.ask("program", "GET", PATH, Prefer="respond-async").status_code == 405


def test_a_decimal_of_a_view_is_kept_as_it_is_written(client, stored):
    constant = {
        "constant": [{"name": "least", "valueDecimal": 13.4}],
        "where": [{"path": "value.ofType(Quantity).value > %least"}],
    }
    assert codes(exported(client, "program", view(RESULTS | constant))) == ["718-7"]


def test_after_a_death_it_begins_with_an_empty_folder(client, stored, folder):
    place = begin(client, "program", view(RESULTS))
    (job,) = folder.iterdir()
    (job / "spill").mkdir()
    (job / "spill" / "half").write_text("half")
    (job / "results.1.ndjson").write_text("half")
    assert codes(rows(client, "program", result(client, "program", place))) == ["718-7"]
    assert not (job / "spill").exists()
