"""How alike two claims are in one field: the name of a level, from `data/comparison.yaml`. Pure and symmetric.

`unknown` means that one of the two says nothing: it proves nothing either way.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from sosuckhoe.identity import places
from sosuckhoe.identity.claim import Claim
from sosuckhoe.identity.compare import paper
from sosuckhoe.identity.compare.names import Spelling, drops, is_one_slip, is_placeholder, is_syllable, spelling

UNKNOWN = "unknown"
_FULL_DATE = 10
GENERATION_YEARS = 12
_CHILD_CARD = "TE1"
_LANDLINE = "02"
_MOST_LETTERS = 64
_SOCIAL_INSURANCE = slice(5, 15)
_NOT_DIGITS = re.compile(r"[^0-9]")


def name(one: Claim, other: Claim) -> str:
    """Names: from the same letters down to nothing in common."""
    mine, theirs = spelling(one.name), spelling(other.name)
    if not mine.bare or not theirs.bare:
        return UNKNOWN
    if mine.bare == theirs.bare:
        return _same_letters(mine, theirs)
    if is_unnamed(one) != is_unnamed(other):
        return "unnamed"
    if mine.bare in drops(theirs) or theirs.bare in drops(mine):
        return "dropped"
    return _written_otherwise(mine.bare, theirs.bare) or _share(mine, theirs)


def is_unnamed(claim: Claim) -> bool:
    """Whether a newborn stands under the mother's name: 'CB' before it, or the very name that is told of the mother."""
    mother = claim.extra.get("mother_name", "")
    return is_placeholder(claim.name) or (mother != "" and spelling(claim.name).bare == spelling(mother).bare)


def _written_otherwise(mine: tuple[str, ...], theirs: tuple[str, ...]) -> str:
    """How one name became two; empty when they are two names. Twins share the family name, which stands first."""
    if sorted(mine) == sorted(theirs):
        return "inner" if mine[0] == theirs[0] else "swapped"
    if not is_one_slip(" ".join(mine), " ".join(theirs)):
        return ""
    return "letter" if _are_two_given(mine[-1], theirs[-1]) else "slip"


def _are_two_given(one: str, other: str) -> bool:
    """Whether both given names may be meant: 'lan' and 'lam', but not 'lan' and 'lanm', which is no word."""
    return one != other and is_syllable(one) == is_syllable(other)


def _share(mine: Spelling, theirs: Spelling) -> str:
    if mine.family != theirs.family:
        return "differ"
    return "middle" if mine.given == theirs.given else "family"


def _same_letters(mine: Spelling, theirs: Spelling) -> str:
    if mine.marked == theirs.marked:
        return "exact"
    return "marks" if mine.has_marks and theirs.has_marks else "unmarked"


def birth(one: Claim, other: Claim) -> str:
    """Birth dates of any precision. The first of January often stands for some day of that year: it counts as that."""
    mine, theirs = one.birth, other.birth
    if not mine or not theirs:
        return UNKNOWN
    if is_vague(mine) or is_vague(theirs):
        return "year" if _may_be_one(mine, theirs) else "differ"
    if mine == theirs:
        return "exact"
    if mine[:4] == theirs[:4] and mine[5:7] == theirs[8:] and mine[8:] == theirs[5:7]:
        return "swapped"
    return _near_date(mine, theirs)


def _near_date(one: str, other: str) -> str:
    if is_one_slip(one.replace("-", ""), other.replace("-", "")):
        return "slip"
    if _two_parts_agree(one, other):
        return "part"
    return "same_year" if one[:4] == other[:4] else "differ"


def _two_parts_agree(one: str, other: str) -> bool:
    """Whether two of year, month and day agree; years not a generation apart."""
    if one[:4] == other[:4]:
        return one[5:7] == other[5:7] or one[8:] == other[8:]
    return one[5:] == other[5:] and abs(int(one[:4]) - int(other[:4])) < GENERATION_YEARS


def is_vague(date: str) -> bool:
    """Whether a date tells the year (or the month) alone."""
    return len(date) < _FULL_DATE or date.endswith("-01-01")


def _may_be_one(mine: str, theirs: str) -> bool:
    vague, fuller = sorted((_as_far_as_told(mine), _as_far_as_told(theirs)), key=len)
    return fuller.startswith(vague)


def _as_far_as_told(date: str) -> str:
    return date.removesuffix("-01-01")


def sex(one: Claim, other: Claim) -> str:
    """Administrative gender, as far as both tell it."""
    told = {"male", "female"}
    if one.sex not in told or other.sex not in told:
        return UNKNOWN
    return "agree" if one.sex == other.sex else "differ"


def cccd(one: Claim, other: Claim) -> str:
    """Citizen numbers. A shared one that cannot be somebody's own (a parent's on a child's record) proves little."""
    mine, theirs = numbers_of(one, "cccd"), numbers_of(other, "cccd")
    if not mine or not theirs:
        return UNKNOWN
    if not mine & theirs:
        return "differ" if paper.own_numbers(one) and paper.own_numbers(other) else "not_theirs"
    own = mine & theirs & paper.own_numbers(one) & paper.own_numbers(other)
    return "agree" if own else "shared"


def card(one: Claim, other: Claim) -> str:
    """Insurance: the card or the number in it; a child's card (TE1…), or the later number inside that.

    Two numbers of which one may be a slip of the other tell nothing.
    """
    mine, theirs = _cards(one), _cards(other)
    if mine.social & theirs.social or mine.grown & theirs.grown:
        return "agree"
    later = _inside(mine.child) & theirs.social or _inside(theirs.child) & mine.social
    if mine.temporary & theirs.temporary or mine.child & theirs.child or later:
        return "child"
    if not mine.social or not theirs.social:
        return UNKNOWN
    is_slip = any(is_one_slip(number, another) for number in mine.social for another in theirs.social)
    return UNKNOWN if is_slip else "differ"


class _Cards(NamedTuple):
    """What a claim tells of insurance: numbers, cards of grown people and of children, temporary cards."""

    social: set[str]
    grown: set[str]
    child: set[str]
    temporary: set[str]


def _cards(claim: Claim) -> _Cards:
    found = _Cards(set(), set(), set(), set())
    for system, value in claim.identifiers:
        if system == "bhxh":
            found.social.add(value)
        elif system == "bhyt":
            (found.child if value.startswith(_CHILD_CARD) else found.grown).add(value)
        elif system == "temp_child":
            found.temporary.add(value)
    return found


def in_child_card(claim: Claim) -> set[str]:
    """The last ten digits of a child's card: the later social insurance number, unless the card was temporary."""
    return _inside(_cards(claim).child)


def _inside(cards: set[str]) -> set[str]:
    return {card[_SOCIAL_INSURANCE] for card in cards}


def facility(one: Claim, other: Claim) -> str:
    """Patient numbers: two numbers of one facility differ, numbers of two facilities tell nothing."""
    mine, theirs = numbers_of(one, "facility"), numbers_of(other, "facility")
    if not mine or not theirs:
        return UNKNOWN
    if mine & theirs:
        return "agree"
    shared = {number.partition("/")[0] for number in mine} & {number.partition("/")[0] for number in theirs}
    return "differ" if shared else UNKNOWN


def number_level(system: str) -> Callable[[Claim, Claim], str]:
    """The level function of a kind of number that has no surprise."""

    def level(one: Claim, other: Claim) -> str:
        mine = numbers_of(one, system)
        theirs = numbers_of(other, system) if mine else mine
        if not theirs:
            return UNKNOWN
        return "agree" if mine & theirs else "differ"

    return level


def numbers_of(claim: Claim, system: str) -> frozenset[str]:
    """The values of one kind of number that a claim carries."""
    return frozenset([value for kind, value in claim.identifiers if kind == system])


def address(one: Claim, other: Claim) -> str:
    """Where they live, over the reform of July 2025: the same commune, another of the province, or neither.

    A province alone is too large to prove anything by agreeing.
    """
    mine, theirs = communes_now(one), communes_now(other)
    if mine and theirs and set(mine) & set(theirs):
        return "commune"
    homes = province_now(one), province_now(other)
    if all(homes) and homes[0] != homes[1]:
        return "differ"
    return "province" if mine and theirs else UNKNOWN


def communes_now(claim: Claim) -> tuple[str, ...]:
    """The commune's code since the reform; several when the old one was divided, none when it is not told."""
    return _communes_now(claim.commune, bool(claim.district)) if claim.commune else ()


@lru_cache(maxsize=16_384)
def _communes_now(commune: str, is_old: bool) -> tuple[str, ...]:  # noqa: FBT001 -- one caller
    return places.successors(commune) if is_old else (commune,)


def province_now(claim: Claim) -> str:
    """The province's code since the reform, or empty."""
    code = claim.province[-2:].strip()
    return (places.province_now(code) or "") if claim.district else code


def phone(one: Claim, other: Claim) -> str:
    """Telephones: families share them, so agreement is weak and a difference is nothing."""
    mine, theirs = digits(one.phone), digits(other.phone)
    if not mine or not theirs:
        return UNKNOWN
    return "agree" if mine == theirs else "differ"


def digits(written: str) -> str:
    """A telephone number in one form: '+84 91 234 5678' → '0912345678', and so a number whose zero a table has lost.

    Empty when it is too short for one, a place-holder (0900000000), or a landline (02…): that is a house's, or the
    clinic's own where the patient told none; and of a text longer than any number.
    """
    return _digits(written) if len(written) <= _MOST_LETTERS else ""


@lru_cache(maxsize=16_384)
def _digits(written: str) -> str:
    only = _NOT_DIGITS.sub("", written)
    national = f"0{only[2:]}" if only.startswith("84") and len(only) > _FULL_DATE else only
    whole = f"0{national}" if len(national) == _FULL_DATE - 1 and not national.startswith("0") else national
    is_own = len(whole) >= _FULL_DATE - 1 and set(whole) - set(whole[:2]) and not whole.startswith(_LANDLINE)
    return whole if is_own else ""


def mother(one: Claim, other: Claim) -> str:
    """The mother's number on a birth certificate or a child's record."""
    if one.mother is None or other.mother is None or one.mother.system != other.mother.system:
        return UNKNOWN
    return "agree" if one.mother.value == other.mother.value else "differ"


FIELDS: dict[str, Callable[[Claim, Claim], str]] = {
    "name": name,
    "birth": birth,
    "sex": sex,
    "cccd": cccd,
    "card": card,
    "cmnd": number_level("cmnd"),
    "passport": number_level("passport"),
    "newborn": number_level("newborn"),
    "facility": facility,
    "address": address,
    "mother": mother,
    "phone": phone,
}
"""Every field that is compared, in the order in which a decision tells them."""
