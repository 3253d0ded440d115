"""The modifier :missing. https://hl7.org/fhir/R4/search.html#modifiers

Dates, texts and numbers are missing when their tables have no row. For tokens, references and addresses each
resource keeps one bit a path: the path's place among those of its type, which R4 has fixed. What counts is that
the element stands there, also when nothing in it can be searched (a CodeableConcept that is only text).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from sosuckhoe.clinical.search import custom, parameters
from sosuckhoe.clinical.search.parameters import Parameter

_KINDS = frozenset({"token", "reference", "uri"})
_COMPUTED = "!"


def inside(body: dict[str, Any], steps: str) -> Iterable[Any]:
    """The values at the end of a path, which may carry conditions (`relatedArtifact[type=depends-on].resource`)."""
    if steps.startswith(custom.MARK):
        return custom.inside(body, steps)
    return _inside(body, tuple(opened(steps)))


def bits_of(parameter: Parameter) -> int:
    """The bits of a parameter's paths; 0 when presence does not answer for it."""
    if parameter.kind not in _KINDS or any(path.leaf.startswith(_COMPUTED) for path in parameter.paths):
        return 0
    bits = places(parameter.type)
    return sum(bits[place] for place in {(path.steps, path.only) for path in parameter.paths})


@cache
def places(type_name: str) -> dict[tuple[str, str], int]:
    """The bit of each path, and of the type that its references must point at ("" = all)."""
    found = {
        (path.steps, path.only)
        for parameter in parameters.of(type_name).values()
        if parameter.kind in _KINDS
        for path in parameter.paths
    }
    return {place: 1 << number for number, place in enumerate(sorted(found))}


def opened(steps: str) -> Iterator[str]:
    """The steps of a path: `telecom[system=phone].value` → `telecom`, `[system=phone`, `value`."""
    for step in steps.split("."):
        key, bracket, condition = step.rstrip("]").partition("[")
        yield key
        if bracket:
            yield bracket + condition


def _inside(value: Any, steps: tuple[str, ...]) -> Iterable[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _inside(item, steps)
    elif not steps:
        yield value
    elif steps[0].startswith("["):
        name, _, wanted = steps[0][1:].partition("=")
        if value.get(name) == wanted:
            yield from _inside(value, steps[1:])
    elif isinstance(value, dict) and value.get(steps[0]) is not None:
        yield from _inside(value[steps[0]], steps[1:])
