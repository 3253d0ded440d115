"""What kind of number it is: identity papers and insurance cards, by their shape alone. Pure.

Shapes and FHIR systems stand in `data/identifier_systems.yaml`. A number of no known shape is `None`: it is
kept with the episode that named it, and joins nobody to anybody.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sosuckhoe.base import facts
from sosuckhoe.identity.claim import Identifier

_NOISE = str.maketrans("", "", " \t\r\n.-\u00a0\u200b")
_CCCD_DIGITS = 12
_REPEATED = re.compile(r"(.)\1*")
_CHILD_CARD = "TE1"
_SOCIAL_INSURANCE = slice(5, 15)


class System(NamedTuple):
    """A kind of number: its FHIR system and v2-0203 type, its names, its shape, and whether a facility scopes it."""

    uri: str
    type: str
    vi: str
    en: str
    pattern: re.Pattern[str]
    scoped: bool


@cache
def systems() -> dict[str, System]:
    """Every kind of number by its key."""
    entries = facts.read_yaml(Path(__file__).parent / "data" / "identifier_systems.yaml")["systems"]
    return {
        key: System(
            entry["uri"],
            entry["type"],
            entry["vi"],
            entry["en"],
            re.compile(entry["pattern"]),
            bool(entry.get("scoped")),
        )
        for key, entry in entries.items()
    }


def identity_paper(text: str) -> Identifier | None:
    """The number of a CCCD (12 digits), CMND (9 digits) or passport, as SO_CCCD holds one of them.

    Every CCCD begins with a zero; a table that took it for an amount has lost it.
    """
    number = text.translate(_NOISE)
    lost = len(number) == _CCCD_DIGITS - 1 and number.isascii() and number.isdigit()
    return _first(f"0{number}" if lost else text, ("cccd", "cmnd", "passport"))


def insurance_card(text: str) -> tuple[Identifier, ...]:
    """What one insurance card proves: its own number, and the holder's social insurance number inside it.

    Cards since 2021 show the ten digits alone. A child's card (TE1…) may be a temporary one: then its last ten
    digits are no social insurance number, and the same card may have been given on a paper as MA_THE_TAM.
    """
    card = _first(text, ("bhyt", "bhxh"))
    if card is None:
        return ()
    if card.system == "bhxh":
        return (card,)
    if card.value.startswith(_CHILD_CARD):
        return (card, Identifier("temp_child", card.value))
    number = social_insurance_number(card.value[_SOCIAL_INSURANCE])
    return (card, number) if number else (card,)


def temporary_card(text: str) -> Identifier | None:
    """The temporary card of a child who has none yet (MA_THE_TAM)."""
    return _first(text, ("temp_child",))


def social_insurance_number(text: str) -> Identifier | None:
    """A social insurance number (MA_BHXH, MA_TTDV …): ten digits."""
    return _first(text, ("bhxh",))


def patient_number(facility: str, text: str) -> Identifier | None:
    """A facility's own number of a patient (MA_BN), unique together with the facility."""
    number = " ".join(text.split())
    return Identifier("facility", f"{facility}/{number}") if facility and number else None


def split_scope(identifier: Identifier) -> tuple[str, str]:
    """The facility that a scoped number belongs to ('' for others), and the number itself."""
    if not systems()[identifier.system].scoped:
        return "", identifier.value
    facility, _, number = identifier.value.partition("/")
    return facility, number


def is_filler(number: str) -> bool:
    """Whether it only fills a field that must not be empty: a row of one digit (000000000000) is nobody's number."""
    return _REPEATED.fullmatch(number) is not None


def _first(text: str, kinds: tuple[str, ...]) -> Identifier | None:
    """The first kind whose shape the number has."""
    number = text.translate(_NOISE).upper()
    if not number.isascii() or is_filler(number):
        return None
    known = systems()
    return next((Identifier(kind, number) for kind in kinds if known[kind].pattern.fullmatch(number)), None)
