"""Finding codes by what somebody has typed so far: beginnings of words, with or without Vietnamese marks.

Three lists of words with the rows that have them: without marks, as written, and the first words of names. A search
is a place in a sorted list and some sets: about 1 ms for the 12,000 codes of ICD-10, 4 for a letter that most have.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from sosuckhoe.clinical.terminology.column import Column

_NOT_WORD = re.compile(r"\W+")
_MARKS = re.compile("[\u0300-\u036f]+")
_STROKE = str.maketrans("đĐ", "dd")
_MOST_LETTERS = 100
_MOST_KEPT = 256
_LAST = "\U0010ffff"


class Words:
    """Words in order, each with its rows."""

    def __init__(self, rows_of: dict[str, array[int]]) -> None:
        words = sorted(rows_of)
        self._words = Column(words)
        self._rows = array("I")
        self._ends = array("I", [0])
        for word in words:
            self._rows += rows_of[word]
            self._ends.append(len(self._rows))

    def beginning(self, start: str) -> set[int]:
        """The rows that have a word which begins so."""
        low = bisect_left(self._words, start)
        high = bisect_left(self._words, start + _LAST, low)
        return set(self._rows[self._ends[low] : self._ends[high]])

    def exactly(self, word: str) -> set[int]:
        """The rows that have the word."""
        low = bisect_left(self._words, word)
        if low == len(self._words) or self._words[low] != word:
            return set()
        return set(self._rows[self._ends[low] : self._ends[low + 1]])


class Index:
    """The rows of a list by words. `lines`: code and names of each row."""

    def __init__(self, lines: Iterable[tuple[str, Sequence[str]]]) -> None:
        plain: dict[str, array[int]] = {}
        marked: dict[str, array[int]] = {}
        first: dict[str, array[int]] = {}
        codes: dict[str, array[int]] = {}
        self._count = 0
        for row, (code, names) in enumerate(lines):
            self._count += 1
            written, *named = (words_of(text) for text in (code, *names))
            _note(codes, ["".join(written)], row)
            _note(plain, [*written, *(word for words in named for word in words)], row)
            _note(first, (words[0] for words in named if words), row)
            for name in names:
                if not name.isascii():
                    _note(marked, _marked_words(name), row)
        self._plain, self._marked, self._first, self._codes = (Words(one) for one in (plain, marked, first, codes))
        self._kept: dict[str, array[int]] = {}

    def find(self, text: str) -> Sequence[int]:
        """The rows in which every word of the text begins some word, best first; every row for an empty text.

        First the code itself, then codes that begin so; then names with the marks that were typed before those
        without, whole words before beginnings, names that begin so before others; last, the order of the list.
        """
        written = text[:_MOST_LETTERS].strip().lower()
        known = self._kept.get(written)
        if known is None:
            known = array("I", self._found(written))
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[written] = known
        return known

    def _found(self, written: str) -> Iterable[int]:
        words = words_of(written)
        if not words:
            return () if written else range(self._count)
        code = "".join(words)
        groups = [sorted(self._codes.exactly(code)), sorted(self._codes.beginning(code))]
        groups += self._ranked(words, sorted(_common(map(self._plain.beginning, words))), written)
        return dict.fromkeys(row for group in groups for row in group)

    def _ranked(self, words: list[str], rows: list[int], written: str) -> list[list[int]]:
        """The rows in eight groups, best first."""
        groups: list[list[int]] = [[] for _ in range(8)]
        first = self._first.beginning(words[0])
        whole = _common(map(self._plain.exactly, words))
        marked = None if written.isascii() else self._as_marked(written)
        for row in rows:
            unmarked = marked is not None and row not in marked
            groups[unmarked * 4 + (row not in whole) * 2 + (row not in first)].append(row)
        return groups

    def _as_marked(self, written: str) -> set[int]:
        """The rows that have every word that was typed with marks, as it was typed."""
        return _common(self._marked.beginning(word) for word in _marked_words(written) if not word.isascii())


def words_of(text: str) -> list[str]:
    """The words of a text in lower case without marks: 'Bệnh tả (A00)' → bệnh, tả, a00 without their marks."""
    plain = text if text.isascii() else _MARKS.sub("", unicodedata.normalize("NFD", text.translate(_STROKE)))
    return _NOT_WORD.sub(" ", plain.lower()).split()


def _marked_words(text: str) -> list[str]:
    return _NOT_WORD.sub(" ", unicodedata.normalize("NFC", text).lower()).split()


def _note(rows_of: dict[str, array[int]], words: Iterable[str], row: int) -> None:
    for word in words:
        rows = rows_of.get(word)
        if rows is None:
            rows_of[word] = array("I", [row])
        elif rows[-1] != row:
            rows.append(row)


def _common(sets: Iterable[set[int]]) -> set[int]:
    """What is in all of the sets; nothing when there are none."""
    smallest, *others = sorted(sets, key=len) or [set()]
    return smallest.intersection(*others)
