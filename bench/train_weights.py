"""Estimate what each level of comparison is worth, and where the thresholds stand, from labelled pairs.

python -m bench train_weights [--people 12000] [--seed 11] [--write]

m is counted over all pairs of records of one person; u over random pairs of two persons, except that agreements too
rare for a sample (numbers, whole birth dates) are counted exactly, by value. Half a pair is added to every count.
"""

from __future__ import annotations

import argparse
import itertools
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from random import Random

import yaml

from bench.population import RATES, Record, records
from sosuckhoe.identity.claim import Claim
from sosuckhoe.identity.compare import paper
from sosuckhoe.identity.compare.levels import FIELDS, UNKNOWN
from sosuckhoe.identity.compare.names import spelling

DATA = Path(__file__).parents[1] / "sosuckhoe" / "identity" / "data"
RANDOM_PAIRS = 400_000
COUNTED = {"card": ("bhxh",), "cmnd": ("cmnd",), "passport": ("passport",)}


def main(words: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bench train_weights")
    parser.add_argument("--people", type=int, default=12_000)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--write", action="store_true", help="replace the shipped weights, keeping the thresholds")
    asked = parser.parse_args(words)
    found = records(asked.people, asked.seed)
    told = learn(found, asked.people, asked.seed)
    text = yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=120, default_flow_style=None)
    if asked.write:
        (DATA / "weights.yaml").write_text(HEAD + text, encoding="utf-8")
    print(text)


HEAD = """\
# What each level of comparison is worth: m, its share among pairs of records of one person that both tell the field,
# and u, its share among pairs of two persons. Written by `python -m bench train_weights --write`; not edited by hand,
# but for the thresholds (bits), which are chosen with `python -m bench linkage` on the seed of the training.
"""


def learn(found: list[Record], people: int, seed: int) -> dict:
    """The content of `weights.yaml`."""
    same = Counter(levels for pair in true_pairs(found) for levels in levels_of(*pair))
    apart = Counter(levels for pair in random_pairs(found, seed) for levels in levels_of(*pair))
    shares = exact_shares(found)
    order = yaml.safe_load((DATA / "comparison.yaml").read_text(encoding="utf-8"))["fields"]
    fields = {
        field: estimate(field, list(order[field]["levels"]), same, apart, shares)
        for field in FIELDS
        if "assumed" not in order[field]
    }
    families = Counter(spelling(claim.name).family for claim, _, _ in found)
    common = {name: round(n / len(found), 5) for name, n in families.most_common(80)}
    return {
        "source": f"estimated on {people} simulated people (seed {seed}), three registrations each, "
        f"added errors {', '.join(f'{kind} {rate}' for kind, rate in RATES.items())}",
        "valid_from": date(2026, 1, 1),
        "thresholds": kept_thresholds(),
        "fields": fields,
        "families": common,
    }


def levels_of(one: Claim, other: Claim) -> list[tuple[str, str]]:
    return [(field, level(one, other)) for field, level in FIELDS.items()]


def true_pairs(found: list[Record]) -> list[tuple[Claim, Claim]]:
    by_person = defaultdict(list)
    for claim, person, _ in found:
        by_person[person].append(claim)
    return [pair for claims in by_person.values() for pair in itertools.combinations(claims, 2)]


def random_pairs(found: list[Record], seed: int) -> list[tuple[Claim, Claim]]:
    rng = Random(seed)
    drawn = (rng.sample(found, 2) for _ in range(RANDOM_PAIRS))
    return [(one.claim, other.claim) for one, other in drawn if one.person != other.person]


def exact_shares(found: list[Record]) -> dict[tuple[str, str], float]:
    """The share of pairs of two persons that agree in a rare value, counted by value over all pairs."""
    shares = {("birth", "exact"): shared(found, lambda claim: [claim.birth] if len(claim.birth) == 10 else [])}
    shares["cccd", "agree"] = shared(found, paper.own_numbers)
    for field, systems in COUNTED.items():
        shares[field, "agree"] = shared(found, lambda c, s=systems: [n.value for n in c.identifiers if n.system in s])
    return shares


def shared(found: list[Record], values) -> float:
    holders = defaultdict(Counter)
    tellers = 0
    for claim, person, _ in found:
        tellers += bool(values(claim))
        for value in values(claim):
            holders[value][person] += 1
    pairs = sum(sum(c.values()) ** 2 - sum(n * n for n in c.values()) for c in holders.values()) / 2
    return (pairs + 0.5) / (tellers * (tellers - 1) / 2 + 1)


def estimate(field: str, levels: list[str], same: Counter, apart: Counter, shares: dict) -> dict:
    told = {name: sum(n for (f, level), n in counts.items() if f == field and level != UNKNOWN)
            for name, counts in (("m", same), ("u", apart))}  # fmt: skip
    return {
        level: {
            "m": float(f"{(same[field, level] + 0.5) / (told['m'] + 1):.3g}"),
            "u": float(f"{shares.get((field, level), (apart[field, level] + 0.5) / (told['u'] + 1)):.3g}"),
        }
        for level in levels
    }


def kept_thresholds() -> dict[str, float]:
    place = DATA / "weights.yaml"
    kept = yaml.safe_load(place.read_text(encoding="utf-8")) if place.exists() else {}
    return kept.get("thresholds", {"link": 34.0, "doubt": 20.0})
