"""The public conformance cases of SQL on FHIR (tests/cases/SOURCES.yaml), by both engines.

The specification gives rows no order, so they are compared without one. What is answered otherwise stands with its
reason in exceptions.yaml; what has no SQL is run by the plain engine, as `insight run` does.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import orjson
import pytest
import yaml

from sosuckhoe.base.errors import Problem
from sosuckhoe.insight.views.piece import BeyondSqlError
from tests.insight.views import engines

FOLDER = Path(__file__).parents[2] / "cases" / "sql_on_fhir" / "public"
FILES = {path.stem: orjson.loads(path.read_bytes()) for path in sorted(FOLDER.glob("*.json"))}
CASES = {
    f"{name}: {case['title']}": (case, content["resources"])
    for name, content in FILES.items()
    for case in content["tests"]
}
EXCEPTIONS = yaml.safe_load((FOLDER / "exceptions.yaml").read_text(encoding="utf-8"))
PLAIN_ONLY = {name for name, one in EXCEPTIONS.items() if one.get("plain")}


@pytest.mark.parametrize("name", CASES)
def test_the_plain_engine(name):
    case, resources = CASES[name]
    assert answer(engines.plain, case, resources) == expected(name)


@pytest.mark.parametrize("name", CASES)
def test_sql(name):
    case, resources = CASES[name]
    if name in PLAIN_ONLY:
        with pytest.raises(BeyondSqlError):
            engines.by_sql(case["view"], resources)
        return
    assert answer(engines.by_sql, case, resources) == expected(name)


def test_all_are_there_and_every_exception_is_a_case_with_a_reason():
    assert sum(len(content["tests"]) for content in FILES.values()) == len(CASES) == 134
    assert set(EXCEPTIONS) <= set(CASES)
    assert all(one["reason"] and set(one) <= {"reason", "values", "plain", "refused"} for one in EXCEPTIONS.values())


@pytest.mark.parametrize("name", [name for name in CASES if "expectColumns" in CASES[name][0]])
def test_the_order_of_columns(name):
    case, _ = CASES[name]
    assert engines.names(case["view"]) == case["expectColumns"]


def answer(engine, case, resources):
    """The rows without their order, or that the view was refused."""
    try:
        found = engine(case["view"], resources)
    except Problem:
        return "refused"
    names = engines.names(case["view"])
    return counted(dict(zip(names, row, strict=True)) for row in found)


def expected(name):
    """What the case says, but for what its exception says of the rows of some ids."""
    case, _ = CASES[name]
    otherwise = EXCEPTIONS.get(name, {})
    if case.get("expectError") or otherwise.get("refused"):
        return "refused"
    values = otherwise.get("values", {})
    return counted({**row, **values.get(row.get("id"), {})} for row in case["expect"])


def counted(rows):
    return Counter(orjson.dumps(written(row), option=orjson.OPT_SORT_KEYS) for row in rows)


def written(row):
    """Numbers as one kind, to the 15 digits that a double holds: 5 and 5.0 are one number."""
    return {key: f"{value:.15g}" if type(value) in {int, float} else value for key, value in row.items()}
