"""Books in memory, and how well records found theirs: what `joining` and `bridging` measure.

Nothing touches a database: the registers of identity are dicts here, the decisions are the product's own. A record
is compared with what is known of each candidate, as `find_or_create` does.
"""

from __future__ import annotations

import csv
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import NamedTuple

from bench import crowd
from sosuckhoe.identity import known, matching
from sosuckhoe.identity.bulk.rows import claim_of
from sosuckhoe.identity.claim import Claim, Identifier
from sosuckhoe.identity.compare import blocking
from sosuckhoe.identity.compare.borrowed import told_of_others
from sosuckhoe.identity.compare.choosing import Candidate, meant
from sosuckhoe.identity.compare.score import score

POLICIES = ("number", "number, then likeness")
MOST_A_KEY = 50


class Record(NamedTuple):
    """A claim, whose it is, of which household, and what was added to it ('' for nothing)."""

    claim: Claim
    person: int
    family: int
    added: str


@dataclass
class Register:
    """What identity keeps, in memory. `wholes` holds the true persons of each book."""

    policy: str
    claims: list[Claim] = field(default_factory=list)
    wholes: list[Counter[int]] = field(default_factory=list)
    families: list[int] = field(default_factory=list)
    holders: dict[Identifier, int] = field(default_factory=dict)
    blocks: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    wrong: Counter[str] = field(default_factory=Counter)
    joins: Counter[str] = field(default_factory=Counter)
    doubts: int = 0

    def hear(self, record: Record) -> int:
        """Take a record in. Returns its book."""
        book, by = by_number(self, record.claim), "number"
        if book is None and self.policy != "number":
            book, by = self.by_likeness(record.claim), "likeness"
        if book is None:
            book = len(self.claims)
            self.claims.append(record.claim)
            self.wholes.append(Counter())
            self.families.append(record.family)
        else:
            self.joins[by] += 1
            if record.person not in self.wholes[book]:
                self.wrong[f"{kind_of(record, self.claims[book], self.families[book])} by {by}"] += 1
        self.join(book, record)
        return book

    def close(self) -> None:
        """Do what waits until everybody has been heard of: nothing, where records are filed and no more."""

    def by_likeness(self, claim: Claim) -> int | None:
        """The best link; the others that are alike are doubts."""
        claim = told_of_others(claim, self.named(claim))
        found = self.alike(claim)
        best = meant(found)
        self.doubts += sum(one.decision.verdict != "apart" for one in found if one is not best)
        return best.whom if best else None

    def alike(self, claim: Claim) -> list[Candidate[int]]:
        """Everybody who shares a key with a claim, compared with it."""
        near = sorted({book for key in blocking.keys(claim) for book in self.blocks[key][:MOST_A_KEY]})
        return [Candidate(score(claim, self.claims[book]), self.claims[book], book) for book in near]

    def named(self, claim: Claim) -> dict[Identifier, Claim]:
        """Who holds the numbers that a claim names: its own, and the mother's."""
        numbers = (*claim.identifiers, *([claim.mother] if claim.mother else []))
        return {number: self.claims[self.holders[number]] for number in numbers if number in self.holders}

    def join(self, book: int, record: Record) -> None:
        self.wholes[book][record.person] += 1
        before = blocking.keys(self.claims[book]) if self.wholes[book].total() > 1 else frozenset()
        heard = told_of_others(record.claim, self.named(record.claim))
        self.claims[book] = known.join(self.claims[book], heard, newer=True)
        for number in record.claim.identifiers:
            self.holders.setdefault(number, book)
        for key in blocking.keys(self.claims[book]) - before:
            self.blocks[key].append(book)


def by_number(register: Register, claim: Claim) -> int | None:
    """The rule of numbers of find_or_create."""
    order = list(matching.demands())
    for number in sorted((n for n in claim.identifiers if n.system in order), key=lambda n: order.index(n.system)):
        book = register.holders.get(number)
        if book is not None and matching.same_person(number.system, claim, register.claims[book]):
            return book
    return None


def kind_of(record: Record, kept: Claim, family: int) -> str:
    """Twins, newborns, a parent's number, one family, namesakes: counted apart."""
    if record.added == "newborn":
        return "newborns"
    if family == record.family and kept.birth[:10] == record.claim.birth[:10]:
        return "twins"
    if record.added == "parent":
        return "a parent's number"
    return "one family" if family == record.family else "namesakes"


def records(asked: crowd.Asked) -> list[Record]:
    """A crowd in a random order that is the same for the same seed."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for file in crowd.write(asked, Path(folder)):
            with file.open(encoding="utf-8", newline="") as lines:
                found += [
                    Record(claim_of(row), int(row["person"]), int(row["family"]), row["added"])
                    for row in csv.DictReader(lines)
                ]
    Random(asked.seed).shuffle(found)
    return found


def measure(register: Register, found: list[Record]) -> None:
    """Hear every record, and print precision and recall over pairs, and the wrong joins by kind."""
    began = time.process_time()
    for record in found:
        register.hear(record)
    register.close()
    each = (time.process_time() - began) / len(found) * 1e6
    pairs = joined_pairs(register.wholes)
    true = sum(n * (n - 1) // 2 for n in Counter(record.person for record in found).values())
    joins, wrong = register.joins.total(), register.wrong.total()
    kinds = ", ".join(f"{kind} {n}" for kind, n in sorted(register.wrong.items())) or "none"
    print(
        f"  {register.policy:22} precision {pairs[True] / sum(pairs.values()):.6f}, recall {pairs[True] / true:.5f}; "
        f"{joins} joins {dict(register.joins)}, wrong {wrong} ({wrong / joins * 1e5:.2f} in 100,000): {kinds}; "
        f"doubts {register.doubts}; {each:.0f} µs a record"
    )


def joined_pairs(wholes: list[Counter[int]]) -> dict[bool, int]:
    """Pairs of records in one book, by whether they are of one person."""
    pairs = {True: 0, False: 0}
    for whole in wholes:
        same = sum(n * (n - 1) // 2 for n in whole.values())
        pairs[True] += same
        pairs[False] += whole.total() * (whole.total() - 1) // 2 - same
    return pairs
