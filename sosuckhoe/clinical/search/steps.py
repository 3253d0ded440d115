"""Ways through a resource: paths of plain keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def values_at(value: Any, keys: tuple[str, ...]) -> Iterator[Any]:
    """The values at the end of a path of plain keys; lists are opened."""
    if isinstance(value, list):
        for item in value:
            yield from values_at(item, keys)
    elif not keys:
        if value is not None:
            yield value
    elif isinstance(value, dict) and keys[0] in value:
        yield from values_at(value[keys[0]], keys[1:])
