"""The interface called from its OpenAPI document: whatever is sent, it answers, and never by a fault of its own.

With few examples in every run, with many in `make test-long`.
"""

from __future__ import annotations

import json
import random
from urllib.parse import urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sosuckhoe.base import db
from sosuckhoe.doors.fhir.app import ROUTES
from sosuckhoe.doors.fhir.openapi.document import document

FEW = ("Patient", "Observation", "Encounter", "ValueSet", "Binary")
SETTINGS = settings(
    database=None,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
BODY_METHODS = ("POST", "PUT", "PATCH")


def operations(types):
    schema = schemathesis.openapi.from_dict(document("http://falconframework.org/fhir", ROUTES, types))
    return [found.ok() for found in schema.get_all_operations()]


@pytest.fixture
def known(client, stored):
    """Ids that there are, so that what is drawn does not end at a 404 each time."""
    return [str(one.key) for one in stored.values()]


def call(client, case, ids, draw):
    """Send a case as somebody of the cast; a path's id is often one that exists."""
    if "id" in (case.path_parameters or {}) and draw(st.booleans()):
        case.path_parameters["id"] = draw(st.sampled_from(ids))
    who = draw(st.sampled_from(["program", "hospital", "alice", "charlie", None]))
    headers = {name.replace("-", "_"): value for name, value in (case.headers or {}).items() if is_sendable(value)}
    if case.media_type and case.method in BODY_METHODS:
        headers["Content_Type"] = case.media_type
    body = serialised(case)
    query = urlencode(case.query or {}, doseq=True)
    path = case.formatted_path.removeprefix("/fhir") if case.path != "/" else ""
    with db.atomic():
        return client.ask(who, case.method, f"{path}?{query}" if query else path, body, **headers)


def is_sendable(value):
    return isinstance(value, str) and value.isascii() and value.isprintable()


def serialised(case):
    if case.method not in BODY_METHODS or type(case.body).__name__ == "NotSet":
        return None
    if isinstance(case.body, str | bytes):
        return case.body
    if case.media_type == "application/x-www-form-urlencoded":
        return urlencode(case.body) if isinstance(case.body, dict) else str(case.body)
    return json.dumps(case.body).encode()


def attack(client, ids, operation, examples):
    @settings(SETTINGS, max_examples=examples)
    @given(operation.as_strategy(), st.data())
    def attacked(case, data):
        answer = call(client, case, ids, data.draw)
        assert answer.status_code < 500, (case.method, case.formatted_path, answer.text)
        if answer.status_code >= 400 and case.method != "HEAD":
            assert b"OperationOutcome" in answer.content

    attacked()


def test_no_operation_answers_with_a_fault(client, known):
    """Every operation of three types, a handful of examples each."""
    for operation in operations(FEW[:2]):
        attack(client, known, operation, 4)


@pytest.mark.long
def test_no_operation_answers_with_a_fault_however_often_it_is_called(client, known):
    types = [*FEW, *random.Random(1).sample(["Claim", "Questionnaire", "Bundle", "Parameters", "Group", "Task"], 4)]
    for operation in operations(tuple(types)):
        attack(client, known, operation, 150)
