"""Codes and what they mean: systems, value sets, maps. https://hl7.org/fhir/R4/terminology-module.html

The functions here answer from what comes with the program and know no database; `clinical.vocabulary` adds what
was stored. A system or value set that is not here is None, which is not the same as a code that does not exist.
"""

from __future__ import annotations

from sosuckhoe.clinical.terminology.composing import Library, compose
from sosuckhoe.clinical.terminology.library import BUILT_IN
from sosuckhoe.clinical.terminology.members import Member, Members, System
from sosuckhoe.clinical.terminology.source import Source
from sosuckhoe.clinical.terminology.suggesting import Suggestion, suggest
from sosuckhoe.clinical.terminology.system import CodeSystem

__all__ = [
    "BUILT_IN",
    "CodeSystem",
    "Library",
    "Member",
    "Members",
    "Source",
    "Suggestion",
    "System",
    "ancestors",
    "codes_in",
    "compose",
    "descendants",
    "display",
    "suggest",
    "validate",
]


def descendants(system: str, code: str) -> frozenset[str] | None:
    """The codes below a code and the code itself; empty when the system lacks the code, None for an unknown system.

    `system` may name its version: 'urn:sosuckhoe:cs:commune|2024-06-11'.
    """
    found = _system(system)
    return None if found is None else found.below(code)


def ancestors(system: str, code: str) -> frozenset[str] | None:
    """The codes above a code and the code itself; empty when the system lacks the code, None for an unknown system."""
    found = _system(system)
    return None if found is None else found.above(code)


def codes_in(value_set: str) -> Members | None:
    """The codes of a value set by its address (with `|version` or without); None for an unknown one.

    `(system, code) in members` is cheap; `for member in members` lists them when `members.is_finite`; codes of the
    systems in `members.unknown` cannot be judged here.
    """
    url, _, version = value_set.partition("|")
    return BUILT_IN.members(url, version)


def display(system: str, code: str, language: str = "vi") -> str | None:
    """The name of a code in a language ('vi', 'en'), else in another; None for an unknown system or code."""
    found = _system(system)
    return None if found is None else found.display(code, language)


def validate(system: str, code: str) -> bool | None:
    """Whether a code is of its system; None when nobody can say: the system is unknown, or its list not whole."""
    found = _system(system)
    if found is None:
        return None
    return True if found.has(code) else False if found.is_whole else None


def _system(canonical: str) -> System | None:
    url, _, version = canonical.partition("|")
    return BUILT_IN.system(url, version)
