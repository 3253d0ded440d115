"""Where something stands in a JSON text: the slow walk, made only for a text that is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_SHOWN = 64
_MOST_CHARACTERS = 200


class Token(NamedTuple):
    """A key, a value or an opening bracket.

    `place` is `component[0].valueQuantity.value`; `is_again`: the key stood there before; `depth`: open brackets.
    """

    place: str
    text: str
    is_again: bool
    depth: int


class _Open:
    """An open object or list: its place, and the keys that have come or the number of elements."""

    __slots__ = ("index", "is_list", "key", "keys", "place")

    def __init__(self, place: str, *, is_list: bool) -> None:
        self.place = place
        self.is_list = is_list
        self.keys: set[str] = set()
        self.key = ""
        self.index = 0

    def inner(self) -> str:
        """The place of the value that comes next."""
        if self.is_list:
            return f"{self.place}[{self.index}]"
        shown = "".join(c for c in self.key[1 : min(len(self.key) - 1, _SHOWN + 1)] if c.isprintable())
        return f"{self.place}.{shown}".lstrip(".")


def tokens(text: str) -> Iterator[Token]:
    """The keys and values of a text in order, as far as it is JSON."""
    stack = [_Open("", is_list=False)]
    awaits_key = False
    for mark in _TOKEN.findall(text):
        top = stack[-1]
        if mark in "{[":
            stack.append(_Open(top.inner(), is_list=mark == "["))
            yield Token(shortened(stack[-1].place), mark, is_again=False, depth=len(stack) - 1)
        elif mark in "}]":
            if len(stack) > 1:
                stack.pop()
        elif mark == ",":
            top.index += 1
        elif mark != ":":
            if awaits_key:
                top.key = mark
            is_again = awaits_key and mark in top.keys
            top.keys |= {mark} if awaits_key else set()
            yield Token(shortened(top.inner()), mark, is_again=is_again, depth=len(stack) - 1)
        awaits_key = not stack[-1].is_list and len(stack) > 1 and mark in "{,"


def shortened(place: str) -> str:
    """A place as an error shows it."""
    return place if len(place) <= _MOST_CHARACTERS else place[:_MOST_CHARACTERS] + "…"
