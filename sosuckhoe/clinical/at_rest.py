"""Which columns of the repository are sealed (ADR 8)."""

from __future__ import annotations

from typing import Any

from sosuckhoe.base.resealing import Column, Row
from sosuckhoe.clinical import codec
from sosuckhoe.clinical.actions import repeat


def _over(row: Row) -> dict[str, Any]:
    packing, body = codec.sealed_over(row["codec"], row["rid"], row["body"])
    return {"codec": packing, "body": body}


COLUMNS = (
    Column("clinical_resource", "body", codec.BODY, ("bucket", "rid"), ("rid",), "codec >= 0", _over, ("codec",)),
    Column(
        "clinical_history", "body", codec.BODY, ("bucket", "rid", "version"), ("rid",), "codec >= 0", _over, ("codec",)
    ),
    Column("clinical_dictionary", "body", codec.DICTIONARY, ("codec",), ("codec",)),
    Column("clinical_request", "answer", repeat.ANSWER, ("account", "request"), ("account", "request")),
)
LEFT = {
    "clinical_request.digest": "sha256 of a whole request",
    "clinical_loaded.run": "a digest of places and sizes of files",
    "clinical_subscription.body": "a Subscription: criteria, no record of a person",
}
"""Bytes that are not sealed, and why."""
