"""Parameters of every shape, for every operation: refused or understood, never a fault of ours."""

from __future__ import annotations

import pytest

from sosuckhoe.base import db as database
from sosuckhoe.clinical import actions
from sosuckhoe.doors.fhir.operations import OPERATIONS
from sosuckhoe.exchange.actions import registers
from sosuckhoe.identity import queries
from tests.clinical.made import AT, observation, patient
from tests.doors.fhir.test_observations import HEMOGLOBIN, amount, stats, values
from tests.identity.merged import two_people

SHAPES = (
    {},
    {"valueString": None},
    {"valueString": [1, [2]]},
    {"valueString": ""},
    {"valueString": "1" + "0" * 5000},
    {"valueString": "0" * 9 + "1" * 5000},
    {"valueString": "x,y|z$\\"},
    {"valueBoolean": True},
    {"valueInteger": -1},
    {"valueDecimal": 1e308},
    {"valueDate": "9999-12-31"},
    {"valuePeriod": {"start": [], "end": {}}},
    {"valueReference": {"reference": ["Patient/1"]}},
    {"valueCoding": {"a": []}},
    {"part": [{"name": "type", "valueCode": ["Patient"]}, {"name": "url", "valueUri": "https://a"}]},
    {"resource": {"resourceType": ["Patient"]}},
    {"resource": {"resourceType": "Patient", "name": 3}},
)
GENDERS = "http://hl7.org/fhir/ValueSet/administrative-gender"
NEEDED = {
    "lastn": {"patient": "Patient/x", "code": "x"},
    "stats": {"subject": "Patient/x", "code": "x", "statistic": "average", "include": "true"},
    "closure": {"name": "mine"},
    "expand": {"url": GENDERS},
    "find-matches": {"system": "http://hl7.org/fhir/administrative-gender"},
    "validate-code": {"url": GENDERS, "code": "male", "system": "http://hl7.org/fhir/administrative-gender"},
    "find": {"patient": "x", "name": "$current-problems"},
    "lookup": {"code": "male", "system": "http://hl7.org/fhir/administrative-gender"},
    "translate": {"code": "male", "system": "http://hl7.org/fhir/administrative-gender"},
}
"""What an operation asks for before it looks at anything else."""

NAMES = {
    "everything": ("start", "end", "_since", "_type", "_count", "_cursor"),
    "summary": ("profile", "identifier"),
    "find": ("patient", "name"),
    "lastn": ("max", "patient", "code", "status"),
    "stats": ("subject", "code", "system", "coding", "duration", "period", "statistic", "include", "limit"),
    "expand": ("url", "valueSet", "filter", "offset", "count", "designation", "date", "system-version"),
    "lookup": ("code", "coding", "version", "property", "displayLanguage"),
    "closure": ("name", "concept", "version"),
    "find-matches": ("system", "version", "property", "exact", "compositional"),
    "subsumes": ("codeA", "codeB", "codingA", "codingB", "system"),
    "translate": ("conceptMap", "code", "coding", "codeableConcept", "target", "reverse"),
    "validate-code": ("coding", "codeableConcept", "valueSet", "codeSystem", "abstract", "date"),
    "document": ("id", "persist", "graph"),
    "meta": ("meta",),
    "meta-add": ("meta",),
    "meta-delete": ("meta",),
    "match": ("resource", "count", "onlyCertainMatches"),
    "merge": ("source-patient", "target-patient", "reason", "preview"),
    "unmerge": ("source-patient", "target-patient", "reason"),
    "purge": ("purpose", "ground"),
    "status": ("id", "status"),
    "events": ("eventsSinceNumber", "content"),
    "viewdefinition-run": (
        *("viewReference", "viewResource", "_format", "header", "patient", "group"),
        *("_limit", "resource", "_since", "source"),
    ),
    "viewdefinition-export": ("view", "clientTrackingId", "_format", "patient", "group", "_since", "source"),
    "validate": ("resource", "mode", "profile"),
    "export": ("_outputFormat", "_since", "_type", "_typeFilter", "_elements", "patient"),
    "import": ("input", "inputFormat"),
    "reindex": ("_type",),
    "graphql": (),
}  # fmt: skip


def test_every_operation_is_asked():
    assert NAMES.keys() == {one.name for one in OPERATIONS}


@pytest.mark.parametrize("name", sorted(NAMES.keys() - {"graphql"}))
def test_no_shape_of_a_parameter_is_a_fault(client, stored, name):
    faults = []
    for address in addresses(name, stored):
        for parameter in NAMES[name]:
            for shape in SHAPES:
                answer = ask(client, address, {"name": parameter, **shape}, name)
                if answer.status_code >= 500:
                    faults.append((address, parameter, shape))
    assert not faults


def addresses(name, stored):
    """Where an operation may be called."""
    keys = {"Patient": stored["patient"].key, "Observation": stored["observation"].key}
    for one in OPERATIONS:
        if one.name == name:
            known = "Patient" if one.types == {"*"} else next(iter(sorted(one.types)), "")
            places = {"system": "", "type": f"/{known}", "instance": f"/{known}/{keys.get(known, 'x')}"}
            yield from (f"{places[level]}/${name}" for level in sorted(one.levels))


def ask(client, address, parameter, name):
    needed = [
        {"name": key, "valueString": text} for key, text in NEEDED.get(name, {}).items() if key != parameter["name"]
    ]
    body = {"resourceType": "Parameters", "parameter": [*needed, parameter]}
    return client.ask("program", "POST", address, body, Prefer="respond-async")


@pytest.mark.parametrize(
    "path", ["/Patient?name=a%00b", "/Observation?code:text=a%00b", "/Patient?family=a%00", "/Observation?code=%00"]
)
def test_a_nul_in_a_search_is_refused(client, stored, path):
    assert "SSK-3004" in client.ask("alice", "GET", path).text


def test_a_nul_in_a_question_is_refused(client, stored):
    answer = client.ask("alice", "POST", "/$graphql", {"query": '{PatientList(name:"a\\u0000b"){id}}'})
    assert "SSK-3004" in answer.text
    assert answer.json["data"] is None


def test_numbers_near_the_end_of_doubles_leave_a_statistic_out(client, stored):
    drafts = [observation(str(value), valueQuantity=amount(value)) for value in (1e308, 1.7e308, -1e308)]
    actions.put_many(drafts, AT)
    told = values(stats(client, "program", "skew", "kurtosis", "variance", "count")[0])
    assert told == {"skew": None, "kurtosis": None, "variance": None, "count": 4}


def test_statistics_are_one_persons_and_a_code_is_one_code(client, stored):
    given = f"code={HEMOGLOBIN}&statistic=count"
    one = f"Patient/{patient().key}"
    for subjects in (f"subject={one},Patient/x", f"subject={one}&subject={one}"):
        assert "SSK-3004" in client.ask("alice", "GET", f"/Observation/$stats?{subjects}&{given}").text
    (told,) = stats(client, "alice", "count", code=f"{HEMOGLOBIN},x")
    assert values(told) == {"count": 0}
    assert told["resource"]["code"]["coding"][0]["code"] == f"{HEMOGLOBIN},x"


def test_a_code_with_a_comma_is_found(client):
    made = observation("comma", code="a,b", valueQuantity=amount(3))
    actions.put_many([patient(), made], AT)
    assert values(stats(client, "alice", "count", code="a,b")[0]) == {"count": 1}


@pytest.mark.parametrize(("name", "most"), [("lastn", 200), ("stats", 50)])
def test_questions_of_very_many_codes_are_refused(client, stored, statements, name, most):
    needed = [{"name": key, "valueString": text} for key, text in NEEDED[name].items() if key != "code"]
    codes = [{"name": "code", "valueString": f"c{number}"} for number in range(most + 1)]
    body = {"resourceType": "Parameters", "parameter": [*needed, *codes]}
    answer = client.ask("alice", "POST", f"/Observation/${name}", body)
    assert "SSK-3480" in answer.text
    assert not [one for one in statements if "clinical_resource" in one]


@pytest.mark.parametrize(
    ("path", "name", "most", "number"),
    [
        ("/Patient/$export", "patient", 10_000, "SSK-3480"),
        ("/ViewDefinition/$viewdefinition-run", "group", 200, "SSK-3298"),
    ],
)
def test_very_many_persons_are_refused_before_any_is_read(client, stored, statements, path, name, most, number):
    view = {"resource": "Patient", "select": [{"column": [{"name": "id", "path": "id"}]}]}
    needed = [{"name": "viewResource", "resource": view}] if name == "group" else []
    named = [{"name": name, "valueReference": {"reference": f"{name.title()}/x"}}] * (most + 1)
    body = {"resourceType": "Parameters", "parameter": [*needed, *named]}
    answer = client.ask("program", "POST", path, body, Prefer="respond-async")
    assert number in answer.text
    assert not [one for one in statements if "clinical_" in one]


@pytest.mark.parametrize("preview", [{"valueString": "TRUE"}, {"valueInteger": 2}, {"valueCode": "yes"}, {"part": []}])
def test_a_preview_that_is_not_understood_merges_nobody(client, preview):
    registers.forget()
    keep, gone = [queries.known(person).ref for person in two_people()]
    parameters = [
        {"name": "source-patient", "valueReference": {"reference": f"Patient/{gone.patient}"}},
        {"name": "target-patient", "valueReference": {"reference": f"Patient/{keep.patient}"}},
        {"name": "preview", **preview},
    ]
    answer = client.ask("program", "POST", "/Patient/$merge", {"resourceType": "Parameters", "parameter": parameters})
    assert answer.status_code == 400
    assert database.value("select count(*) from identity_merge") == 0
