"""The job on a Spark session: the same statements but for a few words, the same decisions, the same persons.

Normal forms, keys, pairs and patterns are made where the data is. Patterns are few, so they are decided where the
session is (`compare.score.decide`), and persons are made there too, of the links as they come. The workers need this
package for `names.spelling` (on a cluster: `spark.submit.pyFiles`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sosuckhoe.identity.bulk import job
from sosuckhoe.identity.bulk.spelt import SPELT, spelt
from sosuckhoe.identity.compare.names import is_one_slip
from sosuckhoe.identity.compare.pattern import packed_sql

_WORDS = {
    "list_has_any(": "arrays_overlap(",
    "len(": "size(",
    "starts_with(": "startswith(",
    "unnest(": "explode(",
    "string_split(": "split(",
    "[told.commune]": "array(told.commune)",
    "else [] end": "else array() end",
    "varchar": "string",
    "string_agg(": "listagg(",
    ", 'g')": ")",
    " // ": " div ",
    "hash(": "xxhash64(",
}
_CSV = {"header": True, "escape": '"', "multiLine": True, "emptyValue": ""}


def translated(statement: str) -> str:
    """A statement of the job as Spark reads it."""
    for ours, theirs in _WORDS.items():
        statement = statement.replace(ours, theirs)
    return statement


def link(master: str, files: Iterable[Path], into: Path) -> None:
    """Link files on a cluster, named as Spark names it (`local[2]`, `spark://host:7077`, `yarn`), into a folder.

    Other settings are those of Spark's own `spark-defaults.conf`.
    """
    from pyspark.sql import SparkSession

    session = SparkSession.builder.master(master).appName("sosuckhoe").getOrCreate()
    try:
        run(session, files)
        for table in ("decision", "person_of"):
            session.table(table).write.parquet(str(into / table), mode="overwrite")
    finally:
        session.stop()


def run(session: Any, files: Iterable[Path]) -> None:
    """Link the records of CSV or Parquet files. Leaves the views `decision` and `person_of`, as DuckDB's job does."""
    _hear(session, files)
    prepare(session)
    _view(session, "candidate", job.sql("pairs").format(parts=1, part=0, since=1))
    compare(session)
    judge(session)
    make_persons(session)


def _hear(session: Any, files: Iterable[Path]) -> None:
    read: Any = None
    for file in files:
        one = session.read.parquet(str(file)) if file.suffix == ".parquet" else session.read.csv(str(file), **_CSV)
        read = one if read is None else read.unionByName(one, allowMissingColumns=True)
    told = (f"coalesce(cast({column} as string), '') as {column}" for column in job.COLUMNS[1:])
    read.selectExpr("cast(record as bigint) as record", *told, "1 as batch").createOrReplaceTempView("claim")
    session.table("claim").createOrReplaceTempView("heard")


def prepare(session: Any) -> None:
    """Normal forms of all records, and their keys."""
    session.udf.register("spelt", spelt, translated(SPELT))
    _view(
        session, "spelt", "select told.* from (select spelt(name) as told from (select distinct name from heard) named)"
    )
    for table, told, rows in job.moves():
        session.createDataFrame([tuple(row) for row in rows], translated(told)).createOrReplaceTempView(table)
    _view(session, "home", "select old, split(communes, '[|]') as communes from home_text")
    _view(session, "person_record", job.sql("prepare"))
    session.table("person_record").createOrReplaceTempView("fresh")
    _view(session, "keyed", job.sql("keys"))
    _view(session, "blocking", job.sql("shared").format(most=job.MOST_A_KEY, since=1))


def compare(session: Any) -> None:
    """The pattern of every pair of `candidate`."""
    session.udf.register("damerau_levenshtein", _slips, "int")
    _view(session, "compared", job.sql("compare").format(packed=packed_sql()))


def judge(session: Any) -> None:
    """Decide every pattern once."""
    patterns = (row[0] for row in session.sql("select distinct pattern from compared").toLocalIterator())
    session.createDataFrame(job.judged(patterns), translated(job.VERDICT)).createOrReplaceTempView("verdict")
    _view(session, "decision", job.DECISION)


def make_persons(session: Any) -> None:
    """Make persons of the links, strongest first."""
    _view(session, "placed", job.PLACED.format(touched="select record from claim"))

    def told(statement: str) -> Iterator[tuple[Any, ...]]:
        return (tuple(row) for row in session.sql(translated(statement)).toLocalIterator())

    made = job.clustered(told)
    rows = list(enumerate(made.tops()))
    session.createDataFrame(rows, "place bigint, person bigint").createOrReplaceTempView("placed_person")
    _view(session, "person_of", job.PERSON_OF)


def _view(session: Any, name: str, statement: str) -> None:
    """Kept by the cluster, so that what is built on it does not make it again.

    Without the plan that made it: each view names earlier ones several times, and plans within plans outgrow memory.
    Rows of an executor that is lost are lost too; the job is then run again.
    """
    session.sql(translated(statement)).localCheckpoint().createOrReplaceTempView(name)


def _slips(one: str, other: str) -> int:
    """0 for equal texts, 1 for one slip, 2 for more: all that the comparison asks."""
    return 0 if one == other else 1 if is_one_slip(one, other) else 2
