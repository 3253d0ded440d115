"""Whether two claims mean one person, and why: rules first, then the sum of what each field is worth. Pure."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from sosuckhoe.identity.claim import Claim
from sosuckhoe.identity.compare import trees, weights
from sosuckhoe.identity.compare.levels import FIELDS, UNKNOWN
from sosuckhoe.identity.compare.pattern import Pattern, order, pattern

LINK, DOUBT, APART = "link", "doubt", "apart"
VERDICTS = (LINK, DOUBT, APART)
_ONE_NAME = frozenset({"exact", "unmarked", "swapped", "dropped", "slip"})
_SAME_WORDS = frozenset({"exact", "unmarked"})
_ONE_BIRTH = frozenset({"exact", "year", "swapped", "slip"})
_AGREE = frozenset({"agree", "child"})


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
    return decide(pattern(one, other))


@lru_cache(maxsize=65_536)
def decide(found: Pattern) -> Decision:
    """The decision of a pattern: equal patterns are decided equally, one pair at a time or millions."""
    levels = found.levels
    parts = tuple(Part(field, levels[field], bits) for field, bits in _by_field(found).items())
    total = round(sum(part.weight for part in parts), 3)
    rule = broken_rule(found)
    return Decision(total, parts, _verdict(found, total, rule), rule)


def _by_field(found: Pattern) -> dict[str, float]:
    """What each field adds to what the fields before it have added, beginning with two who tell nothing."""
    told, before, added = _silent(), _bits(_silent()), {}
    for at, field in enumerate(FIELDS):
        told = told._replace(places=(*found.places[: at + 1], *told.places[at + 1 :]))
        if field == "name":
            told = told._replace(rarity=found.rarity)
        if field == "cccd":
            told = told._replace(foreign_number=found.foreign_number)
        after = _bits(told)
        added[field], before = round(after - before, 3), after
    return added


def _silent() -> Pattern:
    return Pattern(tuple(len(levels) - 1 for levels in order().values()), 0, generation=False, foreign_number=False)


@lru_cache(maxsize=65_536)
def _bits(found: Pattern) -> float:
    levels = found.levels
    assumed = sum(bits.get(levels[field], 0.0) for field, bits in weights.assumed().items())
    return trees.bits(trees.values(found)) + assumed


def _verdict(found: Pattern, total: float, rule: str) -> str:
    if rule and weights.rules()[rule].verdict == APART:
        return APART
    limits = weights.thresholds()
    if not rule and _without_telephone(found, total) >= limits.link:
        return LINK
    return DOUBT if total >= limits.doubt else APART


def _without_telephone(found: Pattern, total: float) -> float:
    """Families share a telephone: what it adds counts for a link only where the whole name and birth date agree."""
    levels = found.levels
    if levels["phone"] != "agree" or (levels["name"] in _SAME_WORDS and levels["birth"] == "exact"):
        return total
    at = list(FIELDS).index("phone")
    silent = (*found.places[:at], order()["phone"].index(UNKNOWN), *found.places[at + 1 :])
    return total + min(0.0, _bits(found._replace(places=silent)) - _bits(found))


def broken_rule(found: Pattern) -> str:
    """The first rule of `data/comparison.yaml` that speaks against one person; empty when none does."""
    levels = found.levels
    told = {
        "two_citizen_numbers": levels["cccd"] == "differ",
        "generations": found.generation and levels["birth"] != "slip",
        "twins": _may_be_twins(levels),
        "one_mother": _may_be_unnamed_twins(levels),
        "foreign_number": found.foreign_number and not _is_sure_without_it(levels),
        "other_name": levels["name"] not in _ONE_NAME and levels["cccd"] != "agree" and not _is_named_since(levels),
        "one_letter": levels["name"] in {"slip", "swapped"} and not _shares_own_number(levels),
        "other_card": levels["card"] == "differ" and not _is_sure_without_card(levels),
        "unsure_birth": levels["birth"] in {"year", "swapped", "slip"} and not _is_surely_one_home(levels),
        "other_birth": levels["birth"] not in _ONE_BIRTH | {UNKNOWN},
        "no_birth": levels["birth"] == UNKNOWN,
    }
    return next((rule for rule in weights.rules() if told[rule]), "")


def _shares_own_number(levels: dict[str, str]) -> bool:
    return any(levels[field] in _AGREE for field in ("cccd", "card", "cmnd"))


def _is_sure_without_card(levels: dict[str, str]) -> bool:
    """Whether two insurance numbers are one person's: an identity number, or whole name, birth date and telephone."""
    same = levels["name"] in _SAME_WORDS and levels["birth"] == "exact" and levels["phone"] == "agree"
    return same or "agree" in {levels["cccd"], levels["cmnd"]}


def _is_surely_one_home(levels: dict[str, str]) -> bool:
    """Whether more than a nearly equal date speaks for them: a number of their own, or whole name, home and telephone.

    In one commune some three hundred people are born a year, so a name and a year meet by chance.
    """
    at_home = levels["name"] in _SAME_WORDS and levels["address"] == "commune" and levels["phone"] == "agree"
    return at_home or _shares_own_number(levels) or "agree" in {levels[f] for f in ("facility", "newborn", "passport")}


def _is_sure_without_it(levels: dict[str, str]) -> bool:
    """Whether a number that does not fit changes nothing.

    Name, birth date and sex agree (a child with a parent's number), or the number is shared and one date is a slip.
    """
    if levels["cccd"] == "shared" and levels["name"] in _ONE_NAME and levels["birth"] in _ONE_BIRTH:
        return True
    return levels["name"] in _SAME_WORDS and levels["birth"] == "exact" and levels["sex"] != "differ"


def _may_be_unnamed_twins(levels: dict[str, str]) -> bool:
    """Two newborns of one mother, born on one day, who have nothing of their own that agrees."""
    own = {levels[field] for field in ("cccd", "card", "newborn", "facility")}
    return levels["mother"] == "agree" and not own & _AGREE


def _may_be_twins(levels: dict[str, str]) -> bool:
    """Born on one day into one family, and not the same name: without a shared citizen number they are two."""
    one_home = levels["address"] == "commune" or "agree" in {levels["phone"], levels["mother"], levels["card"]}
    other_name = levels["name"] in {"middle", "family"} and not _is_named_since(levels)
    return levels["birth"] == "exact" and one_home and other_name and levels["cccd"] != "agree"


def _is_named_since(levels: dict[str, str]) -> bool:
    """A child first under the mother's name, then under its own: born that day, one child's card."""
    other_name = levels["name"] in {"family", "differ"}
    return other_name and levels["card"] == "child" and levels["birth"] == "exact" and levels["sex"] != "differ"
