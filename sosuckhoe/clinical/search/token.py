"""Token parameters. https://hl7.org/fhir/R4/search.html#token

A coding is kept under three hashes: the code in whatever system, the code in this system (or in none), and the
system. Codes match without regard to case, as the specification advises servers in doubt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from typing import Any

from sosuckhoe.clinical.search.digest import ANY, SEPARATOR, element, kept_element

Add = Callable[[Iterable[bytes]], None]
Leaf = Callable[[Any, Add], None]


@lru_cache(maxsize=1 << 16)
def coding_elements(start: bytes, system: str, code: str) -> tuple[bytes, ...]:
    """The hashes of one coding; empty strings stand for what is absent."""
    return tuple(element(start, form) for form in forms(system, code))


def forms(system: str, code: str) -> Iterator[str]:
    """What is hashed for a coding."""
    if code:
        folded = code.lower()
        yield ANY + folded
        yield system + SEPARATOR + folded
    if system:
        yield system + SEPARATOR


def leaf(data_type: str, start: bytes) -> Leaf | None:
    """What reads the tokens of one data type; None for a type that has none."""
    reader = _READERS.get(data_type)
    return partial(reader, start) if reader else None


def _coding(start: bytes, value: Any, add: Add) -> None:
    get = value.get
    add(coding_elements(start, get("system") or "", get("code") or ""))


def _concept(start: bytes, value: Any, add: Add) -> None:
    for coding in value.get("coding") or ():
        _coding(start, coding, add)


def _identifier(start: bytes, value: Any, add: Add) -> None:
    add(element(start, form) for form in forms(value.get("system") or "", value.get("value") or ""))


def _contact_point(start: bytes, value: Any, add: Add) -> None:
    if number := value.get("value"):
        add((element(start, ANY + number.lower()),))


def _code(start: bytes, value: Any, add: Add) -> None:
    add((kept_element(start, ANY + value.lower()),))


def _text(start: bytes, value: Any, add: Add) -> None:
    add((element(start, ANY + value.lower()),))


def _boolean(start: bytes, value: Any, add: Add) -> None:
    add((kept_element(start, ANY + ("true" if value else "false")),))


def _is_true(start: bytes, value: Any, add: Add) -> None:
    """`Patient.deceased.exists() and Patient.deceased != false`."""
    if value:
        add((kept_element(start, ANY + "true"),))


_READERS: dict[str, Callable[[bytes, Any, Add], None]] = {
    "Coding": _coding,
    "CodeableConcept": _concept,
    "Identifier": _identifier,
    "ContactPoint": _contact_point,
    "code": _code,
    "id": _text,
    "string": _text,
    "uri": _text,
    "boolean": _boolean,
    "!boolean": _is_true,
    "!dateTime": _is_true,
}
