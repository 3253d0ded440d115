"""Regular expressions of FHIRPath as DuckDB's engine (RE2) reads them. https://hl7.org/fhirpath/#matchesregex-string-boolean

The plain engine reads them as Python does. What the two read alike is taken over, classes of letters are written out in
Unicode's terms, and anything else (look-ahead, references to groups, word borders, flags) is left to the plain engine.
https://github.com/google/re2/wiki/Syntax
"""

from __future__ import annotations

import re

from sosuckhoe.insight.views.piece import BeyondSqlError

_CLASSES = {"d": r"\p{Nd}", "w": r"\p{L}\p{N}_", "s": r"\s\x0b\x1c-\x1f\x85\p{Z}"}
_TOKEN = re.compile(
    r"\\(?P<escaped>.)|(?P<refused>\(\?(?!:)|[?*+}][+?]|\$(?!$|[)|])|\[\^?\]|\{(?!\d{1,3}(?:,\d{0,3})?\}))|(?P<other>.)",
    re.DOTALL,
)
_PUNCTUATION = frozenset(".^$*+?()[]{}|-/\\")


def translated(pattern: str) -> str:
    """The same pattern for RE2. BeyondSqlError when the two engines may read it differently."""
    try:
        re.compile(pattern)
    except re.error:
        raise BeyondSqlError("matches()") from None
    made: list[str] = []
    inside = False
    for token in _TOKEN.finditer(pattern):
        if token["refused"] or (inside and token["other"] == "["):
            raise BeyondSqlError("matches()")
        if token["escaped"]:
            made.append(_escaped(token["escaped"], inside=inside))
            continue
        inside = token["other"] == "[" or (inside and token["other"] != "]")
        made.append(r"(?:\n?\z)" if token["other"] == "$" and not inside else token["other"])
    return "".join(made)


def _escaped(letter: str, *, inside: bool) -> str:
    if letter in _CLASSES:
        return _CLASSES[letter] if inside else f"[{_CLASSES[letter]}]"
    if letter in _PUNCTUATION:
        return f"\\{letter}"
    raise BeyondSqlError("matches()")
