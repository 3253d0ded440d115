"""Words of FHIRPath. https://hl7.org/fhirpath/grammar.html"""

from __future__ import annotations

import re
from typing import NamedTuple

from sosuckhoe.clinical.fhirpath.faults import SyntaxProblem

_TIME = r"\d{2}(?::\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_DATE = r"\d{4}(?:-\d{2}(?:-\d{2})?)?"
_TOKEN = re.compile(
    rf"""(?P<skip>\s+|//[^\n\r]*|/\*.*?\*/)
    |(?P<moment>@(?:T{_TIME}|{_DATE}(?:T(?:{_TIME}(?:Z|[+-]\d{{2}}:\d{{2}})?)?)?))
    |(?P<number>\d+(?:\.\d+)?)
    |(?P<string>'(?:[^'\\]|\\.)*')
    |(?P<delimited>`(?:[^`\\]|\\.)*`)
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<special>\$(?:this|index|total))
    |(?P<mark><=|>=|!=|!~|/(?!\*)|[-+*&|<>=~.,()\[\]{{}}%])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPED = {"f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_SELF = "'\"`\\/"


class Token(NamedTuple):
    """One word: its kind (a group of the pattern, or `end`), its text without quotes, where it starts."""

    kind: str
    text: str
    at: int


def tokens(text: str) -> list[Token]:
    """The words of an expression, an `end` last. SyntaxProblem where none fits."""
    found = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise SyntaxProblem(at)
        kind = str(match.lastgroup)
        if kind != "skip":
            found.append(Token(kind, _plain(kind, match.group(), at), at))
        at = match.end()
    return [*found, Token("end", "", at)]


def _plain(kind: str, text: str, at: int) -> str:
    if kind not in {"string", "delimited"}:
        return text
    inner = text[1:-1]
    return _ESCAPE.sub(lambda match: _unescaped(match.group(1), at), inner) if "\\" in inner else inner


def _unescaped(text: str, at: int) -> str:
    if len(text) > 1:
        return chr(int(text[1:], 16))
    if text in _ESCAPED:
        return _ESCAPED[text]
    if text in _SELF:
        return text
    raise SyntaxProblem(at)
