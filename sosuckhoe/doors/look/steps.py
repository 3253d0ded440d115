"""Which of six shades a value gets on a map. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import NamedTuple

STEPS = 6


class Shade(NamedTuple):
    """One line of a map's key: the lowest and highest value that has this shade, and how many areas do."""

    step: int
    low: float
    high: float
    areas: int


def step_of(values: Mapping[str, float], limits: Sequence[float] = ()) -> dict[str, int]:
    """Code → shade from 1 (pale) to 6 (deep). Equal values have equal shades.

    `limits` are lower limits of the second and later shades; without them about equally many areas share one.
    """
    borders = list(limits) or _quantiles(sorted(values.values()))
    if len(borders) >= STEPS:
        raise ValueError(f"at most {STEPS - 1} limits")
    skip = _first_step(len(borders))
    return {code: skip + bisect_right(borders, value) for code, value in values.items()}


def key_of(values: Mapping[str, float], limits: Sequence[float] = ()) -> list[Shade]:
    """The shades in use, palest first, with the values that they hold."""
    steps = step_of(values, limits)
    groups: dict[int, list[float]] = {}
    for code, step in steps.items():
        groups.setdefault(step, []).append(values[code])
    return [Shade(step, min(group), max(group), len(group)) for step, group in sorted(groups.items())]


def _quantiles(ordered: Sequence[float]) -> list[float]:
    """Borders between shades: each is a value that differs from all below it."""
    count = len(ordered)
    borders = {ordered[count * i // STEPS] for i in range(1, STEPS)} if count else set()
    return sorted(border for border in borders if border > ordered[0])


def _first_step(borders: int) -> int:
    """With few shades, the ones in the middle, which differ most from 'no data'; with all six, from the first."""
    return {0: 3, 1: 2}.get(borders, 1)
