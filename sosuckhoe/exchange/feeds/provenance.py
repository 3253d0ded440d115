"""From whom the records of a delivery are: one Provenance a patient record and delivery."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sosuckhoe.base.keys import bucket_of, derived_key
from sosuckhoe.clinical.draft import Draft
from sosuckhoe.exchange.feeds.memory import Word
from sosuckhoe.exchange.feeds.rewriting import RECORD
from sosuckhoe.exchange.sources import Source
from sosuckhoe.exchange.xml130.mapping.codes import hl7

DELIVERY = "urn:sosuckhoe:sid:delivery"


def draft(source: Source, word: Word, written: Sequence[str], delivery: int, at: datetime) -> Draft:
    """The Provenance of what a delivery wrote of one patient record. `written` are references of ours."""
    told = "|".join(written)
    key = derived_key(bucket_of(word.person), at, "provenance", source.id, word.record, str(delivery), told)
    body: dict[str, Any] = {
        "resourceType": "Provenance",
        "id": str(key),
        "meta": {"source": source.uri},
        "target": [{"reference": text} for text in written],
        "recorded": at.isoformat(timespec="seconds"),
        "activity": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-DataOperation", "code": "UPDATE"}]
        },
        "agent": [
            {"type": hl7("provenance-participant-type", "author", "Author"), "who": {"display": source.vi}},
        ],
        "entity": [
            {
                "role": "source",
                "what": {"identifier": {"system": f"{RECORD}:{source.id}", "value": f"Patient/{word.record}"}},
            },
            {"role": "source", "what": {"identifier": {"system": DELIVERY, "value": str(delivery)}}},
        ],
    }
    return Draft("Provenance", key, word.person, body)
