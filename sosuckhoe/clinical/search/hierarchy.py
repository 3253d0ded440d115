"""References :below and :above a resource that has parts. https://hl7.org/fhir/R4/search.html#recursive

`Encounter?location:below=Location/42` finds what happened in that building or in any part of it. A hierarchy is of
types whose resources are parts of resources of their own type: each has one parameter for that (`Location?partof`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.search import parameters, reference, values
from sosuckhoe.clinical.search.condition import AnyOf, Beneath, Condition
from sosuckhoe.clinical.search.parameters import Parameter

MODIFIERS = frozenset({"above", "below"})
_CODES = ("partof", "part-of")


@cache
def part_of(type_name: str) -> Parameter | None:
    """By what a resource is a part of another of its type; None where only other types have parts."""
    known = parameters.of(type_name)
    found = next((known[code] for code in _CODES if code in known), None)
    return found if found and tuple(found.targets) == (type_name,) else None


def takes(parameter: Parameter) -> bool:
    """Whether a parameter leads to a type that has a hierarchy."""
    return any(path.leaf == "Reference" for path in parameter.paths) and bool(_types(parameter))


def conditions(parameter: Parameter, modifier: str, text: str, base: str) -> Sequence[Condition]:
    """What `location:below=Location/42,43` asks. SSK-3004 for what names no resource of such a type here."""
    found = list(_each(parameter, modifier, text, base))
    if not found:
        raise Problem("SSK-3004", name=parameter.code, form=f"{_types(parameter)[0]}/id")
    return found if len(found) == 1 else [AnyOf(tuple(found))]


def _each(parameter: Parameter, modifier: str, text: str, base: str) -> Iterator[Condition]:
    for type_name in _types(parameter):
        asked = ",".join(one for one in values.alternatives(text) if _is_of(one, type_name, base))
        ids = reference.ids_of(parameter, type_name, asked, base, type_name) if asked else None
        way = part_of(type_name)
        if ids and way:
            plain = reference.condition(parameter, type_name, asked, base)
            yield Beneath(parameter, type_name, tuple(ids), way, modifier == "above", plain, base)


def _is_of(text: str, type_name: str, base: str) -> bool:
    """Whether a value may name a resource of a type: by its type, or by an id alone."""
    value = values.unescaped(text).removeprefix(f"{base}/")
    return value.startswith(f"{type_name}/") or bool(reference.ID.fullmatch(value))


def _types(parameter: Parameter) -> list[str]:
    return [one for one in sorted(parameters.targets_of(parameter)) if part_of(one)]
