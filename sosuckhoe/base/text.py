"""Vietnamese text: what it looks like without its marks, and how names sort."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_STROKE = str.maketrans("đĐ", "dD")


def nfc(text: str) -> str:
    """The composed form, in which everything is stored and sent."""
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Lower case without diacritics, spaces single: 'Nguyễn  Văn Đức' → 'nguyen van duc'."""
    bare = unicodedata.normalize("NFD", text.translate(_STROKE).casefold())
    return " ".join("".join(c for c in bare if not unicodedata.combining(c)).split())
