"""The modifier :missing. https://hl7.org/fhir/R4/search.html#modifiers

Dates, texts and numbers are missing when their tables have no row. For tokens, references and addresses each
resource keeps one bit a path: the path's place among those of its type, which R4 has fixed. What counts is that
the element stands there, also when nothing in it can be searched (a CodeableConcept that is only text).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from sosuckhoe.clinical.search import custom, parameters, reference
from sosuckhoe.clinical.search.parameters import Parameter

_KINDS = frozenset({"token", "reference", "uri"})
_COMPUTED = "!"
_Test = tuple[tuple[str, ...], str, int]
"""Steps below the key, the type that a reference must point at, the bit."""


class _Key(NamedTuple):
    """What a key of a resource says: bits of what it is itself, and tests of what lies in it."""

    bits: int
    tests: tuple[_Test, ...]


def present(type_name: str, body: dict[str, Any]) -> int:
    """The bits of the paths that have a value."""
    keys, found = _keys(type_name), 0
    for name, value in body.items():
        key = keys.get(name)
        if key is None or value is None or value == []:
            continue
        found |= key.bits
        for steps, only, bit in key.tests:
            if any(not only or reference.type_in(one) == only for one in _inside(value, steps)):
                found |= bit
    return found


def inside(body: dict[str, Any], steps: str) -> Iterable[Any]:
    """The values at the end of a path, which may carry conditions (`relatedArtifact[type=depends-on].resource`)."""
    if steps.startswith(custom.MARK):
        return custom.inside(body, steps)
    return _inside(body, tuple(_opened(steps)))


def bits_of(parameter: Parameter) -> int:
    """The bits of a parameter's paths; 0 when presence does not answer for it."""
    if parameter.kind not in _KINDS or any(path.leaf.startswith(_COMPUTED) for path in parameter.paths):
        return 0
    numbers = _numbers(parameter.type)
    return sum(1 << numbers[place] for place in {(path.steps, path.only) for path in parameter.paths})


@cache
def _numbers(type_name: str) -> dict[tuple[str, str], int]:
    places = {
        (path.steps, path.only)
        for parameter in parameters.of(type_name).values()
        if parameter.kind in _KINDS
        for path in parameter.paths
    }
    return {place: number for number, place in enumerate(sorted(places))}


@cache
def _keys(type_name: str) -> dict[str, _Key]:
    keys: dict[str, _Key] = {}
    for (steps, only), number in _numbers(type_name).items():
        first, *rest = _opened(steps)
        bits, tests = keys.get(first, _Key(0, ()))
        if rest or only:
            tests = (*tests, (tuple(rest), only, 1 << number))
        else:
            bits |= 1 << number
        keys[first] = _Key(bits, tests)
    return keys


def _opened(steps: str) -> Iterator[str]:
    """`telecom[system=phone].value` → `telecom`, `[system=phone`, `value`."""
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
