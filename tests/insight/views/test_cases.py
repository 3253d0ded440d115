"""The cases of tests/cases/sql_on_fhir, by both engines."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import orjson
import pytest

from sosuckhoe.base.errors import Problem
from sosuckhoe.insight.views.piece import BeyondSqlError
from tests.insight.views import engines

FOLDER = Path(__file__).parents[2] / "cases" / "sql_on_fhir"
FILES = {path.stem: orjson.loads(path.read_bytes()) for path in sorted(FOLDER.glob("*.json")) if path.stem != "schema"}
CASES = {
    f"{name}: {case['title']}": (case, content["resources"])
    for name, content in FILES.items()
    for case in content["tests"]
}


def test_the_files_have_the_shape_that_is_published():
    schema = orjson.loads((FOLDER / "schema.json").read_bytes())
    for content in FILES.values():
        jsonschema.validate(content, schema)


@pytest.mark.parametrize("name", CASES)
def test_the_plain_engine(name):
    case, resources = CASES[name]
    assert answer(engines.plain, case, resources) == expected(case)


@pytest.mark.parametrize("name", CASES)
def test_sql(name):
    case, resources = CASES[name]
    if case.get("plain"):
        with pytest.raises(BeyondSqlError):
            engines.by_sql(case["view"], resources)
    elif "expectError" in case and refused_before_any_row(case):
        assert answer(engines.plain, case, []) == case["expectError"]
    else:
        assert answer(engines.by_sql, case, resources) == expected(case)


def answer(engine, case, resources):
    try:
        found = engine(case["view"], resources)
    except Problem as problem:
        return problem.number
    return [dict(zip(engines.names(case["view"]), row, strict=True)) for row in found]


def refused_before_any_row(case):
    return isinstance(answer(engines.plain, case, []), str)


def expected(case):
    return case.get("expectError") or case["expect"]


@pytest.mark.parametrize("name", [name for name in CASES if "expectColumns" in CASES[name][0]])
def test_the_order_of_columns(name):
    case, _ = CASES[name]
    assert engines.names(case["view"]) == case["expectColumns"]
