"""The bulk job on Spark: the same pairs, decisions and persons as on DuckDB. Needs pyspark and Java."""

import shutil
import sys
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from sosuckhoe.identity.bulk import job, spark
from sosuckhoe.identity.command import identity
from tests.identity.test_bulk import LAN, mixed_rows, row, write

pytestmark = pytest.mark.long

ASKED = {
    "decisions": "select one, other, pattern, total, verdict, rule, levels, kind from {} order by 1, 2",
    "persons": "select record, person from {} order by 1",
}
TABLES = {"decisions": "decision", "persons": "person_of"}


@pytest.fixture(autouse=True)
def _spark(monkeypatch, tmp_path):
    """Spark on this machine, small."""
    pytest.importorskip("pyspark.sql", reason="pyspark is not installed: make .venv/.learn")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    settings = ("spark.ui.enabled false", "spark.sql.shuffle.partitions 1")
    (tmp_path / "spark-defaults.conf").write_text("\n".join(settings), encoding="ascii")
    monkeypatch.setenv("SPARK_CONF_DIR", str(tmp_path))
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    monkeypatch.setenv("PYTHONPATH", str(Path(spark.__file__).parents[3]))


def rows_with_persons():
    """Records of every kind, and some persons among them: three records of one, twins, two numbers tied by a third."""
    tied = {"cccd": "", "patient": "1", "phone": "0912345678"}
    yield from mixed_rows(Random(7), 80)
    yield row(80, **LAN)
    yield row(81, **LAN | {"name": "NGUYEN THI LAN", "cccd": ""})
    yield row(82, **LAN | {"cccd": "079160000002", "patient": "1", "phone": "0912345678"})
    yield row(83, **LAN | tied)
    yield row(84, name='Lê "Tám", Văn', birth="1958-01-02", sex="male", phone=" 0912 345 678")
    for number, told in enumerate(rows_that_rules_are_for(), 85):
        yield row(number, **told)


def rows_that_rules_are_for():
    """A landline of two; a mother, her newborn and who it became; a child with a parent's card, and the child alone."""
    house = {"name": "Phan Văn Bảy", "birth": "1971-03-04", "sex": "male", "phone": "024 3825 1234"}
    yield from (house | {"province": "01"}, house | {"province": "25"})
    born = {"birth": "2025-06-01", "sex": "male", "phone": "0978111222", "province": "25", "commune": "08233"}
    yield {"name": "Võ Thị Sáu", "birth": "1995-02-03", "cccd": "079195000033"}
    yield born | {"name": "Võ Thị Sáu", "mother": "079195000033"}
    yield born | {"name": "Võ Minh Khang"}
    child = {"name": "Đỗ Minh Khôi", "birth": "2015-02-03", "sex": "male", "phone": "0978333444"}
    yield from (child | {"bhxh": "7998765432"}, child)
    yield {"name": "Đỗ Văn Kiên", "birth": "1985-09-08", "sex": "male", "bhxh": "7998765432"}


def test_spark_and_duckdb_find_the_same_pairs_decisions_and_persons(tmp_path):
    place = write(tmp_path / "rows.csv", rows_with_persons())
    with job.opened(tmp_path / "job.duckdb", job.Bounds("500MB", 1)) as connection:
        job.add_files(connection, [place])
        job.run(connection)
        expected = {name: connection.execute(ASKED[name].format(table)).fetchall() for name, table in TABLES.items()}
    told = CliRunner().invoke(
        identity, ["link", str(place), "--into", str(tmp_path), "--spark", "local[1]"], catch_exceptions=False
    )
    assert told.exit_code == 0
    with job.opened(tmp_path / "spark.duckdb", job.Bounds("500MB", 1)) as connection:
        files = {name: f"read_parquet('{tmp_path / table}/*.parquet')" for name, table in TABLES.items()}
        found = {name: connection.execute(ASKED[name].format(file)).fetchall() for name, file in files.items()}
    assert found == expected
    assert all(len(told) > 50 for told in found.values())
    of_pair = {told[:2]: told for told in found["decisions"]}
    assert {told[-1] for told in of_pair.values()} >= {"number", "likeness", "newborn"}
    assert {told[4] for told in of_pair.values()} == {"link", "doubt"}
    assert (85, 86) not in of_pair, "a landline tells nothing; a mobile telephone would link them"
    assert dict(found["persons"])[89] == 88, "the newborn under its mother's name is the child born that day"
    assert "card" not in of_pair[90, 91][6]
    assert (90, 92) not in of_pair, "a parent's card on a child's record ties nobody"
