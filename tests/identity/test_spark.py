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
    "decisions": "select one, other, pattern, total, verdict, rule, levels from {} order by 1, 2",
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
