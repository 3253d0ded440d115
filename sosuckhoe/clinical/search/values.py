"""The value of a search parameter as written. https://hl7.org/fhir/R4/search.html#escaping"""

from __future__ import annotations

import re

_ESCAPED = re.compile(r"\\([\\,|$])")


def alternatives(text: str) -> list[str]:
    r"""The values of a comma list, escapes kept: `a\,b,c` → `a\,b` and `c`."""
    return _split(text, ",")


def at_bar(text: str) -> tuple[str | None, str]:
    """System and code of `system|code`, unescaped; the system is None when there is no bar."""
    before, *after = _split(text, "|")
    return (unescaped(before), unescaped("|".join(after))) if after else (None, unescaped(before))


def components(text: str) -> list[str]:
    """The parts of a composite value, escapes kept: `8867-4$gt100` → `8867-4` and `gt100`."""
    return _split(text, "$")


def parts(text: str) -> list[str]:
    """All that stands between bars, unescaped."""
    return [unescaped(part) for part in _split(text, "|")]


def unescaped(text: str) -> str:
    r"""`\,` `\|` `\$` and `\\` as the characters that they stand for."""
    return _ESCAPED.sub(r"\1", text)


def escaped(text: str) -> str:
    """A value as search parameters are written: a comma, bar or dollar in it parts nothing."""
    return "".join(f"\\{letter}" if letter in "\\,|$" else letter for letter in text)


def _split(text: str, mark: str) -> list[str]:
    """The parts between marks that are not escaped."""
    parts: list[str] = []
    for piece in text.split(mark):
        if parts and _ends_in_escape(parts[-1]):
            parts[-1] += mark + piece
        else:
            parts.append(piece)
    return parts


def _ends_in_escape(text: str) -> bool:
    return (len(text) - len(text.rstrip("\\"))) % 2 == 1
