"""What an answer of the insurer means: the card's state on a day, and where its word on the holder differs. Pure."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sosuckhoe.base import facts
from sosuckhoe.base.text import fold
from sosuckhoe.exchange.bhxh.messages import Answer, Ask
from sosuckhoe.identity.claim import Claim
from sosuckhoe.identity.matching import births_agree

VALID, PAPERS, RENEWED, REPLACED, ENDED = "valid", "papers", "renewed", "replaced", "ended"
UNKNOWN, MISMATCH, CHILD = "unknown", "mismatch", "child"
AWAY, REFUSED, SIGN_IN = "away", "refused", "sign-in"
OF_THE_CARD = frozenset({VALID, PAPERS, RENEWED, REPLACED, ENDED, UNKNOWN, MISMATCH, CHILD})
"""Meanings that say something of the card; the others say only that nothing was learnt."""

_SYSTEMS = ("bhyt", "temp_child", "bhxh", "cccd")
_CARD_DIGITS = 15
_YEAR_DIGITS = 4


class Result(NamedTuple):
    """What a result code means, and its sentence in both languages."""

    means: str
    vi: str
    en: str


class Card(NamedTuple):
    """A card as the insurer tells it on a day. `benefit` is the third sign of its number; days may be unknown."""

    number: str
    result: str
    state: str
    since: date | None
    until: date | None
    registered: str
    benefit: str
    five_years: date | None
    next_number: str
    next_since: date | None
    next_until: date | None


class Differing(NamedTuple):
    """Our word and the insurer's, by field; both empty when they agree."""

    ours: dict[str, str]
    theirs: dict[str, str]


@cache
def results() -> dict[str, Result]:
    """Every result code."""
    return {code: Result(**entry) for code, entry in _file()["results"].items()}


@cache
def night() -> dict[str, int]:
    """Which cards are asked about again at night."""
    return dict(_file()["night"])


def number_of(claim: Claim) -> tuple[str, str] | None:
    """The number by which the insurer is asked, and its kind: a card, else the social insurance or citizen number."""
    for system in _SYSTEMS:
        known = [number.value for number in claim.identifiers if number.system == system]
        if known:
            return system, known[-1]
    return None


def ask_of(number: str, claim: Claim) -> Ask:
    """The question about a person, without who asks."""
    year, *rest = claim.birth.split("-")
    birth = "/".join([*reversed(rest), year]) if len(rest) == 2 else year  # noqa: PLR2004 -- month and day
    return Ask(card=number, name=claim.name, birth=birth)


def is_about(answer: Answer, number: str) -> bool:
    """Whether an answer speaks of the card that was asked about; one without a number is taken for it."""
    return len(number) != _CARD_DIGITS or answer.card in {"", number}


def card_of(answer: Answer, number: str, on: date) -> Card:
    """The card on a day. One that the insurer calls valid and that has ended by its own date has ended."""
    state, until = results()[answer.result].means, day(answer.until)
    if state == VALID and until is not None and until < on:
        state = ENDED
    told = answer.card or number
    return Card(
        told,
        answer.result,
        state,
        day(answer.since),
        until,
        answer.registered,
        told[2:3] if len(told) == _CARD_DIGITS else "",
        day(answer.five_years),
        answer.next_card,
        day(answer.next_since),
        day(answer.next_until),
    )


def differing(claim: Claim, system: str, number: str, answer: Answer) -> Differing:
    """Where the insurer's word on the holder differs: name and birth date, or the number is somebody else's."""
    if results()[answer.result].means == MISMATCH:
        return Differing({system: number}, {system: MISMATCH})
    ours: dict[str, str] = {}
    theirs: dict[str, str] = {}
    if answer.name and claim.name and fold(answer.name) != fold(claim.name):
        ours["name"], theirs["name"] = claim.name, answer.name
    birth = birth_of(answer.birth)
    if birth and claim.birth and not births_agree(claim.birth, birth):
        ours["birth"], theirs["birth"] = claim.birth, birth
    return Differing(ours, theirs)


def birth_of(text: str) -> str:
    """A birth date as FHIR has it: '02/05/1961' → '1961-05-02', '1961' → '1961'; '' for what is none."""
    if len(text) == _YEAR_DIGITS and text.isascii() and text.isdigit():
        return text
    told = day(text)
    return told.isoformat() if told else ""


def day(text: str) -> date | None:
    """A day as the insurer writes it (dd/MM/yyyy, or ddMMyyyy); None for what is none."""
    digits = text.replace("/", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) == len("22112026")):
        return None
    try:
        return date(int(digits[4:]), int(digits[2:4]), int(digits[:2]))
    except ValueError:
        return None


def _file() -> dict[str, Any]:
    return facts.read_yaml(Path(__file__).parent / "data" / "results.yaml")
