"""The normal forms of a name as a row of the bulk job. Pure."""

from __future__ import annotations

from typing import Any

from sosuckhoe.identity.compare.names import Spelling, drops, is_placeholder, is_syllable, spelling
from sosuckhoe.identity.compare.pattern import rarity_of

SPELT = (
    "name varchar, marked varchar, bare varchar, sorted varchar, drops varchar, family varchar, given varchar, "
    "has_marks boolean, bits tinyint, is_word boolean, is_placeholder boolean"
)


def spelt(name: str) -> list[Any]:
    """The normal forms of a name, in the order of SPELT."""
    told = spelling(name)
    bare = " ".join(told.bare)
    words = " ".join(sorted(told.bare))
    return [name, " ".join(told.marked), bare, words, _drops(told), told.family, told.given, told.has_marks,
            rarity_of(told), is_syllable(told.given), is_placeholder(name)]  # fmt: skip


def _drops(told: Spelling) -> str:
    """The name as they tell it who leave out a middle word, between bars."""
    rest = sorted(" ".join(words) for words in drops(told))
    return f"|{'|'.join(rest)}|" if rest else ""
