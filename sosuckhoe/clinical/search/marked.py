"""Which profiles, security labels and tags a type's resources have, for `$meta` of a type and of the system.

https://hl7.org/fhir/R4/resource-operation-meta.html

The token of each stands once for everybody in `clinical_phrase`, as texts of codes do (`phrase.py`), under a path of
its own and without its words: a write adds a row for a label never seen, and rows of resources grow by nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sosuckhoe.base.remembered import remembered
from sosuckhoe.clinical.search.digest import LENGTH, SEPARATOR, element, number, prefix
from sosuckhoe.clinical.search.phrase import Phrase

Add = Callable[[Iterable[bytes]], None]
Leaf = Callable[[Any, Add], None]
LISTS = ("profile", "security", "tag")
_STEPS = {f"meta.{name}": name for name in LISTS}
_MARK = "\x15"
"""Of the path of a label: a character that no FHIR string may hold."""


def noted(steps: str, start: bytes, leaf: Leaf) -> Leaf:
    """What reads the tokens of a path; of a label the one that means it comes first, so that it is kept as a Phrase."""
    if steps not in _STEPS:
        return leaf

    def read(value: Any, add: Add) -> None:
        if form := form_of(value):
            add((_known(start, form),))
        leaf(value, add)

    return read


def form_of(value: Any) -> str:
    """What is hashed for a label: its system and code, or the address of a profile; '' for one that has only words."""
    if isinstance(value, str):
        return value
    system, code = value.get("system") or "", value.get("code") or ""
    return f"{system}{SEPARATOR}{code.lower()}" if system or code else ""


def paths_of(type_name: str) -> dict[int, str]:
    """Under which paths `clinical_phrase` has the labels of a type, and which list of Meta each is of."""
    return {number(_start(type_name, name), _MARK): name for name in LISTS}


def token_of(type_name: str, name: str, value: Any) -> int:
    """The token of a label in one of the lists of a resource's Meta."""
    return number(_start(type_name, name), form_of(value))


def _start(type_name: str, name: str) -> bytes:
    return prefix(type_name, f"meta.{name}")


@remembered(1 << 14, 400)
def _known(start: bytes, form: str) -> Phrase:
    made = Phrase(element(start, form))
    made.path, made.folded = number(start, _MARK), made[len(LENGTH) :].hex()
    return made
