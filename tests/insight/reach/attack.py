"""Somebody who wants to know a hidden number: every sum of the table as a linear programme, its range by simplex.

Slow and plain. It knows everything that is printed, that a measure counts some of those of its base, that a place in
the table has somebody, and that a number hidden beside shown ones is neither nobody nor everybody.
"""

from __future__ import annotations

_TINY = 1e-7


class Attack:
    """Unknowns: how many of each innermost place each measure counts, less what is true (so that 0 is a solution)."""

    def __init__(self, tree, counts, measures, hidden):
        self.tree, self.counts, self.measures, self.hidden = tree, counts, measures, hidden
        self.leaves = [place for place in counts[measures[0].key] if not tree.get(place)]
        self.names = {
            (leaf, measure.key): number
            for number, (leaf, measure) in enumerate((leaf, measure) for measure in measures for leaf in self.leaves)
        }
        self.equal, self.most = [], []
        for measure in measures:
            self._of_measure(measure)

    def width(self, place, measure):
        """How far apart the largest and the smallest number are that the place may have."""
        goal = self._sum(place, measure)
        return self._farthest(goal) + self._farthest([-one for one in goal])

    def _of_measure(self, measure):
        for place, number in self.counts[measure.key].items():
            if place not in self.hidden[measure.key]:
                self.equal.append(self._sum(place, measure.key))
            elif measure.base and place not in self.hidden[measure.base] and self._is_shown_above(place, measure.key):
                self._at_least(self._sum(place, measure.key), number - 1)
                missing = self.counts[measure.base][place] - number
                self._at_least(self._minus(place, measure), missing - 1)
        for leaf in self.leaves:
            number = self.counts[measure.key][leaf]
            self._at_least(self._sum(leaf, measure.key), number if measure.base else number - 1)
            if measure.base:
                self._at_least(self._minus(leaf, measure), self.counts[measure.base][leaf] - number)

    def _is_shown_above(self, place, measure):
        above = next((outer for outer, inner in self.tree.items() if place in inner), None)
        return above is not None and above not in self.hidden[measure]

    def _at_least(self, row, room):
        """`row` may fall by `room` below what is true."""
        self.most.append(([-one for one in row], max(room, 0)))

    def _minus(self, place, measure):
        base, own = self._sum(place, measure.base), self._sum(place, measure.key)
        return [one - other for one, other in zip(base, own, strict=True)]

    def _sum(self, place, measure):
        row = [0.0] * len(self.names)
        for leaf in self._inside(place):
            row[self.names[leaf, measure]] = 1.0
        return row

    def _inside(self, place):
        inner = self.tree.get(place, ())
        return [leaf for one in inner for leaf in self._inside(one)] if inner else [place]

    def _farthest(self, goal):
        """The largest value of `goal` over all tables that agree with what is known."""
        rows = [*self.most, *((row, 0.0) for row in self.equal), *(([-x for x in row], 0.0) for row in self.equal)]
        return simplex(
            [[*row, *(-one for one in row)] for row, _ in rows],
            [room for _, room in rows],
            [*goal, *(-g for g in goal)],
        )


def simplex(rows, room, goal):
    """Max goal·x with rows·x ≤ room, x ≥ 0, where room ≥ 0 (Bland's rule). https://en.wikipedia.org/wiki/Bland%27s_rule"""
    count, width = len(rows), len(goal)
    table = [
        [*row, *(float(i == j) for j in range(count)), float(end)]
        for i, (row, end) in enumerate(zip(rows, room, strict=True))
    ]
    last = [*(-one for one in goal), *[0.0] * (count + 1)]
    basis = list(range(width, width + count))
    while (enter := next((j for j in range(width + count) if last[j] < -_TINY), None)) is not None:
        able = [(table[i][-1] / table[i][enter], basis[i], i) for i in range(count) if table[i][enter] > _TINY]
        if not able:
            return float("inf")
        leave = min(able)[2]
        pivot = table[leave][enter]
        table[leave] = [one / pivot for one in table[leave]]
        for i in range(count):
            if i != leave and abs(table[i][enter]) > _TINY:
                times = table[i][enter]
                table[i] = [one - times * other for one, other in zip(table[i], table[leave], strict=True)]
        times = last[enter]
        last = [one - times * other for one, other in zip(last, table[leave], strict=True)]
        basis[leave] = enter
    return last[-1]
