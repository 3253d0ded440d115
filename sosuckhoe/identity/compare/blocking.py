"""Small keys by which records that may be one person find each other in a B-tree. Pure.

A pair is compared when it shares one of: all words of the name and the year of birth; all words and the day and
month; birth date, sex and given name; birth date and commune; all words and the telephone; an insurance or identity
number, also the one inside a child's card. Day and month are unordered, words too, so that a swap of either still
meets. They are keyed: who reads the table cannot try names and numbers.
"""

from __future__ import annotations

from collections.abc import Iterator

from sosuckhoe.base import blinding
from sosuckhoe.identity.claim import Claim
from sosuckhoe.identity.compare.levels import communes_now, digits, in_child_card, is_vague
from sosuckhoe.identity.compare.names import spelling

_MOST_COMMUNES = 4
_SHARED_SYSTEMS = frozenset({"cccd", "cmnd", "bhxh", "temp_child", "passport"})


def keys(claim: Claim) -> frozenset[int]:
    """The keys of a claim: signed 64-bit digests, as an int8 column holds them. At most a dozen."""
    return frozenset(_digest(text) for text in _texts(claim))


def _texts(claim: Claim) -> Iterator[str]:
    name = spelling(claim.name)
    words, year = " ".join(sorted(name.bare)), claim.birth[:4]
    if words and year:
        yield f"name year|{words}|{year}"
    if not is_vague(claim.birth):
        yield from _by_day(claim, words, name.given)
    if words and (phone := digits(claim.phone)):
        yield f"name phone|{words}|{phone}"
    for system, value in claim.identifiers:
        if system in _SHARED_SYSTEMS:
            yield f"number|{system}|{value}"
    for number in in_child_card(claim):
        yield f"number|bhxh|{number}"


def _by_day(claim: Claim, words: str, given: str) -> Iterator[str]:
    month_day = "-".join(sorted((claim.birth[5:7], claim.birth[8:])))
    date = f"{claim.birth[:4]}-{month_day}"
    if words:
        yield f"name day|{words}|{month_day}"
        yield f"day given|{date}|{claim.sex}|{given}"
    for commune in communes_now(claim)[:_MOST_COMMUNES]:
        yield f"day home|{date}|{commune}"


def _digest(text: str) -> int:
    return int.from_bytes(blinding.short("identity block", text.encode()), "big", signed=True)
