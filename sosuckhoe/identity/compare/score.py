"""Whether two claims mean one person, and why: rules first, then the sum of what each field is worth. Pure."""

from __future__ import annotations

from typing import NamedTuple

from sosuckhoe.identity.claim import Claim
from sosuckhoe.identity.compare import paper, weights
from sosuckhoe.identity.compare.levels import FIELDS, UNKNOWN
from sosuckhoe.identity.compare.names import spelling

LINK, DOUBT, APART = "link", "doubt", "apart"
VERDICTS = (LINK, DOUBT, APART)
_GENERATION_YEARS = 12
_ONE_NAME = frozenset({"exact", "unmarked", "swapped", "dropped", "slip"})
_SAME_FAMILY_NAME = frozenset({"unmarked", "exact", "marks", "dropped", "middle", "family"})
_ONE_BIRTH = frozenset({"exact", "year", "swapped", "slip"})


class Part(NamedTuple):
    """What one field adds: its level and its weight in bits. It holds no value of a record."""

    field: str
    level: str
    weight: float


class Decision(NamedTuple):
    """`verdict` is link, doubt or apart; `rule` is the rule that came before the weights, or empty."""

    total: float
    parts: tuple[Part, ...]
    verdict: str
    rule: str


def score(one: Claim, other: Claim) -> Decision:
    """Compare two claims. Symmetrical; `total` is the sum of the parts, also where a rule decides."""
    levels = {field: level(one, other) for field, level in FIELDS.items()}
    parts = tuple(Part(field, level, _weight(field, level, one, other)) for field, level in levels.items())
    total = round(sum(part.weight for part in parts), 3)
    rule = broken_rule(levels, one, other)
    return Decision(total, parts, _verdict(total, parts, rule), rule)


def _weight(field: str, level: str, one: Claim, other: Claim) -> float:
    worth = weights.weights()[field][level]
    if field == "name" and level in _SAME_FAMILY_NAME:
        family = spelling(one.name).family
        return worth + weights.family_bits(family) if family == spelling(other.name).family else worth
    return worth


def _verdict(total: float, parts: tuple[Part, ...], rule: str) -> str:
    """A telephone never makes two records one: what it adds counts for a doubt, not for a link."""
    limits = weights.thresholds()
    if rule and weights.rules()[rule].verdict == APART:
        return APART
    without_phone = total - max(0.0, *(part.weight for part in parts if part.field == "phone"))
    if without_phone >= limits.link and not rule:
        return LINK
    return DOUBT if total >= limits.doubt else APART


def broken_rule(levels: dict[str, str], one: Claim, other: Claim) -> str:
    """The first rule of `data/comparison.yaml` that speaks against one person; empty when none does."""
    told = {
        "two_citizen_numbers": levels["cccd"] == "differ",
        "generations": _years_apart(one.birth, other.birth) >= _GENERATION_YEARS and levels["birth"] != "slip",
        "twins": _may_be_twins(levels),
        "foreign_number": levels["cccd"] == "not_theirs"
        or paper.has_foreign_number(one)
        or paper.has_foreign_number(other),
        "other_name": levels["name"] not in _ONE_NAME and levels["cccd"] != "agree",
        "one_letter": levels["name"] == "slip" and "agree" not in {levels["cccd"], levels["card"], levels["cmnd"]},
        "other_birth": levels["birth"] not in _ONE_BIRTH | {UNKNOWN},
        "no_birth": levels["birth"] == UNKNOWN,
    }
    return next((rule for rule in weights.rules() if told[rule]), "")


def _years_apart(one: str, other: str) -> int:
    years = one[:4], other[:4]
    return abs(int(years[0]) - int(years[1])) if all(year.isdigit() for year in years) else 0


def _may_be_twins(levels: dict[str, str]) -> bool:
    """Born on one day into one family, and not the same name: without a shared citizen number they are two."""
    one_home = levels["address"] == "commune" or "agree" in {levels["phone"], levels["mother"], levels["card"]}
    other_name = levels["name"] in {"middle", "family"}
    return levels["birth"] == "exact" and one_home and other_name and levels["cccd"] != "agree"
