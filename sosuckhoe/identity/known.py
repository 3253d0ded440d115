"""What is known of a person: the best word on each point, from all that sources have claimed. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields, replace

from sosuckhoe.base.text import fold
from sosuckhoe.identity.claim import Claim
from sosuckhoe.identity.compare import levels
from sosuckhoe.identity.compare.names import is_placeholder, spelling

_DESCRIBING = tuple(f.name for f in fields(Claim) if f.name not in {"name", "birth", "identifiers", "extra"})

_COMPARED = ("birth", "sex", "mother")
_OF_FACILITY = "facility"

SETTLED = "settled"
"""The key of `Claim.extra` that names the settled fields, with spaces between them."""

TOLD = "told"
"""The key of `Claim.extra` that says when each point was told, as 'point=moment' pairs (dated.py)."""


def join(known: Claim, claim: Claim, *, newer: bool) -> Claim:
    """What is known after hearing one more claim on the same person.

    Numbers add up. A name with its marks is better than one without, a fuller birth date than a year. Of
    the rest the newer word counts, and silence never erases. What is settled stays as it is.
    """
    settled = settled_in(known)
    described = {
        field: getattr(claim, field)
        for field in _DESCRIBING
        if getattr(claim, field) and (newer or not getattr(known, field)) and field not in settled
    }
    numbers = dict.fromkeys((*known.identifiers, *claim.identifiers))
    return replace(
        known,
        **described,
        name=known.name if "name" in settled else _better_name(known.name, claim.name),
        birth=claim.birth if "birth" not in settled and _is_fuller(claim.birth, known.birth) else known.birth,
        identifiers=tuple(numbers),
        extra=_joined_extra(known.extra, claim.extra, settled, newer=newer),
    )


def settled_in(known: Claim) -> frozenset[str]:
    """The fields that the population register confirmed, or that somebody decided: later files do not change them."""
    return frozenset(known.extra.get(SETTLED, "").split())


def settle(known: Claim, fields: Iterable[str]) -> Claim:
    """The same with these fields settled too."""
    settled = sorted({*settled_in(known), *fields})
    return replace(known, extra={**known.extra, SETTLED: " ".join(settled)}) if settled else known


def tells_more(before: Claim, after: Claim) -> bool:
    """Whether anything has changed that a comparison of two persons reads (compare/levels.py)."""
    return _compared(before) != _compared(after)


def _compared(claim: Claim) -> tuple[object, ...]:
    """A facility's own number is left out: only a record that bears the same one too finds a person by it."""
    told = tuple(getattr(claim, field) for field in _COMPARED)
    home = (levels.communes_now(claim), levels.province_now(claim))
    numbers = frozenset(number for number in claim.identifiers if number.system != _OF_FACILITY)
    mother_name = claim.extra.get("mother_name", "")
    return (spelling(claim.name), *told, levels.digits(claim.phone), home, numbers, mother_name)


def _joined_extra(
    known: Mapping[str, str], heard: Mapping[str, str], settled: Collection[str], *, newer: bool
) -> dict[str, str]:
    """Key by key as for the rest; which fields are settled is not for a source to say."""
    told = {key: value for key, value in heard.items() if value and key not in {SETTLED, TOLD} and key not in settled}
    kept = {key: value for key, value in known.items() if value or key not in told}
    return {**kept, **told} if newer else {**told, **kept}


def _better_name(known: str, heard: str) -> str:
    """The child's own rather than 'CB' and the mother's; the one with more of its marks; of equals the one known."""
    if is_placeholder(known) != is_placeholder(heard):
        return heard if is_placeholder(known) else known
    return heard if marks(heard) > marks(known) else known


def marks(name: str) -> tuple[bool, int, bool]:
    """How well a name is written: with marks, how many words, not in capitals."""
    has_marks = fold(name) != " ".join(name.lower().split())
    return has_marks, len(name.split()), not name.isupper()


def _is_fuller(heard: str, known: str) -> bool:
    return len(heard) > len(known) and heard.startswith(known)
