"""How well records are joined as they come, one after the other: by number, by likeness, and by what later ones tell.

python -m bench joining [--size 150000] [--seeds 31] [--mixture usual] [--dense] [--missed]

The last line is what the house does with hospitals' files: `find_or_create` for each record, then `bridging.settle`
for whomever it told more of. `--missed`: why true pairs are in two books, by what is known of both in the end.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from itertools import combinations

from bench import crowd
from bench.books import POLICIES, Register, measure, records
from bench.bridging import Bridged
from sosuckhoe.base import keyring
from sosuckhoe.identity import matching
from sosuckhoe.identity.compare import blocking, weights
from sosuckhoe.identity.compare.borrowed import told_of_others
from sosuckhoe.identity.compare.score import LINK, score


def main(words: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bench joining")
    parser.add_argument("--size", type=int, default=150_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[31])
    parser.add_argument("--mixture", default="usual")
    parser.add_argument("--dense", action="store_true")
    parser.add_argument("--missed", action="store_true")
    asked = parser.parse_args(words)
    keyring.hold(keyring.Ring({1: bytes(range(32))}, 1, bytes(range(32, 64))))
    print(f"thresholds {weights.thresholds()}")
    for seed in asked.seeds:
        found = records(crowd.Asked(asked.size, seed, asked.mixture, asked.dense))
        print(f"seed {seed}, {asked.mixture}: {len(found)} records of {len({r.person for r in found})} persons")
        for register in (*(Register(policy) for policy in POLICIES), Bridged("and settled")):
            measure(register, found)
            if isinstance(register, Bridged):
                register.tell()
            if asked.missed and register.policy != "number":
                print(f"    missed: {dict(missed(register).most_common())}")


def missed(register: Register) -> Counter[str]:
    """Pairs of records of one person in two books, by what keeps the books apart as they stand."""
    books = defaultdict(list)
    for book, whole in enumerate(register.wholes):
        for person in whole:
            books[person].append(book)
    found: Counter[str] = Counter()
    for person, theirs in books.items():
        for one, other in combinations(theirs, 2):
            pairs = register.wholes[one][person] * register.wholes[other][person]
            found[_why_two(register, one, other)] += pairs
    return found


def _why_two(register: Register, one: int, other: int) -> str:
    mine, theirs = (
        told_of_others(register.claims[book], register.named(register.claims[book])) for book in (one, other)
    )
    decision = score(mine, theirs)
    shared = set(mine.identifiers) & set(theirs.identifiers)
    if decision.verdict == LINK or any(matching.same_person(number.system, mine, theirs) for number in shared):
        return "one by now"
    if not blocking.keys(mine) & blocking.keys(theirs):
        return "no key shared"
    return f"rule {decision.rule}" if decision.rule else "below the threshold"
