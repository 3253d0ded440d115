"""The parameters `phonetic`: names as they sound, whatever hands, keyboards and dialects made of their spelling.

https://hl7.org/fhir/R4/patient.html#search. Every word of a name is one token in the normal form in which identities
are compared; every word that is asked for must be among them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from typing import Any

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.search import values
from sosuckhoe.clinical.search.condition import AllOf, AnyOf, Condition, HasToken
from sosuckhoe.clinical.search.digest import element, number, prefix
from sosuckhoe.clinical.search.parameters import Parameter
from sosuckhoe.identity.compare.names import spelling

Add = Callable[[Iterable[bytes]], None]
CODE = "phonetic"
_MARK = "\x1a"
"""Before a word as it sounds: a character that no FHIR string may hold."""


def leaf(data_type: str, start: bytes) -> Callable[[Any, Add], None] | None:
    """What reads the words of a name."""
    return partial(_sounds, start) if data_type in {"HumanName", "string"} else None


def conditions(parameter: Parameter, text: str) -> Sequence[Condition]:
    """What `phonetic=Nguyễn Thị Thuý` asks."""
    found = [AllOf(tuple(_word(parameter, word) for word in words)) for words in _words_asked(parameter, text)]
    return list(found[0].each) if len(found) == 1 else [AnyOf(tuple(found))]


def _words_asked(parameter: Parameter, text: str) -> Iterator[tuple[str, ...]]:
    for alternative in values.alternatives(text):
        words = spelling(values.unescaped(alternative)).bare
        if not words:
            raise Problem("SSK-3004", name=parameter.code, form="name")
        yield words


def _word(parameter: Parameter, word: str) -> HasToken:
    return HasToken(tuple(number(prefix(parameter.type, path.steps), _MARK + word) for path in parameter.paths))


def _sounds(start: bytes, value: Any, add: Add) -> None:
    for written in (value,) if isinstance(value, str) else _parts(value):
        add(_elements(start, written))


def _parts(name: dict[str, Any]) -> Iterator[str]:
    yield from filter(None, (name.get("text"), name.get("family"), *(name.get("given") or ())))


@lru_cache(maxsize=1 << 14)
def _elements(start: bytes, written: str) -> tuple[bytes, ...]:
    return tuple(element(start, _MARK + word) for word in spelling(written).bare)
