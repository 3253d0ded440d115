"""Answers that a process remembers, bounded by bytes: `lru_cache` counts answers alone, and a text has no bound."""

from __future__ import annotations

from collections.abc import Callable, Sized
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")


def remembered(most: int, letters: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Remember the last `most` answers of a function of texts (and bytes) that have so many letters together at most.

    A letter has four bytes at most, so what is remembered of the questions has `most * letters * 4` at most. What is
    longer is computed each time: it seldom comes again. By position only.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        known = cast("Callable[..., R]", lru_cache(maxsize=most)(function))
        whole = cast("Callable[..., R]", function)

        @wraps(function)
        def ask(*texts: Sized) -> R:
            return known(*texts) if sum(map(len, texts)) <= letters else whole(*texts)

        return cast("Callable[P, R]", ask)

    return decorate
