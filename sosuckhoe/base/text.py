"""Vietnamese text: what it looks like without its marks, and how names sort."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_STROKE = str.maketrans("đĐ", "dD")


def nfc(text: str) -> str:
    """The composed form, in which everything is stored and sent."""
    return unicodedata.normalize("NFC", text)


_MOST_KEPT = 128


def fold(text: str) -> str:
    """Lower case without diacritics, spaces single: 'Nguyễn  Văn Đức' → 'nguyen van duc'.

    Short texts come again and again and are remembered; long ones would fill the memory.
    """
    return _remembered(text) if len(text) <= _MOST_KEPT else fold_once(text)


def fold_once(text: str) -> str:
    """The same of a text that will not come again."""
    bare = unicodedata.normalize("NFD", text.translate(_STROKE).casefold())
    return " ".join("".join(c for c in bare if not unicodedata.combining(c)).split())


_remembered = lru_cache(maxsize=65_536)(fold_once)
