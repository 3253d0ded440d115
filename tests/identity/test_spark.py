"""The bulk job's comparison on Spark: the same SQL but for a few words, the same patterns. Needs pyspark and Java."""

import shutil
import sys
from random import Random

import pytest

from sosuckhoe.identity.bulk import job, spark
from tests.identity.test_bulk import mixed_rows, write

pytestmark = pytest.mark.long


def test_spark_and_duckdb_find_the_same_patterns(tmp_path, monkeypatch):
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed: make .venv/.learn")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    with job.opened(tmp_path / "job.duckdb", job.Bounds("500MB", 1)) as connection:
        job.add_files(connection, [write(tmp_path / "rows.csv", mixed_rows(Random(7), 80))])
        job.run(connection)
        connection.execute("create table candidate as select one, other from compared")
        for table in ("person_record", "candidate"):
            connection.execute(f"copy {table} to '{tmp_path / table}.parquet' (format parquet)")
        expected = set(connection.execute("select one, other, pattern from compared").fetchall())
    session = sql.SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    try:
        for table in ("person_record", "candidate"):
            session.read.parquet(str(tmp_path / f"{table}.parquet")).createOrReplaceTempView(table)
        found = {tuple(row) for row in spark.compared(session).collect()}
    finally:
        session.stop()
    assert found == expected
    assert expected
