"""_text and _content: words of the narrative, and words anywhere. https://hl7.org/fhir/R4/search.html#content

A word is one token. Narratives are looked into in every type; words anywhere only in the types that
`data/full_text.yaml` names, other types refuse `_content` by name. Words are compared whole, without case and marks;
every word that is asked for must be there.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sosuckhoe.base import facts, text
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import elements
from sosuckhoe.clinical.search import values
from sosuckhoe.clinical.search.condition import AllOf, AnyOf, Condition, HasToken
from sosuckhoe.clinical.search.digest import element, number, prefix
from sosuckhoe.clinical.search.parameters import Parameter

Add = Callable[[Iterable[bytes]], None]
TEXT, CONTENT = "_text", "_content"
CODES = frozenset({TEXT, CONTENT})
_FILE = Path(__file__).parent.parent / "data" / "full_text.yaml"
_WITHIN_A_WORD = re.compile(r"</?(?:a|abbr|b|big|code|em|i|small|span|strong|sub|sup|tt|u)\b[^<>]*>")
"""Tags that stand within a line: a word may go on behind them."""

_TAG = re.compile(r"<[^<>]*>")
_WORD = re.compile(r"\w+")
_NOT_SAID = frozenset({"resourceType", "id", "system", "url", "reference", "code", "div", "data", "contentType"})
"""Keys whose values people do not read."""


def is_kept(type_name: str, code: str) -> bool:
    """Whether the words of a type are kept for a parameter."""
    return code in _kept(type_name)


def conditions(parameter: Parameter, asked: str) -> Sequence[Condition]:
    """What `_content=viêm phổi,pneumonia` asks."""
    found = [AllOf(tuple(_token(parameter, word) for word in words)) for words in _asked(parameter, asked)]
    return list(found[0].each) if len(found) == 1 else [AnyOf(tuple(found))]


def add_tokens(type_name: str, body: dict[str, Any], add: Add) -> None:
    """The words of a resource of a type that is kept."""
    for code in _kept(type_name):
        start = prefix(type_name, code)
        said = _narratives(body) if code == TEXT else _said(body)
        add({element(start, word) for one in said for word in words(one)})


def words(written: str) -> set[str]:
    """The words of a text without case and marks."""
    return set(_WORD.findall(text.fold_once(written)))


def _asked(parameter: Parameter, asked: str) -> Iterator[list[str]]:
    for alternative in values.alternatives(asked):
        found = sorted(words(values.unescaped(alternative)))
        if not found:
            raise Problem("SSK-3004", name=parameter.code, form="words")
        yield found


def _token(parameter: Parameter, word: str) -> HasToken:
    return HasToken((number(prefix(parameter.type, parameter.code), word),))


def _narratives(value: Any) -> Iterator[str]:
    """The narrative of a resource, and those of its sections; not those of resources within it."""
    if isinstance(value, list):
        for item in value:
            yield from _narratives(item)
    elif isinstance(value, dict):
        if isinstance(value.get("div"), str):
            yield _read(value["div"])
        for key in ("text", "section"):
            if not isinstance(value.get(key), str):
                yield from _narratives(value.get(key))


def _read(narrative: str) -> str:
    """What people read of XHTML."""
    return html.unescape(_TAG.sub(" ", _WITHIN_A_WORD.sub("", narrative)))


def _said(value: Any, key: str = "") -> Iterator[str]:
    """Every text of a resource that people read."""
    if isinstance(value, list):
        for item in value:
            yield from _said(item, key)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _said(inner, name)
    elif key == "div":
        yield _read(value)
    elif isinstance(value, str) and key not in _NOT_SAID:
        yield value


@cache
def _kept(type_name: str) -> frozenset[str]:
    chosen = facts.read_yaml(_FILE)
    narrated = chosen["every"] if "text" in elements.of(type_name) else ()
    return frozenset((*narrated, *chosen["types"].get(type_name, ())))
