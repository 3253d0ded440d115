"""How well records are joined, against the truth: the present rule, and the rule with the scores.

python -m bench linkage [--people 10000] [--seeds 11 12]

Nothing touches a database: the registers of identity are dicts here, the decisions are the product's own. Every
record comes once, in a random order; a record is compared with what is known of each candidate, as online.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from bench.population import TWIN, Record, records
from sosuckhoe.identity import known, matching
from sosuckhoe.identity.claim import Claim, Identifier
from sosuckhoe.identity.compare import blocking, weights
from sosuckhoe.identity.compare.score import Decision, score

POLICIES = ("rule", "scores", "rule, then scores")


@dataclass
class Register:
    """What identity keeps, in memory. `wholes` holds the true persons of each book."""

    policy: str
    claims: list[Claim] = field(default_factory=list)
    wholes: list[Counter[int]] = field(default_factory=list)
    holders: dict[Identifier, int] = field(default_factory=dict)
    blocks: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    wrong: Counter[str] = field(default_factory=Counter)
    doubts: Counter[bool] = field(default_factory=Counter)
    right_doubts: list[tuple[int, int]] = field(default_factory=list)
    compared: list[int] = field(default_factory=list)
    pairs: list[tuple[float, str, bool]] = field(default_factory=list)

    def hear(self, record: Record) -> None:
        book = by_rule(self, record.claim) if self.policy != "scores" else None
        if book is None:
            book = self.by_score(record)
        if book is None:
            book = len(self.claims)
            self.claims.append(record.claim)
            self.wholes.append(Counter())
        elif record.person not in self.wholes[book]:
            self.wrong[kind_of(record, self.claims[book], self.wholes[book])] += 1
        self.join(book, record)

    def by_score(self, record: Record) -> int | None:
        """The best link; doubts are counted by whether they were right. The rule alone only looks."""
        near = {book for key in blocking.keys(record.claim) for book in self.blocks[key]}
        self.compared.append(len(near))
        found = [(score(record.claim, self.claims[book]), book) for book in near]
        for decision, book in found:
            self.pairs.append((decision.total, decision.verdict, record.person in self.wholes[book]))
        links = sorted((decision.total, book) for decision, book in found if decision.verdict == "link")
        if links and self.policy != "rule":
            return links[-1][1]
        for book in (book for decision, book in found if is_doubt(decision, self.policy)):
            is_right = record.person in self.wholes[book]
            self.doubts[is_right] += 1
            if is_right:
                self.right_doubts.append((book, len(self.claims)))
        return None

    def join(self, book: int, record: Record) -> None:
        self.wholes[book][record.person] += 1
        self.claims[book] = known.join(self.claims[book], record.claim, newer=True)
        for number in record.claim.identifiers:
            self.holders.setdefault(number, book)
        for key in blocking.keys(self.claims[book]):
            self.blocks[key].add(book)


def is_doubt(decision: Decision, policy: str) -> bool:
    return decision.verdict == "doubt" or (policy == "rule" and decision.verdict == "link")


def by_rule(register: Register, claim: Claim) -> int | None:
    """The present rule of find_or_create."""
    order = list(matching.demands())
    for number in sorted((n for n in claim.identifiers if n.system in order), key=lambda n: order.index(n.system)):
        book = register.holders.get(number)
        if book is not None and matching.same_person(number.system, claim, register.claims[book]):
            return book
    return None


def kind_of(record: Record, kept: Claim, whole: Counter[int]) -> str:
    if any(abs(person - record.person) in {TWIN, TWIN + 19} for person in whole):
        return "twins"
    if record.added == "parent":
        return "parent's number"
    return "namesakes" if record.claim.name.casefold() == kept.name.casefold() else "others"


def main(words: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bench linkage")
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[11, 12])
    asked = parser.parse_args(words)
    print(f"thresholds {weights.thresholds()}")
    for seed in asked.seeds:
        found = records(asked.people, seed)
        added = ", ".join(f"{kind} {n}" for kind, n in sorted(Counter(r.added for r in found if r.added).items()))
        print(f"\nseed {seed}: {len(found)} records of {len({r.person for r in found})} persons; added: {added}")
        for policy in POLICIES:
            measure(Register(policy), found)


def measure(register: Register, found: list[Record]) -> None:
    began = time.process_time()
    for record in found:
        register.hear(record)
    each = (time.process_time() - began) / len(found) * 1e6
    print(f"  {register.policy:18} {figures(register, found)}, {each:.0f} µs a record")
    if register.policy == "rule":
        margins(register)


def figures(register: Register, found: list[Record]) -> str:
    """Precision and recall over pairs of records, wrong joins by kind, doubts that were right."""
    pairs, reviewed = joined_pairs(register.wholes), joined_pairs(after_review(register))
    true = sum(n * (n - 1) // 2 for n in Counter(record.person for record in found).values())
    wrong = ", ".join(f"{kind} {n}" for kind, n in sorted(register.wrong.items())) or "none"
    mixed = sum(len(whole) > 1 for whole in register.wholes)
    return (
        f"precision {pairs[True] / sum(pairs.values()):.5f}, recall {pairs[True] / true:.5f} "
        f"({reviewed[True] / true:.5f} when the right doubts are joined), "
        f"books {len(register.wholes)}, mixed {mixed}, wrong joins: {wrong}; "
        f"doubts {sum(register.doubts.values())} (right {register.doubts[True]})"
    )


def joined_pairs(wholes: list[Counter[int]]) -> dict[bool, int]:
    """Pairs of records in one book, by whether they are of one person."""
    pairs = {True: 0, False: 0}
    for whole in wholes:
        same = sum(n * (n - 1) // 2 for n in whole.values())
        pairs[True] += same
        pairs[False] += sum(whole.values()) * (sum(whole.values()) - 1) // 2 - same
    return pairs


def after_review(register: Register) -> list[Counter[int]]:
    """The books as they would be if somebody joined every doubt that is right."""
    into = list(range(len(register.wholes)))
    for older, newer in register.right_doubts:
        into[top(into, newer)] = top(into, older)
    wholes: dict[int, Counter[int]] = defaultdict(Counter)
    for book, whole in enumerate(register.wholes):
        wholes[top(into, book)].update(whole)
    return list(wholes.values())


def top(into: list[int], book: int) -> int:
    while into[book] != book:
        book = into[book]
    return book


def margins(register: Register) -> None:
    """Where right and wrong pairs stand among those without a rule against them: what thresholds are chosen by."""
    for least in range(0, 75, 5):
        right = sum(1 for total, verdict, is_right in register.pairs if is_right and total >= least)
        wrong = sum(1 for total, verdict, is_right in register.pairs if not is_right and total >= least)
        bare = sum(1 for total, verdict, ok in register.pairs if not ok and total >= least and verdict != "apart")
        print(f"    from {least:2} bits: right {right:6}, wrong {wrong:6}, of them not held apart by a rule {bare:6}")
    worst = max(register.compared, default=0)
    print(f"    candidates a record: mean {sum(register.compared) / max(len(register.compared), 1):.1f}, most {worst}")
