"""The functional lists of a patient: names that stand for what is current. https://hl7.org/fhir/R4/lists.html

Each is `data/current_lists.yaml`: searches of the types that it holds. None is kept as a List.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from sosuckhoe.base import facts
from sosuckhoe.clinical.search.parameters import DATA


class Current(NamedTuple):
    """A functional list: its code of use, its titles, and by which search of each type it is made."""

    name: str
    code: str
    vi: str
    en: str
    types: dict[str, str]

    def pairs(self, type_name: str) -> list[tuple[str, str]] | None:
        """The parameters that find what of a type is on it; None for a type that it cannot hold."""
        return parse_qsl(self.types[type_name]) if type_name in self.types else None


@cache
def lists() -> dict[str, Current]:
    """Every functional list by its name."""
    content = facts.read_yaml(DATA / "current_lists.yaml")
    return {name: _current(name, entry) for name, entry in content["lists"].items()}


def _current(name: str, entry: dict[str, Any]) -> Current:
    return Current(name, **entry)
