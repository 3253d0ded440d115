"""What an app's scopes mean for the rows of the repository: types, the open book, tokens of what a scope asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from sosuckhoe.access.smart.scopes import Allowed, Narrowing
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY
from sosuckhoe.clinical.search import date, parameters
from sosuckhoe.clinical.search.condition import HasToken
from sosuckhoe.clinical.search.query import parse
from sosuckhoe.clinical.search.within import Part, Within

Persons = Collection[int] | None
"""Whose rows are read in any case; None: not limited by a list."""


def of_type(narrowing: Narrowing | None, action: str, type_name: str, persons: Persons = None) -> Within | None:
    """Which rows of one type an action may touch; None: all. SSK-1200 when no scope names the type."""
    if narrowing is None:
        return None
    parts = narrowing.parts(action, type_name)
    if not parts:
        raise Problem("SSK-1200", action=f"{action} {type_name}")
    return _shortest(one._replace(types=None) for one in _parts(narrowing, parts, persons))


def of_every_type(narrowing: Narrowing | None, action: str, persons: Persons = None) -> Within | None:
    """Which rows of all types an action may touch; None: all."""
    return None if narrowing is None else _shortest(_parts(narrowing, narrowing.parts(action), persons))


def of_versions(narrowing: Narrowing | None, action: str, type_name: str, persons: Persons = None) -> Within | None:
    """As `of_type`, of versions: superseded ones have no tokens, so a scope that asks for some shows none of them."""
    if narrowing is None:
        return None
    parts = [one for one in narrowing.parts(action, type_name) if not one.criteria]
    if not parts:
        raise Problem("SSK-1200", action=f"{action} {type_name}")
    return _shortest(one._replace(types=None) for one in _parts(narrowing, parts, persons))


def is_supported(allowed: Allowed) -> bool:
    """Whether the type exists and the criteria are searches by code, which alone can narrow a scope."""
    if allowed.type == "*":
        return True
    return allowed.type in parameters.number_of() and _tokens(allowed) is not None


def _parts(narrowing: Narrowing, scopes: Iterable[Allowed], persons: Persons) -> Iterator[Part]:
    """Scopes as parts; one that cannot be met names no row."""
    is_of_one = persons is not None and {*persons} <= {NOBODY, narrowing.person}
    for one in scopes:
        tokens = _tokens(one)
        if tokens is not None and is_supported(one):
            types = None if one.type == "*" else (parameters.number_of()[one.type],)
            yield Part(types, narrowing.person if one.level == "patient" and not is_of_one else None, tokens)


def _shortest(parts: Iterable[Part]) -> Within | None:
    """Without what another part names already."""
    found = dict.fromkeys(parts)
    if Part(None, None) in found:
        return None
    whole = {one for one in found if not one.tokens}
    return tuple(one for one in found if one in whole or one._replace(tokens=()) not in whole)


@lru_cache(maxsize=1000)
def _tokens(allowed: Allowed) -> tuple[tuple[int, ...], ...] | None:
    """One of each of these must stand in a row; None for what is no search by code."""
    found = []
    for pair in allowed.criteria:
        try:
            conditions = parse(allowed.type, [pair], base="", now=date.BEGINNING).conditions
        except Problem:
            return None
        for one in conditions:
            if not isinstance(one, HasToken) or one.negated:
                return None
            found.append(one.any_of)
    return tuple(found) if len(found) == len(allowed.criteria) else None
