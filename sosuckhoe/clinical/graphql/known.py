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
    return children_of(type_name).get(name)


def name_of(type_name: str) -> str:
    """The name of a type in GraphQL, which may have no dots: PatientContact."""
    return "".join(part[:1].upper() + part[1:] for part in type_name.split(".")) if "." in type_name else type_name


@cache
def children_of(type_name: str) -> dict[str, Child]:
    """The elements of a type by their JSON keys; none of a primitive type."""
    made = {}
    for name, element in elements.of(type_name).items():
        for kind in element.types:
            key = choice_key(name, kind) if name.endswith("[x]") else name
            made[key] = Child(kind.removeprefix("@"), element.is_list)
    return made
