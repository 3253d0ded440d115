"""The data of the scorer: levels with their words, rules, trees, thresholds. Pure.

`data/comparison.yaml` is written by people. `data/scorer.json` is learnt from labelled pairs by `python -m bench
train_scorer`: the trees (compare/trees.py reads them), the thresholds, and how common words of names are.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sosuckhoe.base import facts
from sosuckhoe.identity.compare.levels import FIELDS

_DATA = Path(__file__).parents[1] / "data"


class Thresholds(NamedTuple):
    """Bits: from `link` on two claims are one person, from `doubt` on a person decides, below they are two."""

    link: float
    doubt: float


class Rule(NamedTuple):
    """A rule that comes before the weights."""

    verdict: str
    vi: str
    en: str


@cache
def comparison() -> dict[str, Any]:
    """The levels and rules with their words. Refused when it names other fields than the program compares."""
    told = facts.read_yaml(_DATA / "comparison.yaml")
    if list(told["fields"]) != list(FIELDS):
        raise facts.BadFact(f"comparison.yaml: fields must be {', '.join(FIELDS)}")
    return told


@cache
def rules() -> dict[str, Rule]:
    """The rules by name, in their order."""
    return {key: Rule(**rule) for key, rule in comparison()["rules"].items()}


@cache
def assumed() -> dict[str, dict[str, float]]:
    """Bits by field and level of the fields that no tree has learnt."""
    return {field: entry["assumed"] for field, entry in comparison()["fields"].items() if "assumed" in entry}


@cache
def thresholds() -> Thresholds:
    """Where one person begins and where doubt begins."""
    return Thresholds(**scorer()["thresholds"])


@cache
def words() -> dict[str, float]:
    """The share of names that hold a word (without marks); rarer words are absent."""
    return dict(scorer()["words"])


@cache
def scorer() -> dict[str, Any]:
    """What was learnt."""
    return dict(facts.read_json(_DATA / "scorer.json"))
