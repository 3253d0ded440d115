"""Links between the pages of a list: the filter stays, the key of the last row moves on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar
from urllib.parse import urlencode

Row = TypeVar("Row")


def cut(rows: Sequence[Row], most: int) -> tuple[list[Row], bool]:
    """The first `most` of rows that were asked for with one more, and whether there are more."""
    return list(rows[:most]), len(rows) > most


def query(**names: object) -> str:
    """'?day=2026-11-20&before=12', without what is empty."""
    given = {name: value for name, value in names.items() if value not in ("", None)}
    return f"?{urlencode(given)}" if given else "?"
