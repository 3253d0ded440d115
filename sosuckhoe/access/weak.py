"""Passwords that are tried first: leaked ones, and those made of words that everybody here thinks of.

Length alone is bounded (`data/sign_in.yaml`), no kind of character is demanded, nothing has to be changed by the
calendar. OWASP ASVS 5.0, 6.2; NIST SP 800-63B-4, 3.1.1.2.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from sosuckhoe.access import bounds
from sosuckhoe.base.text import fold

_LEAKED = Path(__file__).parent / "data" / "leaked_passwords.txt"
_DIGITS = 12
_OWN_LETTERS = 4
"""So many letters must be left when the words of the list are taken away."""


def is_leaked(password: str) -> bool:
    """Whether a password stands in the list of those that leaked most often, however its letters were written."""
    return hashlib.sha256(password.lower().encode()).hexdigest()[:_DIGITS] in _leaked()


def is_of_known_words(password: str, own: Iterable[str]) -> bool:
    """Whether hardly a letter is left without the words of `data/sign_in.yaml` and those of the account (`own`)."""
    left = _letters(password)
    for word in sorted({*bounds.known_words(), *map(_letters, own)}, key=len, reverse=True):
        left = left.replace(word, "") if word else left
    return len(left) < _OWN_LETTERS


def _letters(text: str) -> str:
    return "".join(letter for letter in fold(text) if letter.isalpha())


@cache
def _leaked() -> frozenset[str]:
    lines = _LEAKED.read_text(encoding="ascii").splitlines()
    return frozenset(digits for line in lines if not line.startswith("#") for digits in line.split())
