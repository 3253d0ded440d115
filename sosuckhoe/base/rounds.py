"""What a room does again and again by the clock: its `jobs.ROUNDS` say what; when stands in `site/rounds/rounds.yaml`.

The house runs them (`site/rounds/running.py`): a room neither looks at the clock nor at who else runs them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple


def _always() -> bool:
    return True


class Work(NamedTuple):
    """One round. `run(at)` does it and tells how much was done; killed at any point, the next run goes on.

    `wanted`: whether this house has such a round at all. `parts`: each part is a round of its own, `run(at, part)`,
    with its own hour in Vietnam where it has one.
    """

    name: str
    run: Callable[..., int]
    wanted: Callable[[], bool] = _always
    parts: Callable[[], Mapping[str, int | None]] | None = None
