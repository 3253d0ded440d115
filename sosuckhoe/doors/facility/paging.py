"""Links between the pages of a list: the filter stays, the key of the last row moves on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest

Row = TypeVar("Row")


def cut(rows: Sequence[Row], most: int) -> tuple[list[Row], bool]:
    """The first `most` of rows that were asked for with one more, and whether there are more."""
    return list(rows[:most]), len(rows) > most


def query(**names: object) -> str:
    """'?day=2026-11-20&before=12', without what is empty."""
    given = {name: value for name, value in names.items() if value not in ("", None)}
    return f"?{urlencode(given)}" if given else "?"


def chosen(request: HttpRequest, name: str, choices: Mapping[str, object] | Sequence[str]) -> str:
    """One of the choices that the address names, or ''."""
    value = request.GET.get(name, "")
    return value if value in choices else ""


def number(request: HttpRequest, name: str) -> int | None:
    """A whole number that the address names; None for none and for what is no number."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < LONGEST else None


LONGEST = 16
"""Digits of a number in an address; more would not fit the database's integers."""
