"""Chance that repeats: every draw hangs on the seed and on whom it is for, never on the clock or the hash seed."""

from __future__ import annotations

from bisect import bisect
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

T = TypeVar("T")

_MASK = (1 << 64) - 1
_NORMAL_AT_MOST = 30.0  # expected counts above this are drawn from the normal curve


def mix(*parts: int) -> int:
    """64 well-stirred bits of some numbers (the finish of splitmix64 after each)."""
    state = 0x9E3779B97F4A7C15
    for part in parts:
        state = (state ^ part) * 0xBF58476D1CE4E5B9 & _MASK
        state ^= state >> 31
        state = state * 0x94D049BB133111EB & _MASK
        state ^= state >> 29
    return state


def seeded(*parts: int) -> Random:
    """A source of chance for one purpose: the same numbers give the same draws."""
    return Random(mix(*parts))  # noqa: S311 -- a simulation must repeat; nothing is kept secret by it


def standing(*parts: int) -> float:
    """Where somebody stands among all, as a draw near the normal curve (between -3.5 and 3.5), without a source."""
    bits = mix(*parts)
    total = (bits & 0xFFFF) + (bits >> 16 & 0xFFFF) + (bits >> 32 & 0xFFFF) + (bits >> 48)
    return (total - 131_070) / 37_837


def count(rng: Random, expected: float) -> int:
    """How often something happened that is expected so often (Poisson)."""
    if expected <= 0:
        return 0
    if expected > _NORMAL_AT_MOST:
        return max(0, round(rng.gauss(expected, expected**0.5)))
    limit, product, times = 2.718281828459045**-expected, rng.random(), 0
    while product > limit:
        product *= rng.random()
        times += 1
    return times


class Choice(Generic[T]):
    """Things and their weights."""

    __slots__ = ("sums", "things")

    def __init__(self, weights: Mapping[T, float] | Iterable[tuple[T, float]]) -> None:
        pairs = list(weights.items() if hasattr(weights, "items") else weights)
        self.things: list[T] = [thing for thing, _ in pairs]
        self.sums: list[float] = list(accumulate(weight for _, weight in pairs))

    def draw(self, rng: Random) -> T:
        """One of the things, by weight."""
        return self.at(rng.random())

    def at(self, share: float) -> T:
        """The thing that stands at a share (0 to 1) of all weight: for choices that a person keeps."""
        return self.things[min(bisect(self.sums, share * self.sums[-1]), len(self.things) - 1)]
