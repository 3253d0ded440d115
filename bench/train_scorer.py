"""Learn the scorer from labelled pairs: `sosuckhoe/identity/data/scorer.json`.

python -m bench train_scorer [--crowd RECORDS:SEED:MIXTURE ...] [--reviewed FILE.csv ...] [--write]

Pairs come from dense crowds with their truth (bench/crowd.py) and from reviewed links (CSV: pattern, same, pairs; the
pattern as `decision` of the bulk job holds it). Equal patterns are learnt as one row with its weight. Gradient-boosted
trees that may only fall as two claims differ (LightGBM, a dev dependency), written as plain lists in bits.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from math import log
from pathlib import Path
from typing import Any

from bench import crowd
from sosuckhoe.identity.bulk import job
from sosuckhoe.identity.compare import trees, weights
from sosuckhoe.identity.compare.names import spelling
from sosuckhoe.identity.compare.pattern import unpack

DATA = Path(__file__).parents[1] / "sosuckhoe" / "identity" / "data"
CROWDS = ["450000:11:usual", "150000:12:rough", "150000:13:clean"]
MOST_WORDS = 400
ROUNDS, LEAVES, RATE = 120, 12, 0.15
SETTINGS: dict[str, Any] = {
    "objective": "binary", "num_leaves": LEAVES, "learning_rate": RATE, "min_sum_hessian_in_leaf": 0.5,
    "min_data_in_leaf": 1, "min_data_in_bin": 1, "lambda_l2": 1.0, "max_bin": 63, "seed": 1, "deterministic": True,
    "num_threads": 1, "verbose": -1, "monotone_constraints_method": "advanced",
}  # fmt: skip
Labelled = Counter[tuple[int, bool]]


def main(words: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bench train_scorer")
    parser.add_argument("--crowd", nargs="*", default=CROWDS)
    parser.add_argument("--reviewed", nargs="*", default=[], type=Path)
    parser.add_argument("--write", action="store_true", help="replace the shipped scorer, keeping the thresholds")
    asked = parser.parse_args(words)
    counted, common = Counter(), Counter()
    for text in asked.crowd:
        records, seed, mixture = text.split(":")
        counted.update(labelled(crowd.Asked(int(records), int(seed), mixture, dense=True), common))
    for file in asked.reviewed:
        counted.update(reviewed(file))
    told = learn(counted, asked.crowd)
    if asked.write:
        (DATA / "scorer.json").write_text(json.dumps(told, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(counted)} patterns, {sum(counted.values())} pairs, {len(told['trees'])} trees")


def labelled(asked: crowd.Asked, common: Counter[str]) -> Labelled:
    """The patterns of a crowd's pairs by whether they are one person. The first crowd tells which words are common."""
    with tempfile.TemporaryDirectory() as folder:
        files = crowd.write(asked, Path(folder) / "crowd")
        with job.opened(Path(folder) / "job.duckdb") as connection:
            job.add_files(connection, files)
            if not common:
                common.update(words_of(connection))
                weights.scorer()["words"] = shares(common)
                weights.words.cache_clear()
            job.prepare(connection)
            job.compare(connection, 1)
            truth(connection, files)
            return pairs_of(connection)


def shares(common: Counter[str]) -> dict[str, float]:
    """The share of names that hold a word, of the commonest words."""
    return {word: round(n / common[""], 6) for word, n in common.most_common(MOST_WORDS + 1) if word}


def truth(connection: Any, files: list[Path]) -> None:
    """Table `truth` (record, person, family, added)."""
    connection.execute(
        "create or replace table truth as select cast(record as bigint) as record, cast(person as bigint) as person, "
        "cast(family as bigint) as family, coalesce(added, '') as added from read_csv(?, all_varchar = true)",
        [[str(file) for file in files]],
    )


def pairs_of(connection: Any) -> Labelled:
    found = connection.execute(
        "select pattern, one.person = other.person as same, count(*) from compared "
        "join truth one on one.record = compared.one join truth other on other.record = compared.other group by all"
    )
    return Counter({(pattern, same): pairs for pattern, same, pairs in found.fetchall()})


def words_of(connection: Any) -> Counter[str]:
    """How many records' names hold each word; under '' how many names there are."""
    counted: Counter[str] = Counter()
    for name, records in connection.execute("select name, count(*) from claim group by name").fetchall():
        counted[""] += records
        for word in set(spelling(name).bare):
            counted[word] += records
    return counted


def reviewed(file: Path) -> Labelled:
    with file.open(encoding="utf-8", newline="") as lines:
        return Counter({(int(r["pattern"]), r["same"] == "1"): int(r["pairs"]) for r in csv.DictReader(lines)})


def learn(counted: Labelled, sources: list[str]) -> dict[str, Any]:
    """The content of `scorer.json`."""
    rows = sorted(counted)
    table = [trees.values(unpack(pattern)) for pattern, _ in rows]
    falling = [-1] * len(trees.learnt_fields()) + [1, -1]
    grown_trees = grown(table, [same for _, same in rows], [counted[row] for row in rows], falling)
    return {
        "learnt_from": sources,
        "thresholds": weights.thresholds()._asdict(),
        "columns": list(trees.columns()),
        "words": weights.words(),
        "trees": grown_trees,
    }


def grown(
    table: Sequence[tuple[int, ...]], same: Sequence[bool], pairs: Sequence[int], falling: Sequence[int] = ()
) -> list[Any]:
    """Trees learnt from rows of places with their weights. `falling`: -1 for a column that only takes bits away."""
    import lightgbm
    import numpy as np

    data = lightgbm.Dataset(
        np.array(table, dtype=float), label=[int(one) for one in same], weight=[float(n) for n in pairs],
        free_raw_data=False,
    )  # fmt: skip
    constraints = list(falling) or [-1] * len(table[0])
    model = lightgbm.train(SETTINGS | {"monotone_constraints": constraints}, data, ROUNDS).dump_model()
    return [plain(tree["tree_structure"]) for tree in model["tree_info"]]


def plain(node: dict[str, Any]) -> Any:
    """A node of LightGBM as a list, leaves in bits."""
    if "leaf_value" in node:
        return round(node["leaf_value"] / log(2), 4)
    return [node["split_feature"], int(node["threshold"]), plain(node["left_child"]), plain(node["right_child"])]
