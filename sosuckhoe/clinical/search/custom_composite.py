"""Composite parameters that were defined here. https://hl7.org/fhir/R4/search.html#composite

All parts must hold in one element of what the expression finds. One part carries the value: a date, a text, a number
or a quantity, of which there may be one here (of several: `custom_together.py`), otherwise the last. What the other
parts hold is hashed into its path, each form of one with each of the others, so that a search of the whole is a search
of some paths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Any

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.fhirpath import Node
from sosuckhoe.clinical.search import custom, custom_rows, digest, reference, token, values
from sosuckhoe.clinical.search.condition import AllOf, AnyOf, Condition, HasToken
from sosuckhoe.clinical.search.custom import Component, Custom
from sosuckhoe.clinical.search.digest import ANY
from sosuckhoe.clinical.search.extract import Found
from sosuckhoe.clinical.search.parameters import Parameter, Part, Path

Ask = Callable[[Parameter, str], Sequence[Condition]]
VALUED = frozenset({"date", "string", "number", "quantity"})
_WITH = "\x1c"
"""Between the forms of two parts: a character that no FHIR string may hold."""


def carrier(kinds: Sequence[str]) -> int:
    """The place of the part that carries the value."""
    return next((place for place, kind in enumerate(kinds) if kind in VALUED), len(kinds) - 1)


def add(one: Custom, body: dict[str, Any], found: Found) -> None:
    """Add what stands together in one element."""
    place = carrier([part.kind for part in one.components])
    last = one.components[place]
    for element in custom.items(one.expression, body):
        if isinstance(element, Node):
            held = values_in(one, element, body)
            for combination in combinations(one, held, frozenset({place})):
                _add(one, last, steps_of(one.code, combination), held[place], found)


def _add(one: Custom, last: Component, steps: str, held: list[tuple[str, Any]], found: Found) -> None:
    for leaf, value in held:
        if last.kind in VALUED:
            custom_rows.add(last.kind, one.type, steps, leaf, value, found)
        else:
            start = digest.prefix(one.type, steps)
            found.tokens.update(digest.element(start, form) for form in forms_of(last.kind, leaf, value))


def values_in(one: Custom, element: Node, body: dict[str, Any]) -> list[list[tuple[str, Any]]]:
    """What each part reads of an element: data types and values."""
    return [list(custom.read(part.kind, custom.items(part.expression, element, body))) for part in one.components]


def combinations(one: Custom, held: list[list[tuple[str, Any]]], apart: frozenset[int]) -> Iterator[tuple[str, ...]]:
    """Each form of one part with each of the others, but for those that stand apart."""
    keys = [
        [form for leaf, value in some for form in forms_of(part.kind, leaf, value)]
        for at, (part, some) in enumerate(zip(one.components, held, strict=True))
        if at not in apart
    ]
    return product(*map(dict.fromkeys, keys))


def forms_of(kind: str, leaf: str, value: Any) -> Iterator[str]:
    """What is hashed for a token, a reference or an address."""
    if leaf == "Reference":
        yield from reference.forms_of(value)
    elif kind in {"reference", "uri"}:
        yield from dict.fromkeys((value.partition("|")[0], value))
    elif leaf == "Identifier":
        yield from token.forms(value.get("system") or "", value.get("value") or "")
    elif leaf == "ContactPoint":
        yield from token.forms("", value.get("value") or "")
    elif leaf in {"id", "string", "uri"}:
        yield ANY + value.lower()
    else:
        yield from token.forms_of(leaf, value)


def conditions(parameter: Parameter, text: str, base: str, ask: Ask) -> Sequence[Condition]:
    """What `shade=red$gt5,…` asks; `ask` tells what a part asks as a parameter of its own. Raises SSK-3004."""
    found = [_one(parameter, one, base, ask) for one in values.alternatives(text)]
    return found[0] if len(found) == 1 else [AnyOf(tuple(AllOf(tuple(one)) for one in found))]


def texts_of(parameter: Parameter, text: str) -> list[str]:
    """What is asked of each part. Raises SSK-3004 where one is missing."""
    parts, texts = parameter.groups[0].parts, values.components(text)
    if len(texts) != len(parts) or not all(texts):
        raise Problem("SSK-3004", name=parameter.code, form="$".join(part.kind for part in parts))
    return texts


def steps_asked(parameter: Parameter, texts: list[str], base: str, apart: frozenset[int]) -> list[str]:
    """The paths of what is asked of the parts that do not stand apart."""
    keys = [
        list(dict.fromkeys(_asked(parameter, part, one, base)))
        for at, (part, one) in enumerate(zip(parameter.groups[0].parts, texts, strict=True))
        if at not in apart
    ]
    return [steps_of(parameter.code, combination) for combination in product(*keys)]


def _one(parameter: Parameter, text: str, base: str, ask: Ask) -> Sequence[Condition]:
    parts, texts = parameter.groups[0].parts, texts_of(parameter, text)
    place = carrier([part.kind for part in parts])
    steps = steps_asked(parameter, texts, base, frozenset({place}))
    last = parts[place]
    if last.kind in VALUED:
        paths = tuple(Path(one, path.leaf) for one in steps for path in last.paths)
        return ask(Parameter(parameter.type, parameter.code, last.kind, paths), texts[place])
    starts = [digest.prefix(parameter.type, one) for one in steps]
    forms = list(dict.fromkeys(_asked(parameter, last, texts[place], base)))
    return [HasToken(tuple(digest.number(start, form) for start, form in product(starts, forms)))]


def _asked(parameter: Parameter, part: Part, text: str, base: str) -> Iterator[str]:
    """The forms that what is asked of a part may have been hashed in."""
    alone = Parameter(parameter.type, parameter.code, part.kind, part.paths, ("*",))
    for path in part.paths:
        if part.kind == "reference":
            yield from reference.wanted_forms(alone, path, "", values.unescaped(text), base)
        elif part.kind == "uri":
            yield values.unescaped(text)
        else:
            yield from token.wanted_forms(alone, path, *values.at_bar(text))


def steps_of(code: str, combination: Sequence[str]) -> str:
    """The path of what stands with these forms of the other parts."""
    return f"{custom.MARK}{code}${_WITH.join(combination)}"
