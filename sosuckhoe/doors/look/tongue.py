"""The reader's language, and which of two sentences they read."""

from __future__ import annotations

from typing import Protocol

from django.utils.translation import get_language


class Pair(Protocol):
    """The same words in both languages: a Problem, a name of a data file."""

    @property
    def vi(self) -> str: ...

    @property
    def en(self) -> str: ...


def language() -> str:
    """The reader's: vi or en. Nobody's is Vietnamese."""
    return "en" if (get_language() or "vi").startswith("en") else "vi"


def said(pair: Pair) -> str:
    """The reader's half of a pair."""
    return pair.en if language() == "en" else pair.vi
