"""The texts that codes stand with, for the modifier :text. https://hl7.org/fhir/R4/search.html#token

Each text of a path is one more token of the resource, and stands once for everybody in `clinical_phrase`: names of
tests and diagnoses come again and again, so a write adds 12 bytes and, for a text never seen, one row. A search looks
up the texts that start with what is asked and becomes a search of their tokens. 200 letters tell texts apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sosuckhoe.base import text
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.remembered import remembered
from sosuckhoe.clinical.search import values
from sosuckhoe.clinical.search.condition import HasPhrase
from sosuckhoe.clinical.search.digest import element, number, path_number
from sosuckhoe.clinical.search.parameters import Parameter

Add = Callable[[Iterable[bytes]], None]
LEAVES = frozenset({"Coding", "CodeableConcept", "Identifier"})
LONGEST = 200
MOST_REMEMBERED = 200
"""A text of more letters, with the name of its path, is not remembered: 16,384 of them are 13 MB at most."""

_MARK = "\x1b"
"""Before a text: a character that no FHIR string may hold."""


class Phrase(bytes):
    """A token, as an element of a binary int8[], that knows the hash of its path and the text it stands for."""

    path: int
    folded: str


def token_of(start: bytes, folded: str) -> bytes:
    """The token of a text. `start` is `digest.prefix` of its path."""
    return element(start, _MARK + folded)


@remembered(1 << 14, MOST_REMEMBERED)
def phrase(start: bytes, written: str) -> tuple[Phrase, ...]:
    """The token of a text as it is written; none when it has no letters."""
    folded = text.fold_once(written[: 2 * LONGEST])[:LONGEST].rstrip()
    if not folded:
        return ()
    made = Phrase(token_of(start, folded))
    made.path, made.folded = number(start, ""), folded
    return (made,)


def condition(parameter: Parameter, asked: str) -> HasPhrase:
    """What `code:text=đường huyết,HbA1c` asks: texts that start so, without case and marks."""
    wanted = [text.fold(values.unescaped(one))[:LONGEST] for one in values.alternatives(asked)]
    if not all(wanted):
        raise Problem("SSK-3004", name=parameter.code, form="text")
    paths = tuple(path_number(parameter.type, path.steps) for path in parameter.paths if path.leaf in LEAVES)
    return HasPhrase(parameter.code, paths, tuple(wanted))


def of_identifier(value: dict[str, Any]) -> str:
    """The text of an Identifier is that of its type."""
    return str((value.get("type") or {}).get("text") or "")
