"""Bare codes: of which systems they are, and which there may be, the definition of their element says.

https://hl7.org/fhir/R4/search.html#token
"""

from __future__ import annotations

import re
from functools import cache

from sosuckhoe.clinical import elements
from sosuckhoe.clinical.fhirpath import types
from sosuckhoe.clinical.search.parameters import Path
from sosuckhoe.clinical.terminology import hl7
from sosuckhoe.clinical.validation import facts

_CONDITION = re.compile(r"\[[^\]]*\]")


def codes(type_name: str, path: Path) -> frozenset[str]:
    """The codes that may stand at the end of a path of a type; empty when they are not a short list."""
    named = path.bound or (element(type_name, path.steps),)
    return frozenset(code for one in named for code in elements.codes(one))


@cache
def element(type_name: str, steps: str) -> str:
    """An element as its definition names it: of a Patient `address.use` is `Address.use`."""
    *before, last = _CONDITION.sub("", steps).split(".")
    for key in before:
        found = types.steps(type_name, key)
        type_name = found[0].type if found else f"{type_name}.{key}"
    return f"{type_name}.{last}"


@cache
def systems(element: str) -> tuple[str, ...]:
    """The systems of the value set that an element must take its codes from; none where it may take others too."""
    strength, url = facts.binding_at(element) or ("", "")
    told = hl7.line(hl7.VALUE_SETS, url) if strength == "required" else None
    included = told["compose"]["include"] if told else []
    return tuple(sorted({one["system"] for one in included if "system" in one}))
