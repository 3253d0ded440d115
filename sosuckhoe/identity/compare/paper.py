"""What the twelve digits of a CCCD tell of their owner: where registered, sex, year of birth. Pure.

NĐ 137/2015, TT 07/2016/TT-BCA: province (three digits, the 63 of the time of issue), century and sex, year, six digits.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from sosuckhoe.identity import places
from sosuckhoe.identity.claim import Claim

_DIGITS = 12
_CENTURY = 100


class Owner(NamedTuple):
    """Whom a number was made for. `province` is a code of the 63 provinces."""

    province: str
    sex: str
    year: int


@lru_cache(maxsize=65_536)
def owner(cccd: str) -> Owner | None:
    """What a number tells; None when it is not twelve digits of a province that there was."""
    if len(cccd) != _DIGITS or not (cccd.isascii() and cccd.isdigit()):
        return None
    province = cccd[1:3]
    if cccd[0] != "0" or places.province_now(province) is None:
        return None
    century, sex = divmod(int(cccd[3]), 2)
    return Owner(province, "female" if sex else "male", 1900 + century * _CENTURY + int(cccd[4:6]))


def is_theirs(cccd: str, claim: Claim) -> bool:
    """Whether a number may belong to whom a claim describes: the year of birth and the sex, as far as they are told."""
    made_for = owner(cccd)
    if made_for is None:
        return False
    told_year = claim.birth[:4]
    year_fits = not told_year.isdigit() or int(told_year) == made_for.year
    return year_fits and claim.sex in {made_for.sex, "unknown", "other", ""}


def own_numbers(claim: Claim) -> frozenset[str]:
    """The CCCD numbers of a claim that may be the person's own."""
    return frozenset(value for system, value in claim.identifiers if system == "cccd" and is_theirs(value, claim))


def has_foreign_number(claim: Claim) -> bool:
    """Whether a claim carries a CCCD and none that may be the person's own: a parent's number on a child's record."""
    numbers = [value for system, value in claim.identifiers if system == "cccd"]
    return bool(numbers) and not any(is_theirs(value, claim) for value in numbers)
