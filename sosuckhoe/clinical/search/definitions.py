"""What HL7 says of each search parameter. https://hl7.org/fhir/R4/searchparameter-registry.html"""

from __future__ import annotations

from typing import NamedTuple

from sosuckhoe.base import facts
from sosuckhoe.clinical.search.parameters import DATA

_BASE = "http://hl7.org/fhir/SearchParameter/"


class Definition(NamedTuple):
    """The canonical address of a definition, and one sentence of what the parameter finds."""

    url: str
    sentence: str


def of(type_name: str, code: str) -> Definition | None:
    """What is said of a parameter of a type; None for one that R4 does not define."""
    entries = facts.read_json(DATA / "search_definitions.json")
    for owner in (type_name, "DomainResource", "Resource"):
        if text := entries.get(owner, {}).get(code):
            name, _, sentence = text.partition(" ")
            return Definition(_BASE + name, sentence)
    return None
