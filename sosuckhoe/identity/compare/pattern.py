"""What a decision hangs on, as small numbers: equal patterns are decided equally. Pure.

A pattern is each field's place among its levels in `data/comparison.yaml` (`unknown` stands last), then how telling
the shared name is, whether a generation lies between the births, and whether a citizen number cannot be theirs.
`bulk/compare.sql` makes the same numbers; a test compares them.
"""

from __future__ import annotations

from functools import cache
from math import log2
from typing import NamedTuple

from sosuckhoe.identity.claim import Claim
from sosuckhoe.identity.compare import paper, weights
from sosuckhoe.identity.compare.levels import FIELDS, GENERATION_YEARS, UNKNOWN
from sosuckhoe.identity.compare.names import Spelling, spelling

EXTRA = ("rarity", "generation", "foreign_number")
COLUMNS = (*FIELDS, *EXTRA)
_ONE_NAME = frozenset({"exact", "unmarked", "swapped", "dropped", "slip", "marks", "inner", "letter"})
_MOST_RARITY = 15
_BITS_A_STEP = 2
_RAREST_WORD = 12.0
_RADIX = 16


class Pattern(NamedTuple):
    """`places` in the order of FIELDS; `rarity` in steps of two bits, 0 to 15."""

    places: tuple[int, ...]
    rarity: int
    generation: bool
    foreign_number: bool

    @property
    def levels(self) -> dict[str, str]:
        """The level of each field by name."""
        return {field: order()[field][place] for field, place in zip(FIELDS, self.places, strict=True)}


def pattern(one: Claim, other: Claim) -> Pattern:
    """The pattern of two claims; symmetrical."""
    places = tuple([_place_of()[field][level(one, other)] for field, level in FIELDS.items()])
    is_one_name = order()["name"][places[0]] in _ONE_NAME
    rarity = min(rarity_of(spelling(one.name)), rarity_of(spelling(other.name))) if is_one_name else 0
    generation = _years_apart(one.birth, other.birth) >= GENERATION_YEARS
    foreign = paper.has_foreign_number(one) or paper.has_foreign_number(other)
    return Pattern(places, rarity, generation, foreign)


@cache
def order() -> dict[str, tuple[str, ...]]:
    """The levels of each field from most to least alike, `unknown` behind them."""
    return {field: (*entry["levels"], UNKNOWN) for field, entry in weights.comparison()["fields"].items()}


@cache
def _place_of() -> dict[str, dict[str, int]]:
    return {field: {level: place for place, level in enumerate(levels)} for field, levels in order().items()}


def rarity_of(name: Spelling) -> int:
    """How much is told by sharing this name, in steps of two bits, 0 to 15: the rarer its words, the more."""
    shares = weights.words()
    told = (min(_RAREST_WORD, -log2(shares[word])) if word in shares else _RAREST_WORD for word in name.bare)
    return min(_MOST_RARITY, int(sum(told)) // _BITS_A_STEP)


def unpack(packed: int) -> Pattern:
    """The pattern of the number that `bulk/compare.sql` made: four bits a column, the first the lowest."""
    told = [packed >> 4 * place & _RADIX - 1 for place in range(len(COLUMNS))]
    return Pattern(tuple(told[: len(FIELDS)]), told[-3], bool(told[-2]), bool(told[-1]))


def packed_sql() -> str:
    """The SQL that packs the columns of a comparison into one number, as `unpack` reads it."""
    return " + ".join(f"cast({column} as bigint) * {_RADIX**place}" for place, column in enumerate(COLUMNS))


def _years_apart(one: str, other: str) -> int:
    years = one[:4], other[:4]
    return abs(int(years[0]) - int(years[1])) if all(year.isdigit() for year in years) else 0
