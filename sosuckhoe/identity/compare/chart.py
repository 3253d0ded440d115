"""A decision in words, line by line, ready for a waterfall chart: what each field added to the sum. Pure."""

from __future__ import annotations

from typing import NamedTuple

from sosuckhoe.identity.compare import weights
from sosuckhoe.identity.compare.levels import UNKNOWN
from sosuckhoe.identity.compare.score import Decision, Part


class Line(NamedTuple):
    """One bar: from the sum before it to the sum after it, in bits, with its words."""

    field: str
    level: str
    weight: float
    before: float
    after: float
    vi: str
    en: str


class Explanation(NamedTuple):
    """A chart: its bars, the two thresholds to draw, the verdict, and the rule that decided ('' for none)."""

    lines: tuple[Line, ...]
    total: float
    link: float
    doubt: float
    verdict: str
    rule_vi: str
    rule_en: str


def explain(decision: Decision) -> Explanation:
    """The chart of a decision. Every part has its line, also what is not told; the last one ends at the total."""
    lines: list[Line] = []
    for part in decision.parts:
        before = lines[-1].after if lines else 0.0
        lines.append(_line(part, before))
    rule = weights.rules().get(decision.rule)
    return Explanation(
        tuple(lines),
        decision.total,
        *weights.thresholds(),
        decision.verdict,
        rule.vi if rule else "",
        rule.en if rule else "",
    )


def _line(part: Part, before: float) -> Line:
    told = weights.comparison()
    field = told["fields"][part.field]
    words = told["unknown"] if part.level == UNKNOWN else field["levels"][part.level]
    after = round(before + part.weight, 3)
    return Line(
        part.field,
        part.level,
        part.weight,
        before,
        after,
        f"{field['vi']}: {words['vi']}",
        f"{field['en']}: {words['en']}",
    )
