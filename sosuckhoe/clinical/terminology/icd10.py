"""ICD-10 of Vietnam as a tree: chapter → block → category → subcategory, with the rules of coding as properties.

https://terminology.hl7.org/ICD.html; QĐ 4469/QĐ-BYT of 28 October 2020.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path

from sosuckhoe.base import facts
from sosuckhoe.clinical import coding
from sosuckhoe.clinical.terminology.system import About, CodeSystem, Concept, build

_DATA = Path(__file__).parent / "data"
_CATEGORY = 3
_SUBCATEGORY = 5

ABOUT = About(
    coding.ICD10,
    "2020-10-28",
    "ICD10VN",
    "ICD-10 Việt Nam / ICD-10 of Vietnam",
    languages=("vi", "en"),
    source="QĐ 4469/QĐ-BYT (28/10/2020)",
    valid_from="2020-10-28",
)


def system() -> CodeSystem:
    """The list with its chapters and blocks, which are not to be chosen."""
    return build(ABOUT, _concepts(), _rules())


def _concepts() -> Iterator[Concept]:
    """Chapters in the order of the book; below each its blocks, categories and subcategories in the order of codes."""
    blocks = list(facts.rows(_DATA / "icd10_vn_blocks.csv"))
    terms = _terms()
    categories = sorted(terms)
    below: dict[str, list[list[str]]] = {}
    for block in blocks:
        below.setdefault(block[1], []).append(block)
    for chapter in below[""]:
        yield Concept(chapter[0], (chapter[3], chapter[4]), 0, "a")
        for block in below[chapter[0]]:
            yield from _block(block, 1, below, categories, terms)


def _block(
    block: list[str],
    depth: int,
    below: dict[str, list[list[str]]],
    categories: list[str],
    terms: dict[str, list[Concept]],
) -> Iterator[Concept]:
    yield Concept(block[0], (block[3], block[4]), depth, "a")
    inner = below.get(block[0], [])
    for one in inner:
        yield from _block(one, depth + 1, below, categories, terms)
    taken = {category for one in inner for category in _within(one[2], categories)}
    for category in _within(block[2], categories):
        if category not in taken:
            yield from (term._replace(depth=term.depth + depth + 1) for term in terms[category])


def _within(span: str, categories: list[str]) -> list[str]:
    first, _, last = span.partition("-")
    return [one for one in categories[: bisect_right(categories, last or first)] if one >= first]


def _terms() -> dict[str, list[Concept]]:
    """Category → itself and what stands below it, in the order of codes, depth counted from the category."""
    found: dict[str, list[Concept]] = {}
    for code, vi, en in sorted(facts.rows(coding.DATA / "icd10_vn.csv")):
        depth = (len(code) > _CATEGORY) + (len(code) > _SUBCATEGORY)
        found.setdefault(code[:_CATEGORY], []).append(Concept(code, (vi, en), depth))
    return found


def _rules() -> dict[str, dict[str, bool]]:
    """Rule of coding → code → true, for the very codes that the annex lists."""
    return {rule: dict.fromkeys(codes.split(), True) for rule, codes in facts.rows(_DATA / "icd10_vn_rules.csv")}
