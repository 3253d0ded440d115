"""Which fields a type has. https://hl7.org/fhir/R4/graphql.html"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from sosuckhoe.clinical import elements
from sosuckhoe.clinical.shape import choice_key


class Child(NamedTuple):
    """The type of an element, and whether it may stand several times."""

    type: str
    is_list: bool


def child_of(type_name: str, name: str) -> Child | None:
    """The element of a type under a JSON key; None when there is none."""
    return _children(type_name).get(name)


@cache
def _children(type_name: str) -> dict[str, Child]:
    made = {}
    for name, element in elements.of(type_name).items():
        for kind in element.types:
            key = choice_key(name, kind) if name.endswith("[x]") else name
            made[key] = Child(kind.removeprefix("@"), element.is_list)
    return made
