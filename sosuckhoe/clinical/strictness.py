"""How strict a write of a type is: `data/validation.yaml`, or a facility's own file of the same form."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sosuckhoe.base import facts
from sosuckhoe.clinical.search.parameters import number_of

OWN = Path(__file__).parent / "data" / "validation.yaml"
LEVELS = ("structure", "base", "profiles")


class Strictness(NamedTuple):
    """`level` is one of LEVELS; `references`: whether references to this server must lead somewhere."""

    level: str
    references: bool


@cache
def of(type_name: str, place: Path = OWN) -> Strictness:
    """The strictness of a type. BadFact for a file with an unknown type, level or word."""
    content = facts.read_yaml(place)
    told = content["types"] or {}
    if unknown := told.keys() - number_of().keys():
        raise facts.BadFact(f"{place}: no type of R4: {', '.join(sorted(unknown))}")
    return _strictness(content["default"] | told.get(type_name, {}), place)


def _strictness(told: dict[str, Any], place: Path) -> Strictness:
    if (
        told.keys() != {"level", "references"}
        or told["level"] not in LEVELS
        or not isinstance(told["references"], bool)
    ):
        raise facts.BadFact(f"{place}: wants level ({', '.join(LEVELS)}) and references (true, false)")
    return Strictness(**told)
