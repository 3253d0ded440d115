"""References between the entries of a transaction. https://hl7.org/fhir/R4/http.html#trules"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sosuckhoe.clinical.search.parameters import number_of

_CONDITIONAL = re.compile(r"([A-Z][A-Za-z]+)\?(.*)")
_NOT_LINKS = frozenset({"value", "valueString", "display", "text"})


def replaced(value: Any, links: Mapping[str, str]) -> Any:
    """A copy in which every link to an entry leads to its resource; plain text stays as it is."""
    if isinstance(value, dict):
        return {key: inner if key in _NOT_LINKS and isinstance(inner, str) else _inside(key, inner, links)
                for key, inner in value.items()}  # fmt: skip
    if isinstance(value, list):
        return [replaced(inner, links) for inner in value]
    return links.get(value, value) if isinstance(value, str) else value


def _inside(key: str, value: Any, links: Mapping[str, str]) -> Any:
    if key == "div" and isinstance(value, str):
        for old, new in links.items():
            value = value.replace(f'"{old}"', f'"{new}"')
        return value
    return replaced(value, links)


def conditional_in(value: Any) -> Iterator[tuple[str, str, str]]:
    """References that are a search, such as `Practitioner?identifier=…`: their text, type and query."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += reversed(one)
        elif isinstance(one, dict):
            yield from _conditional(one.get("reference"))
            waiting += [inner for inner in one.values() if isinstance(inner, (dict, list))]


def _conditional(text: Any) -> Iterator[tuple[str, str, str]]:
    if not isinstance(text, str) or "?" not in text:
        return
    found = _CONDITIONAL.fullmatch(text)
    if found and found.group(1) in number_of():
        yield text, found.group(1), found.group(2)
