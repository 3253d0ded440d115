"""What a resource is found by through parameters that were defined here (`custom.py`)."""

from __future__ import annotations

from typing import Any

from sosuckhoe.clinical.search import (
    custom,
    custom_composite,
    custom_rows,
    custom_together,
    digest,
    reference,
    token,
    uri,
)
from sosuckhoe.clinical.search.custom import Custom
from sosuckhoe.clinical.search.extract import Found

_TOKENS = {"token": token.leaf, "reference": reference.leaf, "uri": uri.leaf}


def add(one: Custom, body: dict[str, Any], found: Found) -> None:
    """Add the values of a parameter to what a resource is found by."""
    if one.components:
        kinds = [part.kind for part in one.components]
        (custom_together if custom_together.is_one(kinds) else custom_composite).add(one, body, found)
    else:
        _add(one, body, found)
    found.dates[:] = dict.fromkeys(found.dates)


def _add(one: Custom, body: dict[str, Any], found: Found) -> None:
    for leaf, value in custom.values(one, body):
        steps = f"{custom.MARK}{one.code}.{leaf}"
        if one.kind in _TOKENS:
            make = _TOKENS[one.kind](leaf, digest.prefix(one.type, steps))
            if make:
                make(value, found.tokens.update)
            found.tokens.add(custom.presence(one.type, one.code))
        else:
            custom_rows.add(one.kind, one.type, steps, leaf, value, found)
