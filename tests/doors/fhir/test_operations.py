"""Operations have their addresses from the registry, and from nowhere else."""

from __future__ import annotations

import pytest

from sosuckhoe.doors.fhir.operations import OPERATIONS
from sosuckhoe.doors.fhir.operations.operation import ANY, INSTANCE, SYSTEM, TYPE


def addresses():
    for operation in OPERATIONS:
        type_name = "Observation" if operation.types == ANY else min(operation.types, default="")
        for level in sorted(operation.levels):
            path = {SYSTEM: "", TYPE: f"/{type_name}", INSTANCE: f"/{type_name}/none"}[level]
            yield pytest.param(operation, f"{path}/${operation.name}", id=f"{level} {operation.name}")


@pytest.mark.parametrize(("operation", "path"), list(addresses()))
def test_nobody_calls_an_operation_without_signing_in(client, operation, path):
    assert client.ask(None, "POST", path).status_code == 401


def test_the_capability_statement_names_every_operation(client):
    rest = client.ask(None, "GET", "/metadata").json["rest"][0]
    named = {one["definition"] for one in rest.get("operation", [])}
    named |= {one["definition"] for kept in rest["resource"] for one in kept.get("operation", [])}
    assert named == {operation.definition for operation in OPERATIONS}


def test_an_operation_that_does_not_exist_is_refused(client):
    assert client.ask("program", "GET", "/Patient/none/$nothing").status_code == 404
    answer = client.ask("program", "GET", "/Observation/none/$everything")
    assert answer.status_code == 404
    assert answer.json["issue"][0]["details"]["coding"][0]["code"] == "SSK-3180"


def test_everything_of_a_person_is_for_who_may_see_them(client, stored):
    key = stored["patient"].key
    types = [
        entry["resource"]["resourceType"]
        for entry in client.ask("alice", "GET", f"/Patient/{key}/$everything").json["entry"]
    ]
    assert types == ["Patient", "Observation"]
    assert client.ask("charlie", "GET", f"/Patient/{key}/$everything").status_code == 404
