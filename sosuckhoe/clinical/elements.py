"""What R4 says of elements: their types, how often they may stand, their codes. `data/r4_elements.json`."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sosuckhoe.base import facts

_FILE = Path(__file__).parent / "data" / "r4_elements.json"
_LINE = re.compile(r"(\S+) (\S+) (\d+)\.\.(\d+|\*)")


class Element(NamedTuple):
    """One element of a type. `types` are data types; `@Observation.component` names nested elements."""

    types: tuple[str, ...]
    least: int
    is_list: bool


@cache
def of(type_name: str) -> dict[str, Element]:
    """The elements of a resource or data type, or of a nested element, by name (`value[x]` as written)."""
    text = facts.read_json(_FILE)["elements"].get(type_name, "")
    found = (_LINE.fullmatch(part.strip()) for part in text.split(";") if part.strip())
    return {
        line.group(1): Element(tuple(line.group(2).split("|")), int(line.group(3)), line.group(4) != "1")
        for line in found
        if line
    }


@cache
def codes(path: str) -> tuple[str, ...]:
    """The codes that a path (`Observation.status`) may hold; empty when they are not a short closed list."""
    return tuple(facts.read_json(_FILE)["codes"].get(path, "").split())
