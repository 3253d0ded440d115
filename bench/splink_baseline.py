"""splink on DuckDB over the same crowd, with the same normal forms: the base line of bulk linkage.

python -m bench splink_baseline [--size 100000] [--seed 21] [--mixture usual] [--dense]     (needs `make .venv/.learn`)

Its weights are estimated without labels (random pairs, then EM), as splink's guide does; the threshold is the best that
keeps precision over 0.9999, looked for with the truth at hand, so the figure flatters it.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench import crowd
from bench.linkage import figures
from bench.train_scorer import truth
from sosuckhoe.identity.bulk import job

_INPUT = """
create or replace table told as
select record as unique_id, bare, marked, birth, sex, nullif(cccd, '') as cccd,
  nullif(coalesce(nullif(bhxh, ''), child), '') as card,
  nullif(cmnd, '') as cmnd, nullif(phone, '') as phone, homes[1] as home, sorted, year, given
from person_record
"""


def main(words: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bench splink_baseline")
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=21)
    parser.add_argument("--mixture", default="usual")
    parser.add_argument("--dense", action="store_true")
    asked = parser.parse_args(words)
    if find_spec("splink") is None:
        print("splink is not installed: make .venv/.learn")
        return
    with tempfile.TemporaryDirectory() as folder:
        files = crowd.write(crowd.Asked(asked.size, asked.seed, asked.mixture, asked.dense), Path(folder) / "crowd")
        with job.opened(Path(folder) / "job.duckdb") as connection:
            job.add_files(connection, files)
            began = time.perf_counter()
            job.prepare(connection)
            connection.execute(_INPUT)
            linker, predicted = predict(connection)
            print(f"splink: {time.perf_counter() - began:.1f} s up to its predictions")
            truth(connection, files)
            for weight in (8, 12, 16, 20, 24, 28, 32, 36):
                cluster = linker.clustering.cluster_pairwise_predictions_at_threshold
                found = cluster(predicted, threshold_match_weight=weight)
                connection.execute(
                    "create or replace table person_of as select unique_id as record, cluster_id as person "
                    f"from {found.physical_name}"
                )
                print(f"from {weight} bits: {' · '.join(figures(connection))}")


def predict(connection: Any) -> tuple[Any, Any]:
    """A linker that has learnt, and its pairs."""
    import splink.comparison_library as lib
    from splink import Linker, SettingsCreator, block_on
    from splink.backends.duckdb import DuckDBAPI

    keys = (["cccd"], ["card"], ["cmnd"], ["sorted", "birth"], ["birth", "home"], ["sorted", "year", "home"])
    rules = [block_on(*key) for key in (*keys, ["phone", "year"])]
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            lib.JaroWinklerAtThresholds("bare", [0.95, 0.85]).configure(term_frequency_adjustments=True),
            lib.DamerauLevenshteinAtThresholds("birth", [1]),
            *(lib.ExactMatch(field) for field in ("sex", "cccd", "card", "cmnd", "phone", "home")),
        ],
        blocking_rules_to_generate_predictions=rules,
    )
    api = DuckDBAPI(connection)
    linker = Linker(api.register("told"), settings)
    linker.training.estimate_probability_two_random_records_match(rules[:2], recall=0.9)
    linker.training.estimate_u_using_random_sampling(max_pairs=2_000_000)
    for rule in (block_on("cccd"), block_on("birth", "home")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    return linker, linker.inference.predict(threshold_match_weight=0)
