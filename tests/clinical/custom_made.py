"""Search parameters as a ministry might define them, and `$reindex` as it is run."""

from __future__ import annotations

import pytest

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base.keys import NOBODY, derived_key
from sosuckhoe.clinical import actions, defined
from sosuckhoe.clinical.draft import Draft
from sosuckhoe.clinical.reindexing import run as runs
from sosuckhoe.clinical.search import custom
from tests.clinical.made import AT

HL7 = "http://hl7.org/fhir/SearchParameter/"


def definition(code, kind, base, expression, **content):
    key = derived_key(555, AT, "SearchParameter", code)
    return Draft(
        "SearchParameter",
        key,
        NOBODY,
        {
            "resourceType": "SearchParameter",
            "id": str(key),
            "url": f"http://ministry.invalid/{code}",
            "name": code,
            "status": "active",
            "description": f"What {code} finds",
            "code": code,
            "base": [base] if isinstance(base, str) else base,
            "type": kind,
            "expression": expression,
            **content,
        },
    )


def part(definition_, expression):
    return {"definition": definition_ if "://" in definition_ else HL7 + definition_, "expression": expression}


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    """Other processes are believed to know after a twentieth of a second; there are none in these tests."""
    monkeypatch.setattr(defined, "KNOWN_SECONDS", 0.05)
    monkeypatch.setattr(runs, "POLL_SECONDS", 0.01)
    yield
    defined.forget()
    custom.use(custom.NONE)


def define(*definitions):
    actions.put_many(definitions, AT)
    look_anew()


def look_anew():
    defined.forget()
    defined.refresh()


def reindex(*types):
    """A whole run; its report."""
    job = runs.begin(PROGRAM, types, "test", AT)
    report = runs.run(job.id, lambda _report: None)
    look_anew()
    return report
