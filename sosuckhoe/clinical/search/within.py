"""Which rows an app sees of those that its account sees, as a condition of SQL on `clinical_resource r`. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sosuckhoe.base.keys import NOBODY


class Part(NamedTuple):
    """Rows of these types (None: of all), of this person or of nobody (None: of whomever), with one of each tokens."""

    types: tuple[int, ...] | None
    person: int | None
    tokens: tuple[tuple[int, ...], ...] = ()


Within = tuple[Part, ...]
"""Rows that one part names. No part names no row; who comes without an app has None instead."""


def clause(bind: Callable[[object], str], within: Within | None, row: str = "r") -> str:
    """The condition, values bound; empty where every row is named. It chooses no index."""
    if within is None or Part(None, None) in within:
        return ""
    return f"({' or '.join(_part(bind, one, row) for one in within) or 'false'}) is true"


def _part(bind: Callable[[object], str], part: Part, row: str) -> str:
    found = []
    if part.types is not None:
        found.append(f"{row}.type = any ({bind(list(part.types))}::int2[])")
    if part.person is not None:
        found.append(f"{row}.person in ({NOBODY}, {bind(part.person)}::int8)")
    found += [f"{row}.tokens && {bind(list(one))}::int8[]" for one in part.tokens]
    return f"({' and '.join(found)})" if found else "true"
