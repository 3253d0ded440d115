"""Normal forms of Vietnamese names: one spelling for everything that hands, keyboards and dialects do to a name. Pure.

What was written is kept elsewhere; these forms only compare. `tests/spec/identity/test_names.py` is their table.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from sosuckhoe.base import facts
from sosuckhoe.base.text import fold

_DATA = Path(__file__).parents[1] / "data"
_LONGEST_ONSET = 3
_FAMILY_AND_GIVEN = 2
_MOST_LETTERS = 255
"""Of HO_TEN in a hospital's file (QĐ 3176/QĐ-BYT); a resource on `/fhir` may hold a name of megabytes."""

_MOST_WORDS = 20
_TONES = {"\u0300": "f", "\u0301": "s", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_VNI_KEY = re.compile(r"(?<=.)[1-9]")
"""What the VNI method leaves when it is off: 'nguye64n'. Without them the word reads as one without marks."""
_SHAPES = {"aa": "â", "ee": "ê", "oo": "ô", "aw": "ă", "ow": "ơ", "uw": "ư", "dd": "đ"}
_SHAPE = re.compile("|".join(_SHAPES))
_TONE_KEY = re.compile(r"(?<=[aeiouyâêôăơưw])([sfrxj])(?=(?:ch|ng|nh|[cmnpt])?$)")
_RESIDUE = re.compile(r"[fjw]|aa|ee|oo|^dd|[aeiouy][srx](?:ch|ng|nh|[cmnpt])?$|[cmnpt][gh]?[sfrxj]$")
_TONE_AT_END = re.compile(r"(?<=[a-zâêôăơưđ])([sfrxj])$")
_LONE_Y = re.compile(r"^(qu|[bcdđghklmnprstvx]+)y$")


class Spelling(NamedTuple):
    """A name's words in two forms.

    `marked` keeps the letters and carries the tone as a key at the end ('hòa' and 'hoà' are 'hoaf');
    `bare` has no marks at all. `has_marks` tells whether the writer used any.
    """

    marked: tuple[str, ...]
    bare: tuple[str, ...]
    has_marks: bool

    @property
    def family(self) -> str:
        """The first word without marks; empty for a name without words."""
        return self.bare[0] if self.bare else ""

    @property
    def given(self) -> str:
        """The last word without marks: what people are called by."""
        return self.bare[-1] if self.bare else ""


def spelling(name: str) -> Spelling:
    """The normal forms of a name as written; never fails, an empty name has no words, nor has a mark without letters.

    Of a name longer than files may tell, the beginning.
    """
    return _spelling(name[:_MOST_LETTERS])


@lru_cache(maxsize=65_536)
def _spelling(name: str) -> Spelling:
    words = [(letters, tone) for letters, tone in map(_one_spelling, _words(name)) if fold(letters)]
    bare = tuple(fold(letters) for letters, _ in words)
    marked = tuple(letters + tone for letters, tone in words)
    return Spelling(marked, bare, any(tone or fold(letters) != letters for letters, tone in words))


@lru_cache(maxsize=65_536)
def is_placeholder(name: str) -> bool:
    """Whether a newborn's record stands under the mother's name and says so: 'CB Trần Thị Hoa'."""
    return _before_mother(_plain_words(name)) > 0


@lru_cache(maxsize=65_536)
def is_syllable(word: str) -> bool:
    """Whether a word without marks may be one of Vietnamese: 'lan', not 'lanm'. A slip of the hand seldom is."""
    syllables = _syllables()
    starts = (word[:length] for length in range(min(_LONGEST_ONSET, len(word)) + 1))
    return any(start in syllables["onsets"] and word[len(start) :] in syllables["rimes"] for start in starts)


def _words(name: str) -> list[str]:
    """The written words, without what says that a newborn stands under the mother's name."""
    words = _plain_words(name)
    return words[_before_mother(words) :]


def _plain_words(name: str) -> list[str]:
    return _plain_punctuation(unicodedata.normalize("NFC", name).casefold()).split()


@lru_cache(maxsize=16_384)
def drops(name: Spelling) -> frozenset[tuple[str, ...]]:
    """The words without marks as they are told by who leaves out one middle word, or writes its first letter alone.

    None of a text of more words than names have: they would be as many as its words, each as long as it.
    """
    if len(name.bare) > _MOST_WORDS:
        return frozenset()
    words, middle = name.bare, range(1, len(name.bare) - 1)
    left_out = {(*words[:at], *words[at + 1 :]) for at in middle}
    initials = {(*words[:at], words[at][0], *words[at + 1 :]) for at in middle}
    every = {(words[0], *(word[0] for word in words[1:-1]), words[-1])} if middle else set()
    return frozenset((left_out | initials | every) - {words})


def _before_mother(words: list[str]) -> int:
    """How many words before the mother's name say that it is hers."""
    for said in _said_before_mother():
        length = len(said.split())
        if len(words) >= length + _FAMILY_AND_GIVEN and fold(" ".join(words[:length])) == said:
            return length
    return 0


@cache
def _syllables() -> dict[str, frozenset[str]]:
    told = facts.read_yaml(_DATA / "names.yaml")
    return {key: frozenset(told[key].split()) | ({""} if key == "onsets" else set()) for key in ("onsets", "rimes")}


@cache
def _said_before_mother() -> tuple[str, ...]:
    return tuple(facts.read_yaml(_DATA / "names.yaml")["before_mother"])


def _plain_punctuation(text: str) -> str:
    """A dot or hyphen parts words, an apostrophe (H'Lan) does not."""
    return re.sub(r"[.\-_,]", " ", text.replace("'", "").replace("\u2019", ""))


def _one_spelling(word: str) -> tuple[str, str]:
    """The letters of a word, without tone and with `i` for a lone `y`, and its tone as a Telex key ('' for none)."""
    letters, tone = _parted(_VNI_KEY.sub("", word))
    if not tone and word.isascii() and _RESIDUE.search(word):
        letters, tone = _from_telex(word)
    return _LONE_Y.sub(r"\1i", letters), tone


def _parted(word: str) -> tuple[str, str]:
    marks = [_TONES[mark] for mark in unicodedata.normalize("NFD", word) if mark in _TONES]
    letters = "".join(mark for mark in unicodedata.normalize("NFD", word) if mark not in _TONES)
    return unicodedata.normalize("NFC", letters), "".join(marks[:1])


def _from_telex(word: str) -> tuple[str, str]:
    """What the keys would have made with the input method on: 'huwowng' → 'hương', 'nguyeenx' → 'nguyễn'."""
    found = _TONE_AT_END.search(word) or _TONE_KEY.search(word)
    keys = word[: found.start(1)] + word[found.end(1) :] if found else word
    letters = _SHAPE.sub(lambda pair: _SHAPES[pair[0]], keys.replace("uow", "ươ")).replace("w", "ư")
    return letters, found[1] if found else ""


def is_one_slip(one: str, other: str) -> bool:
    """Whether one letter was left out, added, changed, or exchanged with its neighbour."""
    shorter, longer = sorted((one, other), key=len)
    if one == other or len(longer) - len(shorter) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    if len(shorter) < len(longer):
        return shorter[start:] == longer[start + 1 :]
    exchanged = shorter[start : start + 2] == longer[start : start + 2][::-1]
    return shorter[start + 1 :] == longer[start + 1 :] or (exchanged and shorter[start + 2 :] == longer[start + 2 :])
