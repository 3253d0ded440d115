"""What is known of a person: the best word on each point, from all that sources have claimed. Pure."""

from __future__ import annotations

from dataclasses import fields, replace

from sosuckhoe.base.text import fold
from sosuckhoe.identity.claim import Claim

_DESCRIBING = tuple(f.name for f in fields(Claim) if f.name not in {"name", "birth", "identifiers", "extra"})


def join(known: Claim, claim: Claim, *, newer: bool) -> Claim:
    """What is known after hearing one more claim on the same person.

    Numbers add up. A name with its marks is better than one without, a fuller birth date than a year. Of
    the rest the newer word counts, and silence never erases.
    """
    described = {
        field: getattr(claim, field)
        for field in _DESCRIBING
        if getattr(claim, field) and (newer or not getattr(known, field))
    }
    numbers = dict.fromkeys((*known.identifiers, *claim.identifiers))
    return replace(
        known,
        **described,
        name=_better_name(known.name, claim.name),
        birth=claim.birth if _is_fuller(claim.birth, known.birth) else known.birth,
        identifiers=tuple(numbers),
    )


def _better_name(known: str, heard: str) -> str:
    """The one with more of its marks; of equals the one that is known."""
    return heard if _marks(heard) > _marks(known) else known


def _marks(name: str) -> tuple[bool, int, bool]:
    """How well a name is written: with marks, how many words, not in capitals."""
    has_marks = fold(name) != " ".join(name.lower().split())
    return has_marks, len(name.split()), not name.isupper()


def _is_fuller(heard: str, known: str) -> bool:
    return len(heard) > len(known) and heard.startswith(known)
