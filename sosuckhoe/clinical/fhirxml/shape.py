"""The members of a type as XML has them: their order, and which are attributes. https://hl7.org/fhir/R4/xml.html#xml"""

from __future__ import annotations

from enum import Enum, auto
from functools import cache
from typing import NamedTuple

from sosuckhoe.clinical import elements
from sosuckhoe.clinical.search import parameters


class Kind(Enum):
    """How a member is written."""

    ATTRIBUTE = auto()  # id of an element, url of an extension
    PRIMITIVE = auto()  # <status value="final"/>
    NARRATIVE = auto()  # <div xmlns="http://www.w3.org/1999/xhtml">…
    RESOURCE = auto()  # <contained><Patient>…
    OBJECT = auto()  # <name><family …/></name>


class Member(NamedTuple):
    """One JSON key of a type. `rank` is the element's place among its type's; those of one choice have the same."""

    key: str
    type: str
    kind: Kind
    is_list: bool
    rank: int


@cache
def of(type_name: str) -> dict[str, Member]:
    """The members of a resource or data type, or of a nested element, by JSON key, which is the XML name too."""
    is_resource = type_name in parameters.number_of()
    made = {}
    for rank, (name, element) in enumerate(elements.of(type_name).items()):
        for data_type in element.types:
            key = name if not name.endswith("[x]") else name[:-3] + data_type[0].upper() + data_type[1:]
            kind = Kind.ATTRIBUTE if _is_attribute(type_name, name, is_resource=is_resource) else _kind(data_type)
            made[key] = Member(key, data_type.removeprefix("@"), kind, element.is_list, rank)
    return made


def _is_attribute(type_name: str, name: str, *, is_resource: bool) -> bool:
    return (name == "id" and not is_resource) or (type_name, name) == ("Extension", "url")


def _kind(data_type: str) -> Kind:
    if data_type == "xhtml":
        return Kind.NARRATIVE
    if data_type == "Resource":
        return Kind.RESOURCE
    return Kind.PRIMITIVE if data_type[0].islower() else Kind.OBJECT
