"""Which cells of a published table must be hidden so that nobody is seen in it. Pure.

A cell of 1 to 9 people is hidden (the usual rule of health statistics; the limit stands in `data/suppression.yaml`).
A hidden cell that could be computed from what is shown beside it drags others with it: for every sum that is
published, the hidden parts must be at least two and hold at least as many people as the limit.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TypeVar

from sosuckhoe.base import facts

Key = TypeVar("Key", bound=Hashable)


@cache
def smallest_shown() -> int:
    """The least number of people that a cell may show."""
    return int(facts.read_yaml(Path(__file__).parent / "data" / "suppression.yaml")["smallest_shown"])


def hidden(
    people: Mapping[Key, int],
    sums: Iterable[tuple[Key, Sequence[Key]]] = (),
    *,
    also: Collection[Key] = (),
    limit: int = 0,
) -> frozenset[Key]:
    """The cells to hide. `people`: cell → people in it; `sums`: (total, its parts) for every sum a reader can form.

    `also` are cells that another table hides already. A total is hidden only when its parts leave no other way.
    """
    least = limit or smallest_shown()
    gone = {key for key, number in people.items() if 0 < number < least} | (set(also) & people.keys())
    lines = [(total, [part for part in parts if people.get(part)]) for total, parts in sums]
    while True:
        more = {extra for total, parts in lines for extra in _needed(people, total, parts, gone, least)}
        if more <= gone:
            return frozenset(gone)
        gone |= more


def _needed(
    people: Mapping[Key, int], total: Key, parts: Sequence[Key], gone: Collection[Key], least: int
) -> list[Key]:
    """The cell that must go too, in a list; empty when the sum gives nothing away."""
    out = [part for part in parts if part in gone]
    left = sorted((part for part in parts if part not in gone), key=lambda part: (people[part], str(part)))
    if total in gone:
        return left[:1] if not out else []
    if not out or (len(out) > 1 and sum(people[part] for part in out) >= least):
        return []
    return left[:1] or [total]
