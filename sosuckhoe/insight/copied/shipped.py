"""The views that come along: `data/views/*.json`, ViewDefinitions as any other engine runs them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import orjson

_FOLDER = Path(__file__).parents[1] / "data" / "views"


@cache
def names() -> tuple[str, ...]:
    """Their names, which are their ids."""
    return tuple(sorted(one.stem for one in _FOLDER.glob("*.json")))


@cache
def body(name: str) -> dict[str, Any]:
    """The JSON of a view. KeyError when there is none of this name."""
    if name not in names():
        raise KeyError(name)
    found: dict[str, Any] = orjson.loads((_FOLDER / f"{name}.json").read_bytes())
    return found


def by_address(address: str) -> dict[str, Any] | None:
    """The view of a canonical address, with or without `|version`."""
    url, _, version = address.partition("|")
    for name in names():
        found = body(name)
        if found["url"] == url and version in {"", found["version"]}:
            return found
    return None
