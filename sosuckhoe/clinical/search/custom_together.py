"""Composite parameters that were defined here, of several parts with values of their own: dates, texts, numbers.

Each value has its row as all others have. That rows are of one element is told by the last bits of their paths, which
are the element's place among those that the expression finds; so a search asks which places all parts have in common.
What the other parts hold is hashed into the path of the first value, and into a token, by which a search may start.
https://hl7.org/fhir/R4/search.html#composite
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sosuckhoe.clinical.fhirpath import Node
from sosuckhoe.clinical.search import custom, custom_composite, custom_rows, digest, values
from sosuckhoe.clinical.search.condition import AllOf, AnyOf, Condition, HasDate, HasNumber, HasText, HasToken, Together
from sosuckhoe.clinical.search.custom import Custom
from sosuckhoe.clinical.search.custom_composite import VALUED, Ask
from sosuckhoe.clinical.search.extract import Found
from sosuckhoe.clinical.search.parameters import Parameter, Path

_PART = "\x14"
"""Before the place of a part: a character that no FHIR string may hold."""

_THERE = "\x16"
"""What a resource is hashed with that has such an element at all."""


def is_one(kinds: Sequence[str]) -> bool:
    """Whether a composite of these kinds has several parts with values."""
    return len(_valued(kinds)) > 1


def add(one: Custom, body: dict[str, Any], found: Found) -> None:
    """Add what stands together in one element."""
    places = _valued([part.kind for part in one.components])
    for number, element in enumerate(custom.items(one.expression, body)):
        if not isinstance(element, Node):
            continue
        held = custom_composite.values_in(one, element, body)
        if not all(held):
            continue
        for combination in custom_composite.combinations(one, held, frozenset(places)):
            steps = custom_composite.steps_of(one.code, combination)
            found.tokens.add(digest.element(digest.prefix(one.type, steps), _THERE))
            _add(one, places[0], digest.numbered(steps, number), held, found)
        for place in places[1:]:
            _add(one, place, digest.numbered(_steps(one.code, place), number), held, found)


def _add(one: Custom, place: int, steps: str, held: list[list[tuple[str, Any]]], found: Found) -> None:
    for leaf, value in held[place]:
        custom_rows.add(one.components[place].kind, one.type, steps, leaf, value, found)


def conditions(parameter: Parameter, text: str, base: str, ask: Ask) -> Sequence[Condition]:
    """What `outlook=gt0.5$lt2030,…` asks; `ask` tells what a part asks as a parameter of its own. Raises SSK-3004."""
    found = [_one(parameter, one, base, ask) for one in values.alternatives(text)]
    return found[0] if len(found) == 1 else [AnyOf(tuple(AllOf(tuple(one)) for one in found))]


def _one(parameter: Parameter, text: str, base: str, ask: Ask) -> Sequence[Condition]:
    parts, texts = parameter.groups[0].parts, custom_composite.texts_of(parameter, text)
    first, *others = _valued([part.kind for part in parts])
    begun = custom_composite.steps_asked(parameter, texts, base, frozenset({first, *others}))
    steps = {first: begun, **{place: [_steps(parameter.code, place)] for place in others}}
    each = tuple(_value(parameter, place, steps[place], texts[place], ask) for place in (first, *others))
    there = tuple(digest.number(digest.prefix(parameter.type, one), _THERE) for one in begun)
    return [HasToken(there), Together(each)]


def _value(
    parameter: Parameter, place: int, steps: Sequence[str], text: str, ask: Ask
) -> HasDate | HasNumber | HasText:
    """What is asked of one part, as of a parameter with one value."""
    part = parameter.groups[0].parts[place]
    paths = tuple(Path(one, path.leaf) for one in steps for path in part.paths)
    (asked,) = ask(Parameter(parameter.type, parameter.code, part.kind, paths), text)
    return cast("HasDate | HasNumber | HasText", asked)


def _valued(kinds: Sequence[str]) -> list[int]:
    return [place for place, kind in enumerate(kinds) if kind in VALUED]


def _steps(code: str, place: int) -> str:
    return f"{custom.MARK}{code}${_PART}{place}"
