"""How often two books are made one wrongly, because a later record ties them together or tells more of one of them.

python -m bench bridging [--size 45000] [--seeds 91] [--mixture usual] [--dense] [--poorest]

After each record that told more of its book, that is settled as `identity.bridging` does: with whoever holds one of
its numbers, then with whoever is alike. Nothing touches a database; the rules are the product's own. No words are
dated and no reviewer says that two are two. A pair of books of two persons that was looked at and left apart is
counted too: it might have gone wrong. `--poorest`: the records with fewest numbers come first, so that most books are
begun twice and tied later.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from bench import crowd
from bench.books import POLICIES, Record, Register, measure, records
from sosuckhoe.base import keyring
from sosuckhoe.identity import known, matching
from sosuckhoe.identity.bridging import MOST_ALIKE, MOST_ROUNDS
from sosuckhoe.identity.claim import Claim
from sosuckhoe.identity.compare import blocking
from sosuckhoe.identity.compare.borrowed import told_of_others
from sosuckhoe.identity.compare.choosing import Candidate, meant, newborn
from sosuckhoe.identity.compare.levels import is_unnamed
from sosuckhoe.identity.compare.score import APART, VERDICTS

BY_NUMBER, BY_LIKENESS, BY_BIRTH = "by number", "by likeness", "as a newborn that waited"


@dataclass
class Bridged(Register):
    """Books that are settled after each record. `heard` is when a book was last told, `added` what its records bear."""

    now: int = 0
    has_told_more: bool = False
    heard: dict[int, int] = field(default_factory=dict)
    added: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    bridged: Counter[tuple[str, str, bool]] = field(default_factory=Counter)
    apart: dict[frozenset[int], str] = field(default_factory=dict)
    were_newborns: set[int] = field(default_factory=set)

    def hear(self, record: Record) -> int:
        """Take a record in and settle its book where it told more. Returns the book."""
        self.now += 1
        book = super().hear(record)
        self.heard[book] = self.now
        self.added[book].add(record.added)
        for _ in range(MOST_ROUNDS if self.has_told_more else 0):
            found = self.tied(book)
            if found is None:
                break
            book = self.merge(book, *found)
        return book

    def close(self) -> None:
        """Settle who stands under the mother's name and has waited: the time for a twin has passed after the last."""
        for book in range(len(self.claims)):
            claim = told_of_others(self.claims[book], self.named(self.claims[book]))
            if not self.wholes[book] or not is_unnamed(claim):
                continue
            only = newborn([one for one in self.alike(claim) if one.whom != book])
            if only is not None and only.whom not in self.were_newborns:
                self.were_newborns.add(self.merge(book, only.whom, BY_BIRTH))

    def join(self, book: int, record: Record) -> None:
        """Add a record to its book, and note whether that tells more of whose it is."""
        before = self.claims[book]
        super().join(book, record)
        self.has_told_more = known.tells_more(before, self.claims[book])

    def alike(self, claim: Claim) -> list[Candidate[int]]:
        """Everybody who shares a key with a claim; a book that went into another one is found no more."""
        return [one for one in super().alike(claim) if self.wholes[one.whom]]

    def tied(self, book: int) -> tuple[int, str] | None:
        """Another book that is one with this one, and what shows it."""
        for other in sorted({self.holders[number] for number in self.claims[book].identifiers} - {book}):
            shared = [n for n in self.claims[book].identifiers if self.holders[n] == other]
            if any(matching.same_person(n.system, self.claims[book], self.claims[other]) for n in shared):
                return other, BY_NUMBER
            self.leave(book, other)
        claim = told_of_others(self.claims[book], self.named(self.claims[book]))
        found = [one for one in self.alike(claim) if one.whom != book]
        found.sort(key=lambda one: (VERDICTS.index(one.decision.verdict), -one.decision.total, one.whom))
        best = meant(found[:MOST_ALIKE])
        for one in found:
            if one is not best and one.decision.verdict != APART:
                self.leave(book, one.whom)
        return (best.whom, BY_LIKENESS) if best else None

    def leave(self, one: int, other: int) -> None:
        """Remember two books of two persons that were not made one."""
        if not self.are_one(one, other):
            self.apart[frozenset({one, other})] = self.kind(one, other)

    def are_one(self, one: int, other: int) -> bool:
        """Whether most records of the two books are one person's."""
        return self.wholes[one].most_common(1)[0][0] == self.wholes[other].most_common(1)[0][0]

    def kind(self, one: int, other: int) -> str:
        """Why two books of two persons may look like one, as `joining.kind_of` says it of a record and a book."""
        added = self.added[one] | self.added[other]
        if self.families[one] != self.families[other]:
            return "namesakes"
        if "newborn" in added:
            return "newborns"
        if self.claims[one].birth[:10] == self.claims[other].birth[:10]:
            return "twins"
        return "a parent's number" if "parent" in added else "one family"

    def merge(self, one: int, other: int, by: str) -> int:
        """Make two books one. Returns the older, which is kept."""
        is_right = self.are_one(one, other)
        self.bridged[by, "one person" if is_right else self.kind(one, other), is_right] += 1
        keep, gone = sorted((one, other))
        for key in blocking.keys(self.claims[gone]):
            self.blocks[key] = [book for book in self.blocks[key] if book != gone]
        before = blocking.keys(self.claims[keep])
        newer = self.heard[gone] > self.heard[keep]
        self.claims[keep] = known.join(self.claims[keep], self.claims[gone], newer=newer)
        for key in blocking.keys(self.claims[keep]) - before:
            self.blocks[key].append(keep)
        for number in self.claims[keep].identifiers:
            if self.holders.get(number, gone) == gone:
                self.holders[number] = keep
        self.wholes[keep].update(self.wholes[gone])
        self.wholes[gone].clear()
        self.added[keep] |= self.added.pop(gone)
        self.heard[keep] = self.now
        return keep

    def tell(self) -> None:
        """Print what was made one, by what, and rightly or not; and which pairs of two persons were left apart."""
        for by in (BY_NUMBER, BY_LIKENESS, BY_BIRTH):
            right = sum(count for (how, _, is_right), count in self.bridged.items() if how == by and is_right)
            wrong = {kind: count for (how, kind, is_right), count in self.bridged.items() if how == by and not is_right}
            print(f"  made one {by}: {right} rightly, {sum(wrong.values())} wrongly {wrong or ''}")
        print(f"  two persons looked at and left apart: {dict(Counter(self.apart.values()))}")


def main(words: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bench bridging")
    parser.add_argument("--size", type=int, default=45_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[91])
    parser.add_argument("--mixture", default="usual")
    parser.add_argument("--dense", action="store_true")
    parser.add_argument("--poorest", action="store_true")
    asked = parser.parse_args(words)
    keyring.hold(keyring.Ring({1: bytes(range(32))}, 1, bytes(range(32, 64))))
    for seed in asked.seeds:
        found = records(crowd.Asked(asked.size, seed, asked.mixture, asked.dense))
        print(f"seed {seed}, {asked.mixture}: {len(found)} records of {len({r.person for r in found})} persons")
        if asked.poorest:
            found.sort(key=lambda record: len(record.claim.identifiers))
        bridged = Bridged(POLICIES[-1])
        measure(bridged, found)
        bridged.tell()
