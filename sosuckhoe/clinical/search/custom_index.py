"""What a resource is found by through parameters that were defined here (`custom.py`)."""

from __future__ import annotations

from typing import Any

from sosuckhoe.clinical.search import (
    custom,
    custom_composite,
    custom_rows,
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
        custom_composite.add(one, body, found)
        return
    for leaf, value in custom.values(one, body):
        steps = f"{custom.MARK}{one.code}.{leaf}"
        if one.kind in _TOKENS:
            make = _TOKENS[one.kind](leaf, digest.prefix(one.type, steps))
            if make:
                make(value, found.tokens.update)
            found.tokens.add(custom.presence(one.type, one.code))
        else:
            custom_rows.add(one.kind, one.type, steps, leaf, value, found)
