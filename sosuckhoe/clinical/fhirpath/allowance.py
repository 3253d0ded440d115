"""How much may be computed for somebody's own expressions: seconds, values at once, letters of a text.

Invariants of R4 are not bounded in time: they are the house's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import thread_time

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.fhirpath.faults import ExecutionProblem

MOST_VALUES = 1_000_000
"""So many values no step yields; a resource of the largest kind has fewer."""

MOST_LETTERS = 1 << 20
"""A text that grows past this in an expression is no text of a record."""

PATTERN_SECONDS = 1.0
"""So long one pattern is looked for in one text."""

TIME_OVER = "SSK-3481"

_ends: ContextVar[float | None] = ContextVar("ends", default=None)


class Allowance:
    """Seconds of computing for one answer, over all its expressions. Steps of it may run in different threads."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.left = seconds

    @contextmanager
    def spent(self) -> Iterator[None]:
        """Count what is computed here. SSK-3481 when nothing is left, here or of what this is part of."""
        began, around = thread_time(), _ends.get()
        ends = began + self.left
        token = _ends.set(ends if around is None else min(ends, around))
        try:
            look()
            yield
        finally:
            _ends.reset(token)
            self.left -= thread_time() - began


def look() -> None:
    """SSK-3481 when the time of the answer that is being made is over."""
    ends = _ends.get()
    if ends is not None and thread_time() >= ends:
        raise Problem(TIME_OVER)


def check_values(count: int, part: str) -> None:
    """ExecutionProblem for more values than any step yields."""
    if count > MOST_VALUES:
        raise ExecutionProblem(part)


def check_letters(count: int, part: str) -> None:
    """ExecutionProblem for a text that grows past what a record has."""
    if count > MOST_LETTERS:
        raise ExecutionProblem(part)
