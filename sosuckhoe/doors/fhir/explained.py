"""What `_explain=true` answers: a Parameters resource, an extension of this server."""

from __future__ import annotations

from typing import Any

import orjson

from sosuckhoe.clinical.explaining import Explained


def parameters(found: Explained) -> bytes:
    """The plan of a search, its SQL, about how many it finds, and PostgreSQL's steps."""
    told: list[dict[str, Any]] = [
        {"name": "plan", "valueCode": found.plan},
        {"name": "estimate", "valueInteger": found.estimate},
        *({"name": "sql", "valueString": text} for text in (found.sql,) if text),
        *({"name": "step", "valueString": step} for step in found.steps),
    ]
    return orjson.dumps({"resourceType": "Parameters", "parameter": told})
