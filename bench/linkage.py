"""The bulk job against the truth: precision, recall, exact persons, mixed persons, wrong pairs by kind, and its cost.

python -m bench linkage [--size 300000] [--seed 21] [--mixture usual] [--dense] [--memory 3GB] [--later]

`--dense` draws birthdays so that a day holds as many people as one of a country of 98 million. Thresholds are chosen
on the seeds of the training (11 to 13); others are unseen. `--later` holds one record in a hundred back, links them in
a second run, and prints what that cost.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

from bench import crowd
from bench.train_scorer import truth
from sosuckhoe.identity.bulk import job
from sosuckhoe.identity.compare import weights

_KINDS = """
select
  case
    when one.added = 'newborn' and other.added = 'newborn' then 'newborns'
    when one.birth = other.birth and one.family = other.family then 'twins'
    when one.added = 'parent' or other.added = 'parent' then 'a parent''s number'
    when one.family = other.family then 'of one family'
    else 'namesakes'
  end as kind, count(*)
from joined one
join joined other on one.found = other.found and one.record < other.record and one.person <> other.person
group by kind order by 2 desc
"""


def main(words: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bench linkage")
    parser.add_argument("--size", type=int, default=300_000)
    parser.add_argument("--seed", type=int, default=21)
    parser.add_argument("--mixture", default="usual")
    parser.add_argument("--dense", action="store_true")
    parser.add_argument("--memory", default="3GB")
    parser.add_argument("--later", action="store_true")
    asked = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        made = crowd.write(crowd.Asked(asked.size, asked.seed, asked.mixture, asked.dense), Path(folder) / "crowd")
        print(f"{asked}: made in {time.perf_counter() - began:.1f} s; thresholds {weights.thresholds()}")
        with job.opened(Path(folder) / "job.duckdb", job.Bounds(asked.memory)) as connection:
            for batch in parts(connection, made, Path(folder)) if asked.later else [made]:
                linked(connection, batch)
            truth(connection, made)
            for line in figures(connection):
                print(line)


def parts(connection: Any, files: list[Path], folder: Path) -> list[list[Path]]:
    """The records as two batches of Parquet files: ninety-nine in a hundred, and the rest."""
    batches = []
    for name, which in (("early", "<>"), ("late", "=")):
        place = folder / f"{name}.parquet"
        told = f"select * from read_csv($files, all_varchar = true, header = true) where hash(record) % 100 {which} 0"
        connection.execute(f"copy ({told}) to '{place}' (format parquet)", {"files": [str(file) for file in files]})
        batches.append([place])
    return batches


def linked(connection: Any, files: list[Path]) -> None:
    """Run the job and print what it cost."""
    wall, cpu = time.perf_counter(), time.process_time()
    batch = job.add_files(connection, files)
    told = job.run(connection, since=batch)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{told}\n{wall:.1f} s wall, {cpu:.1f} s of CPU, peak {peak:.2f} GB")


def figures(connection: Any) -> list[str]:
    """Lines of figures; `truth` and `person_of` are there."""
    connection.execute(
        "create or replace temp table joined as select truth.*, person_of.person as found, claim.birth "
        "from truth join person_of using (record) join claim using (record)"
    )
    pairs = "coalesce(sum(n * (n - 1) / 2), 0) from (select count(*) as n from joined group by {})"
    true, made, right = (
        _value(connection, f"select {pairs.format(by)}") for by in ("person", "found", "person, found")
    )
    persons = _value(connection, "select count(distinct person) from joined")
    exact = _value(connection, _EXACT)
    wholes = "(select count(distinct person) as n from joined group by found)"
    mixed, merges = (_value(connection, f"select {what} from {wholes}") for what in ("count_if(n > 1)", "sum(n - 1)"))
    decisions = _value(connection, "select count(*) - count(distinct found) from joined")
    kinds = ", ".join(f"{kind} {count}" for kind, count in connection.execute(_KINDS).fetchall()) or "none"
    pairs_told = f"precision {right / made:.6f}, recall {right / true:.5f}"
    persons_told = f"exact persons {exact / persons:.5f} of {persons:.0f}, mixed {mixed:.0f}"
    share = merges / max(decisions, 1) * 1e5
    merges_told = f"wrong merges {merges:.0f} of {decisions:.0f} ({share:.2f} in 100,000); wrong pairs: {kinds}"
    return [f"{pairs_told}, {persons_told}", merges_told]


_EXACT = """
select count(*) from (
  select person from joined group by person
  having count(distinct found) = 1
     and count(*) = any_value((select count(*) from joined other where other.found = joined.found))
)
"""


def _value(connection: Any, statement: str) -> float:
    return connection.execute(statement).fetchone()[0]
