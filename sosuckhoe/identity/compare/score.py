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
_ONE_NAME = frozenset({"exact", "unmarked", "swapped", "dropped", "slip", "inner", "letter"})
_SAME_WORDS = frozenset({"exact", "unmarked"})
_WRITTEN_OTHERWISE = _ONE_NAME - {"inner", "letter"}
_ONE_BIRTH = frozenset({"exact", "year", "swapped", "slip", "part"})
_NEAR_BIRTH = frozenset({"year", "swapped", "slip", "part"})
_RARE_NAME = 9
"""Steps of two bits: of half a million people one has such a name; some three hundred are born in a commune a year."""
_AGREE = frozenset({"agree", "child"})
_NUMBERS = frozenset({"cccd", "card", "cmnd", "passport", "newborn", "facility"})


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

    @property
    def levels(self) -> dict[str, str]:
        """The level of each field by name."""
        return {part.field: part.level for part in self.parts}

    @property
    def shares_number(self) -> bool:
        """Whether a number that one person has is shared: without it a link is one of likeness alone."""
        return any(part.field in _NUMBERS and part.level in _AGREE for part in self.parts)

    @property
    def may_be_newborn(self) -> bool:
        """Whether one may be the other before it had a name: born that day, in that home; twins are not told apart."""
        levels = self.levels
        same = (levels["birth"], levels["sex"], levels["address"]) == ("exact", "agree", "commune")
        return self.rule == "unnamed" and same

    @property
    def may_be_newborn_of_home(self) -> bool:
        """The same, and of one telephone: whom nobody else of that day may be meant beside."""
        return self.may_be_newborn and self.has_one_telephone

    @property
    def has_one_telephone(self) -> bool:
        """Whether both tell one telephone, and no facility tells them apart."""
        return self.levels["phone"] == "agree" and self.levels["facility"] != "differ"


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
    enough = limits.doubt if _is_one_of_a_family(found.levels) else limits.link
    if not rule and _without_telephone(found, total) >= enough:
        return LINK
    return DOUBT if total >= limits.doubt else APART


def _is_one_of_a_family(levels: dict[str, str]) -> bool:
    """Whether whole name, birth date, sex and telephone agree: no two of a family share those, wherever they moved."""
    same = (levels["birth"], levels["sex"], levels["phone"]) == ("exact", "agree", "agree")
    return same and levels["name"] in _SAME_WORDS


def _without_telephone(found: Pattern, total: float) -> float:
    """Families share a telephone: what it adds counts for a link only where one name and the birth date agree."""
    levels = found.levels
    if levels["phone"] != "agree" or (levels["name"] in _WRITTEN_OTHERWISE and levels["birth"] == "exact"):
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
        "unnamed": levels["name"] == "unnamed" and not _is_named_since(levels),
        "other_name": _is_other_name(levels),
        "one_letter": levels["name"] in {"letter", "inner"} and not _shares_own_number(levels),
        "other_card": levels["card"] == "differ" and not _is_sure_without_card(levels),
        "unsure_birth": levels["birth"] in _NEAR_BIRTH and not _is_surely_one_home(found),
        "other_birth": levels["birth"] not in _ONE_BIRTH | {UNKNOWN} and not _is_one_year(levels),
        "no_birth": levels["birth"] == UNKNOWN,
    }
    return next((rule for rule in weights.rules() if told[rule]), "")


def _is_other_name(levels: dict[str, str]) -> bool:
    if levels["cccd"] == "agree" or _is_named_since(levels):
        return False
    is_marks = levels["name"] == "marks" and levels["birth"] == "exact" and _shares_own_number(levels)
    return levels["name"] not in _ONE_NAME and not is_marks


def _shares_own_number(levels: dict[str, str]) -> bool:
    return any(levels[field] in _AGREE for field in ("cccd", "card", "cmnd"))


def _is_sure_without_card(levels: dict[str, str]) -> bool:
    """Whether two insurance numbers are one person's: an identity number, or whole name, birth date and telephone."""
    same = levels["name"] in _SAME_WORDS and levels["birth"] == "exact" and levels["phone"] == "agree"
    return same or "agree" in {levels["cccd"], levels["cmnd"]}


def _is_one_year(levels: dict[str, str]) -> bool:
    """Whether name, year and a number of their own agree, though the day is another; or name and two numbers."""
    year_agrees = levels["birth"] == "same_year" and _shares_own_number(levels)
    return levels["name"] in _ONE_NAME and (year_agrees or _shares_two_numbers(levels))


def _shares_two_numbers(levels: dict[str, str]) -> bool:
    return levels["cccd"] in {"agree", "shared"} and levels["card"] in _AGREE


def _is_surely_one_home(found: Pattern) -> bool:
    """Whether more than a nearly equal date speaks for them: a number of their own, or whole name and home.

    In one commune some three hundred people are born a year, so a common name and a year meet by chance; with one
    telephone, or a rare name, they do not.
    """
    levels = found.levels
    tells = levels["phone"] == "agree" or (found.rarity >= _RARE_NAME and levels["phone"] != "differ")
    at_home = levels["name"] in _SAME_WORDS and levels["address"] == "commune" and tells
    shares = levels["name"] in _SAME_WORDS and levels["cccd"] == "shared"
    return (
        at_home
        or shares
        or _shares_own_number(levels)
        or "agree" in {levels[f] for f in ("facility", "newborn", "passport")}
    )


def _is_sure_without_it(levels: dict[str, str]) -> bool:
    """Whether a number that does not fit changes nothing.

    Name, birth date and sex agree (a child with a parent's number), or a number is shared and a date or sex is a slip.
    """
    shares = levels["cccd"] == "shared" or levels["card"] in _AGREE
    near = levels["birth"] in _ONE_BIRTH or _shares_two_numbers(levels)
    if shares and levels["name"] in _ONE_NAME and near:
        return True
    at_home = levels["address"] == "commune" and levels["phone"] == "agree"
    return (
        levels["name"] in (_WRITTEN_OTHERWISE if at_home else _SAME_WORDS)
        and levels["birth"] == "exact"
        and levels["sex"] != "differ"
    )


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
    other_name = levels["name"] in {"unnamed", "family", "differ"}
    return other_name and levels["card"] == "child" and levels["birth"] == "exact" and levels["sex"] != "differ"
