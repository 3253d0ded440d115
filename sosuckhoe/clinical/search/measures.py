"""The rows of `clinical_number`.

They are what number and quantity parameters find a resource by, composite ones that have such a part, and
`Location.near`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any, NamedTuple

from sosuckhoe.clinical.search import composite, near, number, parameters, quantity
from sosuckhoe.clinical.search.condition import NO_PAIR, NO_SECOND, NO_UNITS, Interval, Pair, Second, Units
from sosuckhoe.clinical.search.digest import prefix
from sosuckhoe.clinical.search.steps import values_at


class Measure(NamedTuple):
    """One row: where it stands, the number, its unit, what is kept beside it, the coding that stands with it."""

    steps: str
    interval: Interval
    units: Units = NO_UNITS
    second: Second = NO_SECOND
    pair: Pair = NO_PAIR


Reader = Callable[[dict[str, Any]], Iterator[Measure]]


def measures(type_name: str, body: dict[str, Any]) -> set[Measure]:
    """Every number of a resource."""
    return {found for key, read in _readers(type_name) if key in body for found in read(body)}


@cache
def _readers(type_name: str) -> tuple[tuple[str, Reader], ...]:
    """Readers, each with the key of the resource that it needs."""
    found: dict[str, Reader] = {}
    paired = composite.beside(type_name)
    for parameter in parameters.of(type_name).values():
        for path in number.indexed(parameter):
            found[path.steps] = partial(_bare, path.steps, tuple(path.steps.split(".")), path.leaf)
        for path in quantity.indexed(parameter):
            start = prefix(type_name, path.steps)
            place = paired.get(path.steps, composite.Beside((), tuple(path.steps.split(".")), ()))
            found[path.steps] = partial(_measured, path.steps, start, path.leaf, place)
    for span in composite.spans(type_name):
        found[span.steps] = partial(_span, span, composite.span_kind(type_name, span.steps))
    if near.PARAMETER in parameters.of(type_name):
        found[near.STEPS] = _position
    return tuple((steps.split(".")[0], read) for steps, read in found.items())


def _bare(steps: str, keys: tuple[str, ...], leaf: str, body: dict[str, Any]) -> Iterator[Measure]:
    for value in values_at(body, keys):
        if found := number.interval(leaf, value):
            yield Measure(steps, found)


def _measured(steps: str, start: bytes, leaf: str, place: composite.Beside, body: dict[str, Any]) -> Iterator[Measure]:
    for element in values_at(body, place.where):
        for value in values_at(element, place.value):
            if found := quantity.found_in(leaf, start, value):
                for pair in composite.pairs_in(start, element, place.codes):
                    yield Measure(steps, *found, pair)


def _span(span: composite.Span, kind: int, body: dict[str, Any]) -> Iterator[Measure]:
    for element in values_at(body, span.where):
        for low in values_at(element, span.low):
            for high in values_at(element, span.high):
                yield Measure(span.steps, Interval(low, low), second=Second(kind, high, high))


def _position(body: dict[str, Any]) -> Iterator[Measure]:
    for place in values_at(body, (near.STEPS,)):
        if found := near.found_in(place):
            latitude, longitude = found
            yield Measure(near.STEPS, Interval(latitude, latitude), second=Second(near.kind(), longitude, longitude))
