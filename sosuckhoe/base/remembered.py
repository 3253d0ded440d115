"""Answers that a process remembers, bounded by bytes: `lru_cache` counts answers alone, and a text has no bound."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")
Function = Callable[..., Any]


def remembered(most: int, letters: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Remember the last `most` answers of a function whose texts have so many letters together at most.

    The function takes a start, which is short, and one to three texts, by position only. A letter has four bytes at
    most, so what is remembered of the texts has `most * letters * 4` at most. What is longer is computed each time: it
    seldom comes again.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        made = _BY_TEXTS[function.__code__.co_argcount - 1](lru_cache(maxsize=most)(function), function, letters)
        return cast("Callable[P, R]", wraps(function)(made))

    return decorate


def _of_one(known: Function, whole: Function, letters: int) -> Function:
    def ask(start: bytes, text: str) -> Any:
        return known(start, text) if len(text) <= letters else whole(start, text)

    return ask


def _of_two(known: Function, whole: Function, letters: int) -> Function:
    def ask(start: bytes, one: str, two: str) -> Any:
        return known(start, one, two) if len(one) + len(two) <= letters else whole(start, one, two)

    return ask


def _of_three(known: Function, whole: Function, letters: int) -> Function:
    def ask(start: bytes, one: str, two: str, three: str) -> Any:
        is_short = len(one) + len(two) + len(three) <= letters
        return known(start, one, two, three) if is_short else whole(start, one, two, three)

    return ask


_BY_TEXTS = {1: _of_one, 2: _of_two, 3: _of_three}
"""Each by its number of texts: these are asked some twenty times for a resource, and a loop over them takes 0.7 µs."""
