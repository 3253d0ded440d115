"""Which codes of a system have the properties that somebody knows. Pure.

https://hl7.org/fhir/R4/codesystem-operation-find-matches.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sosuckhoe.base.text import nfc
from sosuckhoe.clinical.terminology.filters import MARKS
from sosuckhoe.clinical.terminology.index import words_of
from sosuckhoe.clinical.terminology.system import CodeSystem

MOST_MATCHES = 100
COMPLETE, PARTIAL, POSSIBLE = "complete", "partial", "possible"


class Known(NamedTuple):
    """A property and its value as JSON has it (text, number, true or false, a Coding); None: nothing was said of it.

    `inner`: properties within it, which no system here has, so that a property with some is never matched.
    """

    name: str
    value: Any = None
    inner: tuple[Known, ...] = ()


class Match(NamedTuple):
    """A row, what of the properties it does not represent, and how well it suits: COMPLETE, PARTIAL, POSSIBLE."""

    row: int
    unmatched: tuple[Known, ...]
    kind: str


def matches(system: CodeSystem, known: Sequence[Known], *, is_exact: bool) -> list[Match]:
    """The codes that have one of the properties at least, best first, MOST_MATCHES of them.

    Exact: a property is there or not. Otherwise also codes that come near: names and texts with all the words that
    were given, codes above and below a code, those further below a parent.
    """
    equal = [_equal(system, one) for one in known]
    near = [{} if is_exact else _near(system, one) for one in known]
    rows = set().union(*equal, *near)
    ranked = sorted(rows, key=lambda row: _rank(row, equal, near))[:MOST_MATCHES]
    return [_match(row, known, equal, near) for row in ranked]


def _rank(row: int, equal: Iterable[set[int]], near: Sequence[dict[int, int]]) -> tuple[int, int, int, int]:
    """Most properties first, then most that come near, then the best names, then the order of the list."""
    places = [one[row] for one in near if row in one]
    return -sum(row in one for one in equal), -len(places), sum(places), row


def _match(row: int, known: Sequence[Known], equal: Sequence[set[int]], near: Sequence[dict[int, int]]) -> Match:
    left = tuple(one for one, rows in zip(known, equal, strict=True) if row not in rows)
    if not left:
        return Match(row, (), COMPLETE)
    is_near = any(row in places and row not in rows for places, rows in zip(near, equal, strict=True))
    return Match(row, left, POSSIBLE if is_near else PARTIAL)


def _equal(system: CodeSystem, known: Known) -> set[int]:
    """The rows that have this property with this value."""
    if known.value is None or known.inner:
        return set()
    if known.name in _STRUCTURE:
        return set(_STRUCTURE[known.name](system, _text(known.value)))
    if known.name in MARKS:
        wanted = _text(known.value) == "true"
        return {row for row in range(len(system)) if MARKS[known.name](system, row) == wanted}
    return {row for row, value in _rows(system, known.name) if _is_same(value, known.value)}


def _near(system: CodeSystem, known: Known) -> dict[int, int]:
    """The rows that come near a property, and how near: 0 is best."""
    text = _text(known.value)
    if known.inner or not text:
        return {}
    if known.name in {"code", "concept", "parent"}:
        return dict.fromkeys(_around(system, known.name, text), 0)
    if known.name == "display":
        return {row: place for place, row in enumerate(system.index.find(text))}
    words = words_of(text)
    return {row: 0 for row, value in _rows(system, known.name) if isinstance(value, str) and _has_words(value, words)}


def _around(system: CodeSystem, name: str, text: str) -> Iterator[int]:
    """What stands below a code, and above one that is not asked for as a parent."""
    for code in system.below(text) | (frozenset() if name == "parent" else system.above(text)):
        row = system.row(code)
        if row is not None and row != system.row(text):
            yield row


def _has_words(text: str, words: Sequence[str]) -> bool:
    """Whether every word begins some word of a text."""
    there = words_of(text)
    return bool(words) and all(any(one.startswith(word) for one in there) for word in words)


def _rows(system: CodeSystem, name: str) -> Iterator[tuple[int, Any]]:
    for row, value in system.properties.get(name, {}).items():
        for one in value if isinstance(value, list) else [value]:
            yield row, one


def _is_same(value: Any, given: Any) -> bool:
    """Whether a value is the given one; a Coding is its code, and its system where both say it."""
    if isinstance(value, dict) and isinstance(given, dict) and {"system"} <= value.keys() & given.keys():
        return value["system"] == given["system"] and _text(value) == _text(given)
    return _text(value) == _text(given)


def _text(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    return str(value.get("code", "")) if isinstance(value, dict) else str(value)


def _itself(system: CodeSystem, text: str) -> list[int]:
    row = system.row(text)
    return [] if row is None else [row]


def _named(system: CodeSystem, text: str) -> list[int]:
    """Rows with this very name, in any language, without regard to case and spaces."""
    wanted = _folded(text)
    return [row for row in system.index.find(text) if wanted in {_folded(name) for _, name in system.names_of(row)}]


def _folded(text: str) -> str:
    return " ".join(nfc(text).casefold().split())


def _below(system: CodeSystem, text: str) -> Iterable[int]:
    return [row for parent in _itself(system, text) for row in system.children_of(parent)]


def _above(system: CodeSystem, text: str) -> Iterable[int]:
    return [row for child in _itself(system, text) for row in system.parents_of(child)]


_STRUCTURE: dict[str, Callable[[CodeSystem, str], Iterable[int]]] = {
    "code": _itself,
    "concept": _itself,
    "display": _named,
    "parent": _below,
    "child": _above,
}
