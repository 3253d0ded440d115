"""What the CapabilityStatement says of types and searches is what the code answers, both ways."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sosuckhoe import __version__
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import structure
from sosuckhoe.clinical.search import include, parameters
from sosuckhoe.clinical.search.query import parse
from sosuckhoe.doors.fhir.interactions import capabilities, declared

BASE = "http://example.org/fhir"
STATEMENT = capabilities.statement(BASE)
TYPES = {one["type"]: one for one in STATEMENT["rest"][0]["resource"]}
VALUES = {
    "number": "1", "date": "2026", "string": "a", "token": "a", "reference": "1", "quantity": "1", "uri": "urn:a",
}  # fmt: skip


def is_answered(type_name, code, kind):
    """Whether a search by this parameter is understood, whatever may be wrong with the value."""
    try:
        parse(type_name, [(code, VALUES.get(kind, "a"))], base=BASE, now=datetime(2026, 11, 22, tzinfo=UTC))
    except Problem as problem:
        return problem.number not in {"SSK-3001", "SSK-3002"}
    return True


def test_it_has_the_shape_of_its_type():
    structure.check(STATEMENT, "CapabilityStatement")


def test_it_says_what_runs():
    assert STATEMENT["software"]["version"] == __version__
    assert {"application/fhir+json", "application/fhir+xml"} <= set(STATEMENT["format"])
    assert STATEMENT["rest"][0]["security"]["description"]
    assert all(one["documentation"] and one["profile"] for one in TYPES.values())


@pytest.mark.parametrize("type_name", [one for one in parameters.types() if one not in declared.OWN])
def test_every_parameter_that_it_names_is_answered_and_no_other(type_name):
    named = {one["name"]: one for one in TYPES[type_name]["searchParam"]}
    for code, parameter in parameters.of(type_name).items():
        assert is_answered(type_name, code, parameter.kind) == (code in named), code
    assert set(named) <= set(parameters.of(type_name))
    assert not is_answered(type_name, "colour", "token")


def test_every_parameter_has_its_definition():
    for type_name, said in TYPES.items():
        for one in said.get("searchParam", ()):
            assert one["definition"].startswith("http://hl7.org/fhir/SearchParameter/"), (type_name, one)
    sentences = {one["name"]: one.get("documentation") for one in TYPES["Patient"]["searchParam"]}
    assert sentences["birthdate"] == "The patient's date of birth"


def test_every_include_that_it_names_is_taken_and_leads_there():
    for type_name, said in TYPES.items():
        for text in said.get("searchInclude", ()):
            include.parse("_include", "", text, type_name, BASE)
        for text in said.get("searchRevInclude", ()):
            include.parse("_revinclude", "", text, type_name, BASE)
            source, _, code = text.partition(":")
            assert type_name in parameters.targets_of(parameters.of(source)[code])
    assert "Observation:subject" in TYPES["Patient"]["searchRevInclude"]
    assert "Observation:subject" not in TYPES["Medication"]["searchRevInclude"]
