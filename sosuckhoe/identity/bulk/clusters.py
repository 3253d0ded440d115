"""Links between records made into persons, strongest first, so that what may not be one is parted at its weakest. Pure.

A person may not hold two different valid citizen numbers, nor two records that a rule holds apart (twins, generations),
nor, by a weak link (one without a shared number), two insurance numbers. A record that resembles two who are surely
two joins neither by a weak link, unless one is much more alike: which of the namesakes it is, a person decides.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

from sosuckhoe.identity.compare.choosing import MARGIN
from sosuckhoe.identity.compare.names import is_one_slip

_NONE = 0
"""Where there is no number: none of zeros is anybody's."""


class Clusters:
    """Records 0 … n-1 and the persons that they make. 24 bytes a record, and more for those whom a rule holds apart."""

    def __init__(self, records: int) -> None:
        self._above = array("q", range(records))
        self._number = array("q", bytes(8 * records))
        self._card = array("q", bytes(8 * records))
        self._apart: dict[int, set[int]] = {}
        self._also: dict[int, set[int]] = {}
        self.refused = 0

    def number(self, record: int, cccd: int) -> None:
        """Say which citizen number is the record's own."""
        self._number[self.top(record)] = cccd

    def card(self, record: int, number: int) -> None:
        """Say which insurance number a record carries."""
        self._card[self.top(record)] = number

    def part(self, one: int, other: int) -> None:
        """Say that two records can never be one person."""
        ones, others = self.top(one), self.top(other)
        self._apart.setdefault(ones, set()).add(others)
        self._apart.setdefault(others, set()).add(ones)

    def link(self, one: int, other: int, *, is_weak: bool = False) -> bool:
        """Make two records one person; False where that would hold what may not be one. Call strongest first."""
        ones, others = self.top(one), self.top(other)
        if ones == others:
            return True
        if self._may_not(ones, others) or (is_weak and self._cards_differ(ones, others)):
            self.refused += 1
            return False
        self._join(min(ones, others), max(ones, others))
        return True

    def link_weakly(self, links: Sequence[tuple[int, int, float]]) -> None:
        """Make persons of weak links (one, other, bits), after all strong ones."""
        contested = self._contested(links)
        for one, other, _ in sorted(links, key=lambda link: (-link[2], link)):
            if frozenset({one, other}) in contested:
                self.refused += 1
            else:
                self.link(one, other, is_weak=True)

    def link_alone(self, links: Iterable[tuple[int, int]]) -> None:
        """Make each first record one with the only person that its pairs name; of several, none. After all others.

        Two who mean one person and are not one themselves may be twins: neither is joined.
        """
        meant: dict[int, set[int]] = defaultdict(set)
        for one, other in links:
            meant[self.top(one)].add(other)
        alone = {one: self.top(min(others)) for one, others in meant.items() if len({*map(self.top, others)}) == 1}
        newborns = Counter(alone.values())
        for one, other in alone.items():
            if newborns[other] == 1:
                self.link(one, other, is_weak=True)

    def _contested(self, links: Iterable[tuple[int, int, float]]) -> set[frozenset[int]]:
        """The links of those who resemble two that may not be one, but for the one that is stronger by the margin."""
        near: dict[int, list[tuple[float, int, frozenset[int]]]] = defaultdict(list)
        for one, other, bits in links:
            ones, others, pair = self.top(one), self.top(other), frozenset({one, other})
            near[ones].append((bits, others, pair))
            near[others].append((bits, ones, pair))
        return {pair for found in near.values() if len(found) > 1 for pair in self._rivals(found)}

    def _rivals(self, found: list[tuple[float, int, frozenset[int]]]) -> Iterable[frozenset[int]]:
        for one, other in combinations(sorted(found, key=lambda link: -link[0]), 2):
            if one[1] != other[1] and (self._may_not(one[1], other[1]) or self._cards_differ(one[1], other[1])):
                yield other[2]
                if one[0] - other[0] < MARGIN:
                    yield one[2]

    def hold(self, one: int, other: int) -> None:
        """Make two records one person because somebody decided so: also with two numbers (one was issued again)."""
        ones, others = self.top(one), self.top(other)
        if ones != others:
            self._apart.get(ones, set()).discard(others)
            self._apart.get(others, set()).discard(ones)
            numbers = {self._number[ones], self._number[others]} - {_NONE}
            also = numbers | self._also.pop(ones, set()) | self._also.pop(others, set())
            self._join(min(ones, others), max(ones, others))
            self._also[min(ones, others)] = also

    def _may_not(self, ones: int, others: int) -> bool:
        mine, theirs = self._number[ones], self._number[others]
        if mine and theirs and mine != theirs:
            return theirs not in self._also.get(ones, ()) and mine not in self._also.get(others, ())
        return others in self._apart.get(ones, ())

    def _cards_differ(self, ones: int, others: int) -> bool:
        mine, theirs = self._card[ones], self._card[others]
        if not mine or not theirs or mine == theirs:
            return False
        return not is_one_slip(f"{mine:010d}", f"{theirs:010d}")

    def _join(self, kept: int, gone: int) -> None:
        self._above[gone] = kept
        self._number[kept] = self._number[kept] or self._number[gone]
        self._card[kept] = self._card[kept] or self._card[gone]
        if gone in self._also:
            self._also.setdefault(kept, set()).update(self._also.pop(gone))
        for enemy in self._apart.pop(gone, ()):
            self._apart[enemy].discard(gone)
            self.part(kept, enemy)

    def top(self, record: int) -> int:
        """The first record of the person whom a record belongs to."""
        above = self._above
        while above[record] != record:
            above[record] = above[above[record]]
            record = above[record]
        return record

    def tops(self) -> Iterable[int]:
        """The person of every record, in order."""
        return (self.top(record) for record in range(len(self._above)))
