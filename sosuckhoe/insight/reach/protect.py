"""Which numbers of a table of nested places must be hidden so that no small one can be computed. Pure.

Every place lies in one other place, and every measure counts some of those whom its base counts, so whoever subtracts
also knows how many are missing. Hidden are numbers below the limit, those of whom fewer than the limit are missing, and
as many neighbours as it takes until every hidden number may still be anything in a range at least as wide as the limit.

Why that holds for all sums together and not for one at a time: what is hidden of a place is hidden of everything inside
it, and a measure is hidden where its base is. So the only equations between unknowns are, for a place that is shown,
the sum of its hidden parts, each between known bounds; of such a sum the range of each part has a closed form
(`_widths`). Places whose base is hidden count as one part together: their sum can be computed, their share in it not.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

Tree = Mapping[str, Sequence[str]]
"""Place → the places right inside it. Only places where somebody was counted; the root is ROOT."""

ROOT = ""
_NO_BOUND = 1 << 60
_OTHERS = "\x00"
"""The part that all places with a hidden base make together; no place is called so."""


class Part(NamedTuple):
    """One part of a sum: its number, how many are missing, and the bounds that a reader knows once it is hidden."""

    key: str
    number: int
    missing: int
    low: int
    high: int

    @property
    def is_partial(self) -> bool:
        """Neither nobody nor everybody: both are shown."""
        return self.number > 0 and self.missing > 0


class Measure(NamedTuple):
    """What is counted of whom: base is another measure, '' for the first, which counts everybody in the table."""

    key: str
    base: str = ""


def protect(
    tree: Tree,
    counts: Mapping[str, Mapping[str, int]],
    measures: Sequence[Measure],
    limit: int,
    kept: Mapping[str, Collection[str]] | None = None,
) -> dict[str, frozenset[str]]:
    """Measure → places whose number is hidden. `counts`: measure → place → number; bases stand before what has them.

    `kept`: what an earlier print hid, and is hidden again. A number that others are counted of is hidden two sooner
    than the limit: between 1 and one less than it there must be room.
    """
    out: dict[str, frozenset[str]] = {}
    bases = {measure.base for measure in measures}
    for measure in measures:
        table = _Table(
            tree,
            counts[measure.key],
            counts.get(measure.base),
            out.get(measure.base, frozenset()),
            limit,
            limit + 2 if measure.key in bases else limit,
            frozenset((kept or {}).get(measure.key, ())),
        )
        out[measure.key] = table.hidden()
    return out


class _Table:
    """One measure over the tree."""

    def __init__(
        self,
        tree: Tree,
        numbers: Mapping[str, int],
        base: Mapping[str, int] | None,
        base_hidden: frozenset[str],
        limit: int,
        least: int,
        kept: frozenset[str],
    ) -> None:
        self.tree, self.numbers, self.base, self.base_hidden = tree, numbers, base, base_hidden
        self.limit, self.least, self.kept = limit, least, kept
        self.must: set[str] = set()
        self.gone: set[str] = set()

    def hidden(self) -> frozenset[str]:
        if ROOT in self.base_hidden or self._is_small(self._part(ROOT)) or not self._settle(ROOT):
            self._hide_all(ROOT)
        else:
            self._hide_parts(ROOT)
        return frozenset(self.gone)

    def _settle(self, place: str) -> bool:
        """Find out, innermost first, which places must be hidden; whether this one can be shown."""
        for inner in self.tree.get(place, ()):
            if inner not in self.base_hidden and not self._settle(inner):
                self.must.add(inner)
        return place not in self.kept and self._chosen(place) is not None

    def _hide_parts(self, place: str) -> None:
        chosen = self._chosen(place) or frozenset()
        for inner in self.tree.get(place, ()):
            if inner in self.base_hidden or inner in chosen:
                self._hide_all(inner)
            else:
                self._hide_parts(inner)

    def _hide_all(self, place: str) -> None:
        self.gone.add(place)
        for inner in self.tree.get(place, ()):
            self._hide_all(inner)

    def _chosen(self, place: str) -> frozenset[str] | None:
        """The parts of a shown place to hide; None when no choice is wide enough, so that the place must go."""
        parts = self._parts(place)
        chosen = [part for part in parts if part.key in self.must or self._is_small(part)]
        rest = sorted((part for part in parts if part not in chosen and part.is_partial), key=_price)
        while chosen and min(_widths(chosen)) < self.limit:
            if not rest:
                return None
            chosen.append(rest.pop(0))
        return frozenset(part.key for part in chosen)

    def _parts(self, place: str) -> list[Part]:
        inside = self.tree.get(place, ())
        shut = [inner for inner in inside if inner in self.base_hidden]
        parts = [self._part(inner) for inner in inside if inner not in self.base_hidden]
        if shut and self.base is not None:
            number, most = sum(self.numbers[one] for one in shut), sum(self.base[one] for one in shut)
            parts.append(_between(_OTHERS, number, most))
        return parts

    def _part(self, place: str) -> Part:
        if self.base is not None:
            return _between(place, self.numbers[place], self.base[place])
        return Part(place, self.numbers[place], _NO_BOUND, self._innermost(place), _NO_BOUND)

    def _innermost(self, place: str) -> int:
        """How many places without parts lie in it: each has somebody, and that it is hidden says so."""
        inside = self.tree.get(place, ())
        return sum(map(self._innermost, inside)) if inside else 1

    def _is_small(self, part: Part) -> bool:
        return 0 < part.number < self.least or 0 < part.missing < self.limit


def _between(key: str, number: int, most: int) -> Part:
    """A part that is hidden is neither nobody nor everybody, or else it were shown."""
    return Part(key, number, most - number, min(1, number), max(most - 1, number))


def _widths(parts: Sequence[Part]) -> list[int]:
    """How wide the range is in which each of these may lie, whose sum is known."""
    total, low, high = (
        sum(column) for column in zip(*[(part.number, part.low, part.high) for part in parts], strict=True)
    )
    return [min(part.high, total - (low - part.low)) - max(part.low, total - (high - part.high)) for part in parts]


def _price(part: Part) -> tuple[bool, int, str]:
    """What is hidden first: what nobody sees anyway, then the smallest."""
    return part.key != _OTHERS, part.number, part.key
