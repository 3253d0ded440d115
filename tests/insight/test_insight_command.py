"""`sosuckhoe insight copy` and `sosuckhoe insight run`, as somebody types them."""

from __future__ import annotations

import csv
import io

import duckdb
import orjson
import pytest
from click.testing import CliRunner

from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import actions as clinical
from sosuckhoe.insight.command import insight
from sosuckhoe.insight.copied import engine
from sosuckhoe.insight.views import formats
from tests.clinical.made import observation, patient


@pytest.fixture
def copied(db, settings, tmp_path):
    settings.ANALYTICS_FOLDER = tmp_path / "analytics"
    clinical.put_many([patient(), observation("a")], clock.now())
    told = CliRunner().invoke(insight, ["copy"], catch_exceptions=False)
    assert told.output == "Observation: 1\nPatient: 1\n"
    return tmp_path


def run(*words):
    return CliRunner().invoke(insight, ["run", *words], catch_exceptions=False).stdout_bytes


def test_a_shipped_view_as_csv(copied):
    (row,) = csv.DictReader(io.StringIO(run("observations").decode()))
    assert (row["code"], row["value"]) == ("718-7", "13.5")


def test_a_view_of_a_file_in_every_form(copied):
    view = {"resource": "Observation", "select": [{"column": [{"name": "code", "path": "code.coding.code"}]}]}
    (copied / "view.json").write_bytes(orjson.dumps(view))
    found = {form: run(str(copied / "view.json"), "--format", form) for form in formats.MEDIA}
    assert orjson.loads(found["json"]) == orjson.loads(b"[" + found["ndjson"] + b"]") == [{"code": "718-7"}]
    assert found["csv"] == b"code\r\n718-7\r\n"
    assert found["parquet"].startswith(b"PAR1")


def test_what_has_no_sql_runs_all_the_same(copied):
    columns = [{"name": "n", "path": "code.coding.code.matches('^7').allTrue()"}]
    (copied / "view.json").write_bytes(orjson.dumps({"resource": "Observation", "select": [{"column": columns}]}))
    assert run(str(copied / "view.json"), "--limit", "1") == b"n\r\ntrue\r\n"


def test_a_file_that_is_no_view(copied):
    (copied / "view.json").write_text("{")
    for place in ("view.json", "nowhere.json"):
        with pytest.raises(Problem, match="SSK-5020"):
            run(str(copied / place))


NAME = "Nguyễn Thị Lan"
FAILURES = {
    f"select cast('{NAME}' as integer)": "SSK-3295",
    f"select error('{NAME}')": "SSK-5042",
    f"select * from read_parquet('/{NAME}.parquet')": "SSK-5042",
    f"select '{NAME}' from nowhere": "SSK-5042",
}


@pytest.mark.parametrize("statement", FAILURES)
def test_what_the_engine_says_of_values_is_told_to_nobody(statement):
    with pytest.raises(Problem) as raised, engine.telling("Patient"), engine.connect() as database:
        database.execute(statement)
    assert raised.value.number == FAILURES[statement]
    assert "Patient" in raised.value.vi
    assert NAME not in raised.value.vi + raised.value.en
    assert raised.value.__suppress_context__, "a trace does not show it either"


def test_what_is_too_large_and_what_is_broken_say_how_to_mend_it(copied):
    assert "where" in engine.told(duckdb.OutOfMemoryException(NAME), "Patient").vi
    (file,) = (copied / "analytics").rglob("Patient.parquet")
    file.write_bytes(b"PAR1")
    with pytest.raises(Problem, match="SSK-50") as raised:
        run("patients")
    assert "Patient" in raised.value.en
    assert str(copied) not in raised.value.en
