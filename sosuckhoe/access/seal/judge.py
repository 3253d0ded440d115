"""Says what was done to the trace, from its lines, its seals and what the witness keeps.

Three layers each hold the next to its word: a line must hash to its leaf, the leaves must lead to the signed head,
the head must be the one that the witness was told. Whoever changes a layer must change the next, and the last one is
out of reach. Days are Vietnamese days of the seal, a few seconds after the line.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sosuckhoe.access.seal.canonical import Row, leaf_of
from sosuckhoe.access.seal.head import Head, SignedHead
from sosuckhoe.access.seal.tree import HASH_BYTES, Frontier, hashes_in
from sosuckhoe.base.clock import VIETNAM


class Seal(NamedTuple):
    """One line of `access_seal`."""

    signed: SignedHead
    ids: Sequence[int]
    leaves: bytes
    highest: int


class Stand(NamedTuple):
    """Where the sealer says it stands, and up to which head the witness has answered that it keeps them."""

    number: int
    size: int
    root: bytes
    told: int


class Finding(NamedTuple):
    """What was found: `kind` is a key of data/trace.yaml; `ids` are lines, `first` and `last` seals."""

    kind: str
    first: int = 0
    last: int = 0
    from_day: date | None = None
    to_day: date | None = None
    ids: tuple[int, ...] = ()
    many: int = 0


class Judge:
    """Sees every seal in order with the lines that it names, then ends."""

    def __init__(self, key: bytes, witnessed: Collection[SignedHead] = (), witness_key: bytes | None = None) -> None:
        self._key = key
        self._witness_key = witness_key
        self._witnessed = {one.head.number: one for one in witnessed}
        self._last_witnessed = max((one.head for one in witnessed), default=None)
        self._tree: Frontier | None = Frontier()
        self._last: Head | None = None
        self._gone: list[Finding] = []
        self._differing: list[Head] = []
        self._missing_heads: list[Head] = []

    def see(self, seal: Seal, rows: Mapping[int, Row]) -> Iterator[Finding]:
        """What is wrong with one seal and its lines."""
        head = seal.signed.head
        awaited = self._last.number + 1 if self._last else 1
        if head.number != awaited:
            self._tree = None
            yield Finding("seals-missing", awaited, head.number - 1, to_day=_day(head.at))
        if not seal.signed.is_signed_by(self._key):
            yield _about("unsigned", head)
        kept = hashes_in(seal.leaves) if len(seal.leaves) == len(seal.ids) * HASH_BYTES else []
        leaves = self._leading(kept, seal, rows)
        yield from self._lines(seal, rows, leaves or kept)
        if leaves is not kept or seal.highest != max(seal.ids):
            yield _about("seal-changed", head)
        self._compare(head)
        self._last = head

    def end(self, stand: Stand) -> Iterator[Finding]:
        """What only the whole shows."""
        if self._gone:
            ids = tuple(number for one in self._gone for number in one.ids)
            first, last = self._gone[0], self._gone[-1]
            yield Finding("truncated", first.first, last.last, first.from_day, last.to_day, ids, len(ids))
        yield from self._witness_itself()
        yield from self._tail(stand)
        yield from self._history(stand)

    def _lines(self, seal: Seal, rows: Mapping[int, Row], leaves: Sequence[bytes]) -> Iterator[Finding]:
        """Lines that are gone or changed. Those that are gone at the very end are told as a tail by `end`."""
        head, edited = seal.signed.head, []
        for place, number in enumerate(seal.ids):
            row = rows.get(number)
            if row is None:
                self._note_gone(head, number)
                continue
            yield from self._gone
            self._gone.clear()
            if [leaf_of(row)] != leaves[place : place + 1]:
                edited.append(number)
        if edited:
            yield _about("edited", head, edited)

    def _note_gone(self, head: Head, number: int) -> None:
        if self._gone and self._gone[-1].first == head.number:
            before = self._gone.pop().ids
            self._gone.append(_about("deleted", head, (*before, number)))
        else:
            self._gone.append(_about("deleted", head, [number]))

    def _leading(self, kept: list[bytes], seal: Seal, rows: Mapping[int, Row]) -> list[bytes] | None:
        """The leaves that lead to the head: those that are kept, or else those of the lines themselves, or None."""
        if self._leads(kept, seal.signed.head):
            return kept
        made = [leaf_of(rows[number]) for number in seal.ids if number in rows]
        return made if self._leads(made, seal.signed.head) else None

    def _leads(self, leaves: list[bytes], head: Head) -> bool:
        """Whether leaves make this head; the tree is then the one after it, otherwise lost until the end."""
        is_part = Frontier().extended(leaves).root() == head.part
        if self._tree is None:
            return is_part
        after = self._tree.extended(leaves)
        is_whole = is_part and (after.size, after.root()) == (head.size, head.root)
        self._tree = after if is_whole else self._tree
        return is_whole

    def _compare(self, head: Head) -> None:
        found = self._witnessed.get(head.number)
        if found is None:
            self._missing_heads.append(head)
        elif (found.head.at, found.head.part) != (head.at, head.part) or (found.head != head and not self._differing):
            self._differing.append(head)

    def _witness_itself(self) -> Iterator[Finding]:
        if self._witness_key not in {None, self._key}:
            yield Finding("other-key")
        key = self._witness_key or self._key
        for one in self._witnessed.values():
            if not one.is_signed_by(key):
                yield _about("witness-damaged", one.head)

    def _tail(self, stand: Stand) -> Iterator[Finding]:
        """Seals that the sealer made and that are not there, and a stand that is not the last seal's."""
        last = self._last
        number, size = (last.number, last.size) if last else (0, 0)
        if stand.number > number:
            yield Finding("seals-cut", number + 1, stand.number, last and _day(last.at), many=stand.size - size)
        elif self._tree is not None and (stand.number, stand.size, stand.root) != (number, size, self._tree.root()):
            yield Finding("stand-changed", number, number)

    def _history(self, stand: Stand) -> Iterator[Finding]:
        """Where the witness remembers something else."""
        unknown = [head for head in self._missing_heads if head.number <= stand.told]
        if unknown:
            yield _span("witness-lacks", unknown)
        newest = self._last_witnessed
        if newest is None:
            return
        if self._differing and self._differing[0].at > newest.at:
            yield from self._restored(self._differing[0].number, newest)
            return
        for heads in _by_day(self._differing):
            yield _span("rewritten", heads)
        here = self._last.number if self._last else 0
        if newest.number > max(here, stand.number):
            yield from self._restored(here + 1, newest)

    def _restored(self, first: int, newest: Head) -> Iterator[Finding]:
        """What the witness remembers from a head on, and the database does not."""
        before = self._witnessed.get(first - 1)
        lost = newest.size - (before.head.size if before else 0)
        start = self._witnessed[first].head.at if first in self._witnessed else newest.at
        yield Finding("restored", first, newest.number, _day(start), _day(newest.at), many=lost)


def _about(kind: str, head: Head, ids: Sequence[int] = ()) -> Finding:
    return Finding(kind, head.number, head.number, _day(head.at), _day(head.at), tuple(ids), len(ids))


def _span(kind: str, heads: Sequence[Head]) -> Finding:
    first, last = heads[0], heads[-1]
    return Finding(kind, first.number, last.number, _day(first.at), _day(last.at), many=len(heads))


def _by_day(heads: Sequence[Head]) -> list[list[Head]]:
    days: dict[date, list[Head]] = {}
    for head in heads:
        days.setdefault(_day(head.at), []).append(head)
    return list(days.values())


def _day(at: datetime) -> date:
    return at.astimezone(VIETNAM).date()
