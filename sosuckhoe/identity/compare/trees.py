"""The learnt part of a score: a sum over small decision trees that only falls as two claims differ. Pure.

A tree is a number (what it adds, in bits) or `[column, limit, tree, tree]`: the first tree where the column's value is
at most the limit. Columns and their values: `values`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from sosuckhoe.identity.compare import weights
from sosuckhoe.identity.compare.levels import FIELDS, UNKNOWN
from sosuckhoe.identity.compare.pattern import Pattern, order

Tree = Any
"""A float, or a list of a column's number, a limit and two trees."""


@cache
def learnt_fields() -> tuple[str, ...]:
    """The fields of which trees speak; the bits of the others are assumed."""
    return tuple(field for field in FIELDS if field not in weights.assumed())


def columns() -> tuple[str, ...]:
    """What a tree may ask, by number."""
    return (*learnt_fields(), "rarity", "foreign_number")


def values(pattern: Pattern) -> tuple[int, ...]:
    """A pattern as trees read it: fields by rank (0 is most alike), then rarity and whether a number is foreign."""
    places = dict(zip(FIELDS, pattern.places, strict=True))
    ranks = (ranks_of()[field][places[field]] for field in learnt_fields())
    return (*ranks, pattern.rarity, int(pattern.foreign_number))


@cache
def ranks_of() -> dict[str, tuple[int, ...]]:
    """The rank of each level by its place: silence moves from the end to behind the level that the data names."""
    fields = weights.comparison()["fields"]
    return {field: _ranks(levels, fields[field]["silence"]) for field, levels in order().items()}


def _ranks(levels: tuple[str, ...], before_silence: str) -> tuple[int, ...]:
    known = [level for level in levels if level != UNKNOWN]
    known.insert(known.index(before_silence) + 1, UNKNOWN)
    return tuple(known.index(level) for level in levels)


def bits(told: tuple[int, ...]) -> float:
    """What all trees add together."""
    return total(weights.scorer()["trees"], told)


def total(grown: Iterable[Tree], told: tuple[int, ...]) -> float:
    """What these trees add together."""
    return sum(_leaf(tree, told) for tree in grown)


def _leaf(tree: Tree, told: tuple[int, ...]) -> float:
    while isinstance(tree, list):
        column, limit, low, high = tree
        tree = low if told[column] <= limit else high
    return float(tree)
